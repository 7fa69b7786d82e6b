import { logIn, message, ping, stage, type Sent, type Stage } from './support/hand.js';
import { element } from '../../lib/xml/element.js';
import * as NS from '../../lib/protocol/ns.js';

const ROMEO = 'romeo@example.com/balcony';
const gone = { type: 'terminate', condition: 'item-not-found' };

const online = (play: (stage: Stage) => void, options: Parameters<typeof stage>[0] = {}): void =>
  stage(options, (set) => {
    logIn(set, 0, 'romeo', 'balcony');
    play(set);
  });

describe('the rid window', () => {
  it('keeps a request that comes too early until the missing one is there', () => {
    const sent: Sent[] = [];
    let order: (string | undefined)[] = [];
    online(({ hand, domain, at }) => {
      at(10, () => sent.push(hand.send(ping('second'), { rid: hand.rid + 1 })));
      at(10, () => (hand.rid += 2));
      at(50, () => sent.push(hand.send(ping('first'), { rid: hand.rid - 2 })));
      at(60, () => (order = domain.received(ROMEO).map(({ attrs }) => attrs['id'])));
    });
    expect(sent.map(({ at }) => at)).toEqual([50, 50]);
    expect(order).toEqual(['first', 'second']);
  });

  it('ends the session when the missing one never comes', () => {
    let sent: Sent | undefined;
    online(({ hand, at }) => at(10, () => (sent = hand.send(ping('p'), { rid: hand.rid + 1 }))));
    expect(sent?.at).toBe(30_003);
    expect(sent?.body.attrs).toMatchObject(gone);
  });

  it('ends the session at a rid beyond, or refuses that request only', () => {
    const sent: Sent[] = [];
    const play = ({ hand, at }: Stage): void => {
      at(10, () => sent.push(hand.send(ping('p'), { rid: hand.rid + 2 })));
      at(20, () => sent.push(hand.send(ping('q'))));
    };
    online(play);
    online(play, { manner: { beyondWindow: 'refuse' } });
    expect(sent.slice(0, 3).map(({ body }) => body.attrs)).toMatchObject([gone, gone, gone]);
    expect(sent[3]?.body.child('iq')?.attrs['id']).toBe('q');
  });

  it('has room for one more that terminates', () => {
    const sent: Sent[] = [];
    online(({ hand, at }) => {
      at(10, () => sent.push(hand.send('', { rid: hand.rid + 2, type: 'terminate' })));
      at(11, () => hand.send(message('a', 'juliet@example.com')));
      at(12, () => hand.send(message('b', 'juliet@example.com')));
    });
    expect(sent[0]?.at).toBe(12);
    expect(sent[0]?.body.attrs).toMatchObject({ type: 'terminate' });
  });

  it.each([
    ['terminate', gone, 0],
    ['refuse', gone, 1],
    ['hang', undefined, 1],
  ] as const)('meets a rid too low with: %s', (lowRid, attrs, sessions) => {
    let sent: Sent | undefined;
    let alive = 0;
    online(
      ({ hand, domain, at }) => {
        at(10, () => (sent = hand.send('', { rid: 5 })));
        at(20, () => (alive = domain.sessions.length));
      },
      { manner: { lowRid } },
    );
    expect(sent?.at === undefined ? undefined : sent.body.attrs).toEqual(
      attrs && expect.objectContaining(attrs),
    );
    expect(alive).toBe(sessions);
  });
});

describe('a restart', () => {
  it('drops the stanzas that come with it', () => {
    let received = -1;
    online(({ hand, domain, at }) => {
      at(10, () => hand.send(message('lost'), { 'xmpp:restart': true }));
      at(20, () => (received = domain.received(ROMEO).length));
    });
    expect(received).toBe(0);
  });
});

describe('the end of a session', () => {
  it('takes the payload of the terminate request and ends every request', () => {
    const sent: Sent[] = [];
    let [received, alive] = [0, 1];
    online(({ hand, domain, at }) => {
      at(10, () => sent.push(hand.send()));
      at(20, () =>
        sent.push(hand.send('<presence xmlns="jabber:client" type="unavailable"/>', { type: 'terminate' })),
      );
      at(30, () => {
        received = domain.received(ROMEO).length;
        alive = domain.sessions.length;
      });
    });
    expect(sent.map(({ at }) => at)).toEqual([20, 20]);
    expect(sent.map(({ body }) => body.attrs['type'])).toEqual(['terminate', 'terminate']);
    expect(sent.map(({ body }) => body.attrs['condition'])).toEqual([undefined, undefined]);
    expect([received, alive]).toEqual([1, 0]);
  });

  it('by the server: its last words come on the held request', () => {
    let held: Sent | undefined;
    online(({ hand, domain, at }) => {
      const last = element('message', NS.CLIENT, { from: 'example.com' });
      at(10, () => (held = hand.send()));
      at(20, () => domain.terminate(ROMEO, 'system-shutdown', last));
    });
    expect(held?.body.attrs).toMatchObject({ type: 'terminate', condition: 'system-shutdown' });
    expect(held?.body.childrenOf('message')).toHaveLength(1);
  });

  it('by the server: or on the next one, once', () => {
    const sent: Sent[] = [];
    online(({ hand, domain, at }) => {
      at(10, () => domain.terminate(hand.sid, 'host-gone'));
      at(20, () => sent.push(hand.send()));
      at(30, () => sent.push(hand.send()));
    });
    expect(sent.map(({ body }) => body.attrs['condition'])).toEqual(['host-gone', 'item-not-found']);
  });

  it('without a word: the held request hangs, the next is for an unknown session', () => {
    const sent: Sent[] = [];
    online(({ hand, domain, at }) => {
      at(10, () => sent.push(hand.send()));
      at(20, () => domain.kill(hand.sid));
      at(30, () => sent.push(hand.send(ping('p'))));
    });
    expect(sent[0]?.at).toBeUndefined();
    expect(sent[1]?.body.attrs).toMatchObject(gone);
  });
});

it('reads stanzas in the namespace of the body as stanzas of a client', () => {
  let sent: Sent | undefined;
  online(({ hand, at }) =>
    at(10, () => (sent = hand.send('<iq type="get" id="p"><ping xmlns="urn:xmpp:ping"/></iq>'))),
  );
  expect(sent?.body.child('iq', NS.CLIENT)?.attrs['type']).toBe('result');
});
