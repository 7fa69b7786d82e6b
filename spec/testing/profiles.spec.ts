import { serverProfiles } from '../../lib/testing/profiles.js';
import { parse } from '../../lib/xml/parse.js';
import { logIn, message, ping, stage, type Sent, type Stage } from './support/hand.js';

const hello = parse('<message xmlns="jabber:client"><body>hello</body></message>');

const online = (profile: keyof typeof serverProfiles, play: (stage: Stage) => void): void =>
  stage(serverProfiles[profile], (set) => {
    logIn(set, 0, 'romeo', 'balcony');
    play(set);
  });

it.each([
  ['prosody', { hold: '1', requests: '2', inactivity: '60', polling: '5', ver: '1.6' }, ['maxpause', 'ack']],
  ['ejabberd', { requests: '2', inactivity: '30', polling: '2', maxpause: '120', ver: '1.11' }, ['ack']],
  ['openfire', { requests: '2', inactivity: '30', maxpause: '300', ack: '1000' }, []],
  ['mongooseim', { requests: '2', inactivity: '30', maxpause: '120' }, ['ver', 'polling', 'ack']],
] as const)('%s says what it says', (profile, attributes, missing) => {
  let created: Sent | undefined;
  stage(serverProfiles[profile], ({ hand, at }) => at(0, () => (created = hand.create())));
  expect(created?.body.attrs).toMatchObject(attributes);
  expect(missing.filter((name) => created?.body.attrs[name] !== undefined)).toEqual([]);
});

it('prosody refuses a dead request that comes again below a later one, and the session lives on', () => {
  const sent: Sent[] = [];
  online('prosody', ({ hand, at }) => {
    let poll: Sent | undefined;
    at(10, () => (poll = hand.send()));
    at(20, () => poll?.abort());
    at(30, () => sent.push(hand.send(ping('p'))));
    at(40, () => sent.push(hand.send('', { rid: hand.rid - 2 })));
    at(50, () => sent.push(hand.send(ping('q'))));
  });
  expect(sent[1]?.body.attrs['condition']).toBe('item-not-found');
  expect([sent[0], sent[2]].map((one) => one?.body.child('iq')?.attrs['id'])).toEqual(['p', 'q']);
});

it('prosody holds a dead request that comes again anew when its rid is the highest', () => {
  const sent: Sent[] = [];
  online('prosody', ({ hand, domain, at }) => {
    let poll: Sent | undefined;
    at(10, () => (poll = hand.send(ping('p'))));
    at(20, () => (poll = hand.send()));
    at(30, () => poll?.abort());
    at(40, () => domain.deliver('romeo@example.com/balcony', hello));
    at(50, () => sent.push(hand.send('', { rid: hand.rid - 1 })));
    at(60, () => sent.push(hand.send()));
    at(70, () => domain.deliver('romeo@example.com/balcony', hello));
  });
  expect(sent.map((one) => one.body.textContent)).toEqual(['hello', 'hello']);
});

it('ejabberd never answers a low rid, and forgets a stanza between two reloads until the rid is asked for again', () => {
  const sent: Sent[] = [];
  online('ejabberd', ({ hand, domain, at }) => {
    at(10, () => sent.push(hand.send('', { rid: 5 })));
    at(20, () => hand.send());
    const again = (): number => sent.push(hand.send('', { rid: 1004 }));
    at(30, again);
    at(40, again);
    at(50, () => domain.deliver('romeo@example.com/balcony', hello));
    at(60, again);
  });
  const [low, second, third, fourth] = sent;
  expect(low?.at).toBeUndefined();
  expect(third?.body.children).toEqual([]);
  expect([second, fourth].map((one) => one?.body.textContent)).toEqual(['hello', 'hello']);
});

it('openfire repeats the first answer it gave to a rid, and ends the session for one that only made room', () => {
  const sent: Sent[] = [];
  online('openfire', ({ hand, domain, at }) => {
    const again = (): number => sent.push(hand.send('', { rid: 1004 }));
    at(10, () => hand.send());
    at(20, again);
    at(30, () => domain.deliver('romeo@example.com/balcony', hello));
    at(40, again);
    at(50, () => hand.send());
    at(60, () => hand.send(message('there', 'juliet@example.com')));
    const low = (): number => sent.push(hand.send('', { rid: 1005 }));
    at(70, low);
    at(80, () => domain.deliver('romeo@example.com/balcony', hello));
    at(90, low);
  });
  expect(sent.map((one) => one.body.textContent)).toEqual(['hello', '', '', '']);
  expect(sent.map((one) => one.body.attrs['condition'])).toEqual([
    undefined,
    undefined,
    undefined,
    'item-not-found',
  ]);
});

it.each(['ejabberd', 'mongooseim'] as const)(
  '%s ends the session for a rid that comes early twice',
  (profile) => {
    const sent: Sent[] = [];
    online(profile, ({ hand, at }) => {
      const early = (): number => sent.push(hand.send(ping('p'), { rid: 1005 }));
      at(10, early);
      at(20, early);
    });
    expect(sent.map((one) => one.body.attrs['type'])).toEqual(['terminate', 'terminate']);
  },
);

it('openfire does not know an ended session: 404', () => {
  let sent: Sent | undefined;
  online('openfire', ({ hand, domain, at }) => {
    at(10, () => domain.kill(hand.sid));
    at(20, () => (sent = hand.send()));
  });
  expect(sent?.status).toBe(404);
});
