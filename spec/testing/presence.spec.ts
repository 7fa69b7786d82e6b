import * as NS from '../../lib/protocol/ns.js';
import { settle } from '../../lib/testing/options.js';
import { createPresences } from '../../lib/testing/presence.js';
import { createRouter, type Endpoint, isAccount } from '../../lib/testing/router.js';
import { $iq, $pres } from '../../lib/xml/build.js';
import type { XmlElement } from '../../lib/xml/element.js';
import { bareJid } from '../../lib/xml/jid.js';
import { parse } from '../../lib/xml/parse.js';

const [ROMEO, JULIET, STRANGER] = ['romeo@example.com', 'juliet@example.com', 'x@elsewhere.example'];

/** A stanza in a few words: `presence subscribe <juliet@example.com`, `roster juliet@example.com both`. */
const inWords = (stanza: XmlElement): string => {
  const { type, from } = stanza.attrs;
  const [item] = stanza.child('query', NS.ROSTER)?.children ?? [];
  if (!item) return [stanza.name, type ?? 'available', `<${from}`].join(' ');
  const { jid, subscription, ask } = item.attrs;
  return ['roster', jid, subscription, ask ?? []].flat().join(' ');
};

const setUp = () => {
  const settings = settle({ users: { romeo: '', juliet: '' } });
  const router = createRouter(settings);
  let pushes = 0;
  const presences = createPresences({
    router,
    isAccount: (bare) => isAccount(settings, bare),
    id: () => `push-${(pushes += 1)}`,
  });

  const enter = (jid: string) => {
    const heard: string[] = [];
    const endpoint: Endpoint = { jid, isAvailable: false, deliver: (stanza) => heard.push(inWords(stanza)) };
    router.add(endpoint);
    const say = (type?: string, to?: string, xml = '') =>
      presences.take(
        parse(
          `<presence xmlns="jabber:client" from="${jid}"${type ? ` type="${type}"` : ''}${to ? ` to="${to}"` : ''}>${xml}</presence>`,
        ),
        endpoint,
      );
    const roster = (iq: XmlElement) => presences.roster(iq, endpoint);
    return {
      ...{ endpoint, say, roster },
      /** What has come since the last look. */
      heard: () => heard.splice(0),
      items: () =>
        roster(get(jid))
          ?.child('query', NS.ROSTER)
          ?.children.map(({ attrs }) => [attrs['jid'], attrs['subscription'], attrs['ask']].join(' ').trim()),
      leave: () => {
        router.remove(endpoint);
        presences.leave(endpoint);
      },
    };
  };
  return { router, enter };
};

const get = (from: string): XmlElement =>
  $iq({ type: 'get', id: 'g', from }).c('query', { xmlns: NS.ROSTER }).tree();
const set = (
  from: string,
  item: Readonly<Record<string, string>>,
  ...groups: readonly string[]
): XmlElement => {
  const builder = $iq({ type: 'set', id: 's', from }).c('query', { xmlns: NS.ROSTER }).c('item', item);
  for (const group of groups) builder.c('group').t(group).up();
  return builder.tree();
};

/** Romeo and Juliet have one resource each, have looked at their rosters, and are there. */
const couple = () => {
  const { enter, router } = setUp();
  const [romeo, juliet] = [enter(`${ROMEO}/a`), enter(`${JULIET}/b`)];
  for (const one of [romeo, juliet]) {
    one.items();
    one.say();
    one.heard();
  }
  return { enter, router, romeo, juliet };
};

type Person = ReturnType<typeof couple>['romeo'];

/** From now on the first sees the second. */
const befriend = (one: Person, other: Person): void => {
  one.say('subscribe', bareJid(other.endpoint.jid));
  other.say('subscribed', bareJid(one.endpoint.jid));
  one.heard();
  other.heard();
};

describe('a subscription (RFC 6121 §3)', () => {
  it('is asked for, granted, and then lets one see the other', () => {
    const { romeo, juliet } = couple();
    romeo.say('subscribe', `${JULIET}/whatever`);
    expect(romeo.heard()).toEqual([`roster ${JULIET} none subscribe`]);
    expect(juliet.heard()).toEqual([`presence subscribe <${ROMEO}`]);
    expect(juliet.items()).toEqual([]);
    juliet.say('subscribed', ROMEO);
    expect(romeo.heard()).toEqual([
      `roster ${JULIET} to`,
      `presence subscribed <${JULIET}`,
      `presence available <${JULIET}/b`,
    ]);
    expect(juliet.items()).toEqual([`${ROMEO} from`]);
    juliet.heard();
    romeo.say();
    expect(juliet.heard()).toEqual([]);
    juliet.say();
    expect(romeo.heard()).toEqual([`presence available <${ROMEO}/a`, `presence available <${JULIET}/b`]);
  });

  it('goes both ways when both ask', () => {
    const { romeo, juliet } = couple();
    befriend(romeo, juliet);
    befriend(juliet, romeo);
    expect([romeo.items(), juliet.items()]).toEqual([[`${JULIET} both`], [`${ROMEO} both`]]);
  });

  it('is refused, or ended by who granted it', () => {
    const { romeo, juliet } = couple();
    romeo.say('subscribe', JULIET);
    juliet.say('unsubscribed', ROMEO);
    expect([romeo.items(), juliet.items()]).toEqual([[`${JULIET} none`], []]);
    befriend(romeo, juliet);
    juliet.say('unsubscribed', ROMEO);
    expect(romeo.heard()).toEqual([
      `roster ${JULIET} none`,
      `presence unsubscribed <${JULIET}`,
      `presence unavailable <${JULIET}/b`,
    ]);
    juliet.say();
    expect(romeo.heard()).toEqual([]);
  });

  it('is ended by who had asked for it', () => {
    const { romeo, juliet } = couple();
    befriend(romeo, juliet);
    romeo.say('unsubscribe', JULIET);
    expect(romeo.heard()).toEqual([`roster ${JULIET} none`, `presence unavailable <${JULIET}/b`]);
    expect(juliet.heard()).toEqual([`roster ${ROMEO} none`, `presence unsubscribe <${ROMEO}`]);
  });

  it('that is granted already is granted again at once', () => {
    const { romeo, juliet } = couple();
    befriend(romeo, juliet);
    romeo.say('unsubscribed', JULIET);
    romeo.say('subscribe', JULIET);
    expect(juliet.heard()).toEqual([]);
    expect(romeo.items()).toEqual([`${JULIET} to`]);
  });

  it('can not be granted to who has not asked, nor refused', () => {
    const { romeo, juliet } = couple();
    for (const type of ['subscribed', 'unsubscribed', 'unsubscribe']) juliet.say(type, ROMEO);
    expect(romeo.heard()).toEqual([]);
    expect(romeo.items()).toEqual([]);
  });

  it('waits for somebody who is not there', () => {
    const { enter, romeo, juliet } = couple();
    juliet.leave();
    romeo.say('subscribe', JULIET);
    const back = enter(`${JULIET}/c`);
    back.say();
    expect(back.heard()).toEqual([`presence available <${JULIET}/c`, `presence subscribe <${ROMEO}`]);
  });

  it('with somebody who has no account here is between the two', () => {
    const { enter, romeo } = couple();
    const stranger = enter(STRANGER);
    stranger.endpoint.isAvailable = true;
    romeo.say('subscribe', STRANGER);
    expect(stranger.heard()).toEqual([`presence subscribe <${ROMEO}`]);
    stranger.say('subscribed', ROMEO);
    expect(romeo.items()).toEqual([`${STRANGER} to`]);
    romeo.heard();
    stranger.say('subscribe', ROMEO);
    romeo.say('subscribed', STRANGER);
    expect(stranger.heard()).toEqual([`presence subscribed <${ROMEO}`, `presence available <${ROMEO}/a`]);
  });
});

describe('presence (RFC 6121 §4)', () => {
  it('comes to who comes: of contacts, and of the own other resources', () => {
    const { enter, romeo, juliet } = couple();
    befriend(romeo, juliet);
    const phone = enter(`${ROMEO}/phone`);
    phone.say();
    expect(phone.heard()).toEqual([
      `presence available <${ROMEO}/phone`,
      `presence available <${ROMEO}/a`,
      `presence available <${JULIET}/b`,
    ]);
    expect(romeo.heard()).toEqual([`presence available <${ROMEO}/phone`]);
  });

  it('ends for all who saw it', () => {
    const { romeo, juliet } = couple();
    befriend(romeo, juliet);
    juliet.leave();
    expect(romeo.heard()).toEqual([`presence unavailable <${JULIET}/b`]);
  });

  it('that was directed ends for those too; nobody else ever heard of it', () => {
    const { enter, romeo, juliet } = couple();
    const quiet = enter(`${JULIET}/quiet`);
    quiet.say(undefined, `${ROMEO}/a`);
    expect([romeo.heard(), juliet.heard()]).toEqual([[`presence available <${JULIET}/quiet`], []]);
    quiet.leave();
    expect(romeo.heard()).toEqual([`presence unavailable <${JULIET}/quiet`]);
  });

  it('that was directed and taken back ends once', () => {
    const { romeo, juliet } = couple();
    juliet.say(undefined, `${ROMEO}/a`);
    juliet.say('unavailable', `${ROMEO}/a`);
    juliet.leave();
    expect(romeo.heard()).toEqual([`presence available <${JULIET}/b`, `presence unavailable <${JULIET}/b`]);
  });

  it('with a negative priority wants no messages that are for the account', () => {
    const { router, romeo } = couple();
    const message = $pres({ from: JULIET, to: ROMEO }).tree();
    romeo.say(undefined, undefined, '<priority>-1</priority>');
    expect(router.takers(ROMEO).map(({ jid }) => jid)).toEqual([`${ROMEO}/a`]);
    router.route(message);
    romeo.heard();
    router.route(parse(`<message xmlns="jabber:client" from="${JULIET}/b" to="${ROMEO}"/>`));
    expect([romeo.heard(), router.takeStored(ROMEO).length]).toEqual([[], 1]);
  });
});

describe('a roster (RFC 6121 §2)', () => {
  it('takes contacts with names and groups, and tells every resource that has looked at it', () => {
    const { enter, romeo } = couple();
    const blind = enter(`${ROMEO}/blind`);
    const answer = romeo.roster(set(`${ROMEO}/a`, { jid: `${JULIET}/b`, name: 'Juliet' }, 'Verona', 'Love'));
    expect(answer?.attrs['type']).toBe('result');
    expect([romeo.heard(), blind.heard()]).toEqual([[`roster ${JULIET} none`], []]);
    const [item] = romeo.roster(get(`${ROMEO}/a`))?.child('query')?.children ?? [];
    expect(item?.attrs).toMatchObject({ jid: JULIET, name: 'Juliet', subscription: 'none' });
    expect(item?.childrenOf('group').map(({ text }) => text)).toEqual(['Verona', 'Love']);
  });

  it('lets go of a contact: subscriptions end both ways', () => {
    const { romeo, juliet } = couple();
    befriend(romeo, juliet);
    befriend(juliet, romeo);
    romeo.roster(set(`${ROMEO}/a`, { jid: JULIET, subscription: 'remove' }));
    expect(romeo.items()).toEqual([]);
    expect(romeo.heard().at(-1)).toBe(`roster ${JULIET} remove`);
    expect(juliet.items()).toEqual([`${ROMEO} none`]);
    expect(juliet.heard()).toContain(`presence unavailable <${ROMEO}/a`);
  });

  it.each([
    ['that is no contact', { jid: STRANGER, subscription: 'remove' }, 'item-not-found'],
    ['without an address', { name: 'x' }, 'bad-request'],
  ])('refuses what makes no sense: one %s', (_, item, condition) => {
    const { romeo } = couple();
    const answer = romeo.roster(set(`${ROMEO}/a`, item));
    expect(answer?.child('error')?.children.map(({ name }) => name)).toEqual([condition]);
  });

  it('is nobody else’s, and answers nothing else', () => {
    const { romeo } = couple();
    const to = { to: JULIET };
    expect(
      romeo.roster(
        $iq({ type: 'get', ...to })
          .c('query', { xmlns: NS.ROSTER })
          .tree(),
      ),
    ).toBeUndefined();
    expect(romeo.roster($iq({ type: 'result' }).c('query', { xmlns: NS.ROSTER }).tree())).toBeUndefined();
    expect(romeo.roster($iq({ type: 'get' }).c('query', { xmlns: NS.VERSION }).tree())).toBeUndefined();
  });
});
