import { createRosters, type Contact } from '../../lib/testing/roster.js';
import {
  arrived,
  isSubscription,
  seenBy,
  sees,
  sent,
  subscription,
  type Subscription,
} from '../../lib/testing/subscriptions.js';

const contact = (known: Partial<Contact>): Contact => createRosters().change('a@b', 'c@d', known);

type Case = readonly [Subscription, Partial<Contact> | undefined, Partial<Contact> | undefined];

/** RFC 6121 §A.2: what is known of the contact, and what changes. */
it.each<Case>([
  ['subscribe', undefined, { asks: true, isListed: true }],
  ['subscribe', { to: true }, { asks: false, isListed: true }],
  ['unsubscribe', { to: true, asks: true }, { to: false, asks: false }],
  ['subscribed', { isWaiting: true }, { from: true, isWaiting: false, isListed: true }],
  ['subscribed', {}, undefined],
  ['subscribed', undefined, undefined],
  ['unsubscribed', { from: true }, { from: false, isWaiting: false }],
  ['unsubscribed', { isWaiting: true }, { from: false, isWaiting: false }],
  ['unsubscribed', {}, undefined],
])('%s is sent to %j: %j', (type, known, change) => {
  expect(sent(type, known && contact(known))).toEqual(change);
});

/** RFC 6121 §A.3. */
it.each<Case>([
  ['subscribe', undefined, { isWaiting: true }],
  ['subscribe', { from: true }, undefined],
  ['unsubscribe', { from: true }, { from: false, isWaiting: false }],
  ['unsubscribe', { isWaiting: true }, { from: false, isWaiting: false }],
  ['unsubscribe', undefined, undefined],
  ['subscribed', { asks: true }, { to: true, asks: false }],
  ['subscribed', { to: true }, undefined],
  ['unsubscribed', { to: true }, { to: false, asks: false }],
  ['unsubscribed', { asks: true }, { to: false, asks: false }],
  ['unsubscribed', undefined, undefined],
])('%s arrives from %j: %j', (type, known, change) => {
  expect(arrived(type, known && contact(known))).toEqual(change);
});

it('knows which types these are', () => {
  expect(['subscribe', 'unavailable', undefined, 'probe'].map(isSubscription)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(subscription('subscribed', 'a@b', 'c@d').attrs).toEqual({
    type: 'subscribed',
    from: 'a@b',
    to: 'c@d',
  });
});

it('knows who sees whom', () => {
  const rosters = createRosters();
  rosters.change('a@b', 'to@x', { to: true });
  rosters.change('a@b', 'from@x', { from: true });
  rosters.change('a@b', 'both@x', { to: true, from: true });
  expect(sees(rosters, 'a@b')).toEqual(['to@x', 'both@x']);
  expect(seenBy(rosters, 'a@b')).toEqual(['from@x', 'both@x']);
});
