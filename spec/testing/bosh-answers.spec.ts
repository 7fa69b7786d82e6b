import * as NS from '../../lib/protocol/ns.js';
import { $msg } from '../../lib/xml/build.js';
import { parse } from '../../lib/xml/parse.js';
import { logIn, message, ping, stage, type Sent, type Stage } from './support/hand.js';

const ROMEO = 'romeo@example.com/balcony';
const hello = parse('<message xmlns="jabber:client" from="juliet@example.com"><body>hello</body></message>');

/** A stage on which romeo has just logged in, at 4 ms. */
const online = (play: (stage: Stage) => void, options: Parameters<typeof stage>[0] = {}): void =>
  stage(options, (set) => {
    logIn(set, 0, 'romeo', 'balcony');
    play(set);
  });

const texts = (sent: Sent | undefined): readonly string[] =>
  sent?.body.childrenOf('message').map((stanza) => stanza.child('body')?.text ?? '') ?? [];

describe('a held request', () => {
  it('is answered empty after wait', () => {
    let poll: Sent | undefined;
    online(({ hand, at }) => at(10, () => (poll = hand.send())));
    expect(poll?.at).toBe(60_010);
    expect(poll?.body.children).toEqual([]);
    expect(poll?.body.attrs['type']).toBeUndefined();
  });

  it('is answered at once when something waits', () => {
    let poll: Sent | undefined;
    online(({ hand, domain, at }) => {
      at(5, () => domain.deliver(ROMEO, hello));
      at(6, () => domain.deliver(ROMEO, hello));
      at(10, () => (poll = hand.send()));
    });
    expect(poll?.at).toBe(10);
    expect(texts(poll)).toEqual(['hello', 'hello']);
  });

  it('is answered as soon as something comes', () => {
    let poll: Sent | undefined;
    online(({ hand, domain, at }) => {
      at(10, () => (poll = hand.send()));
      at(500, () => domain.deliver(ROMEO, hello));
    });
    expect(poll?.at).toBe(500);
    expect(texts(poll)).toEqual(['hello']);
  });

  it('is released by the next one, which is held in its place', () => {
    const sent: Sent[] = [];
    online(({ hand, at }) => {
      at(10, () => sent.push(hand.send()));
      at(20, () => sent.push(hand.send(message('x', 'juliet@example.com'))));
    });
    const [poll, next] = sent;
    expect(poll?.at).toBe(20);
    expect(poll?.body.children).toEqual([]);
    expect(next?.at).toBe(60_020);
  });

  it('is never held when the client asked for no wait', () => {
    const sent: Sent[] = [];
    stage({}, ({ hand, at }) => {
      at(0, () => hand.create({ wait: 0 }));
      at(10, () => sent.push(hand.send()));
    });
    expect(sent[0]?.at).toBe(10);
  });

  it('carries the answer to what a later one asks', () => {
    const sent: Sent[] = [];
    online(({ hand, at }) => {
      at(10, () => sent.push(hand.send()));
      at(20, () => sent.push(hand.send(ping('p1'))));
    });
    expect(sent[0]?.body.child('iq')?.attrs).toMatchObject({ id: 'p1', type: 'result' });
    expect(sent[1]?.at).toBe(60_020);
  });
});

describe('a request that comes again', () => {
  it('gets the same bytes and is not processed twice', () => {
    const sent: Sent[] = [];
    let received = 0;
    online(({ hand, domain, at }) => {
      const text = ping('p1') + message('once', 'juliet@example.com');
      at(10, () => sent.push(hand.send(text)));
      at(20, () => sent.push(hand.send(text, { rid: hand.rid - 1 })));
      at(30, () => (received = domain.received(ROMEO).length));
    });
    expect(sent[1]?.at).toBe(20);
    expect(sent[1]?.text).toBe(sent[0]?.text);
    expect(received).toBe(2);
  });

  it('takes the place of the copy that is held', () => {
    const sent: Sent[] = [];
    online(({ hand, domain, at }) => {
      at(10, () => sent.push(hand.send()));
      at(20, () => sent.push(hand.send('', { rid: hand.rid - 1 })));
      at(30, () => domain.deliver(ROMEO, hello));
      at(40, () => sent.push(hand.send('', { rid: hand.rid - 1 })));
    });
    expect(sent.map(({ at }) => at)).toEqual([20, 30, 40]);
    expect(sent.map(texts)).toEqual([[], ['hello'], ['hello']]);
  });

  it('can be replayed as long as it is among the last `requests`', () => {
    const sent: Sent[] = [];
    online(({ hand, at }) => {
      for (let n = 1; n <= 3; n += 1) at(10 * n, () => hand.send(ping(`p${n}`)));
      at(40, () => sent.push(hand.send('', { rid: hand.rid - 2 })));
      at(50, () => sent.push(hand.send('', { rid: hand.rid - 3 })));
    });
    expect(sent[0]?.body.child('iq')?.attrs['id']).toBe('p2');
    expect(sent[1]?.body.attrs).toMatchObject({ type: 'terminate', condition: 'item-not-found' });
  });

  it('can be replayed until it is acknowledged, when the client acknowledges', () => {
    const sent: Sent[] = [];
    stage({}, (set) => {
      const { hand, at } = set;
      const abort = `<abort xmlns="${NS.SASL}"/>`;
      at(0, () => hand.create({ ack: 1 }));
      for (let n = 1; n <= 5; n += 1) at(n, () => hand.send(abort, { ack: 1000 }));
      at(10, () => sent.push(hand.send('', { rid: 1001 })));
    });
    expect(sent[0]?.body.child('failure', NS.SASL)).toBeDefined();
  });
});

describe('a session without a request', () => {
  const probeAt = (ms: number): Sent | undefined => {
    let probe: Sent | undefined;
    online(({ hand, at }) => at(ms, () => (probe = hand.send(ping('p')))));
    return probe;
  };

  it('lives until inactivity', () => {
    expect(probeAt(30_002)?.body.child('iq')?.attrs['type']).toBe('result');
    expect(probeAt(30_004)?.body.attrs).toMatchObject({ type: 'terminate', condition: 'item-not-found' });
  });

  it('does not expire while a request is held, and again when it is answered', () => {
    const alive: boolean[] = [];
    online(({ hand, domain, at }) => {
      at(10, () => hand.send());
      for (const ms of [59_000, 90_009, 90_011]) at(ms, () => alive.push(domain.sessions.length === 1));
    });
    expect(alive).toEqual([true, true, false]);
  });

  it('never expires when the server names no inactivity', () => {
    let alive = false;
    const options = { bosh: { inactivity: undefined } };
    online(({ domain, at }) => at(1e9, () => (alive = domain.sessions.length === 1)), options);
    expect(alive).toBe(true);
  });

  it('sends messages that nobody fetched to the next session of the account', () => {
    const sent: Sent[] = [];
    online((set) => {
      const { hand, domain, at } = set;
      at(5, () => hand.send('<presence xmlns="jabber:client"/>'));
      at(6, () => domain.user('juliet@example.com').send($msg({ to: ROMEO }).c('body').t('late').tree()));
      logIn(set, 100_000, 'romeo', 'garden');
      at(100_010, () => sent.push(hand.send('<presence xmlns="jabber:client"/>')));
    });
    expect(texts(sent[0])).toEqual(['late']);
  });
});

describe('pause', () => {
  it('releases every request and prolongs the inactivity once', () => {
    const sent: Sent[] = [];
    const alive: boolean[] = [];
    online(({ hand, domain, at }) => {
      at(10, () => sent.push(hand.send()));
      at(20, () => sent.push(hand.send('', { pause: 100 })));
      at(21, () => domain.deliver(ROMEO, hello));
      at(100_019, () => alive.push(domain.sessions.length === 1));
      at(100_019, () => sent.push(hand.send()));
      at(130_018, () => alive.push(domain.sessions.length === 1));
      at(130_020, () => alive.push(domain.sessions.length === 1));
    });
    expect(sent.map(({ at }) => at)).toEqual([20, 20, 100_019]);
    expect(sent.map(texts)).toEqual([[], [], ['hello']]);
    expect(alive).toEqual([true, true, false]);
  });

  it('is refused above maxpause, and ignored where there is none', () => {
    const sent: Sent[] = [];
    online(({ hand, at }) => at(10, () => sent.push(hand.send('', { pause: 121 }))));
    online(({ hand, at }) => at(10, () => sent.push(hand.send('', { pause: 100 }))), {
      bosh: { maxpause: undefined },
    });
    expect(sent[0]?.body.attrs['condition']).toBe('policy-violation');
    expect(sent[1]?.at).toBe(60_010);
  });
});

describe('a connection that dies while its request is held', () => {
  const afterDeath = (
    lostConnection: 'unnoticed' | 'noticed' | 'forgotten',
    next: (stage: Stage) => Sent,
  ) => {
    let sent: Sent | undefined;
    online(
      (set) => {
        const { hand, domain, at } = set;
        let poll: Sent | undefined;
        at(10, () => (poll = hand.send()));
        at(20, () => poll?.abort());
        at(30, () => domain.deliver(ROMEO, hello));
        at(40, () => (sent = next(set)));
      },
      { manner: { lostConnection } },
    );
    return sent;
  };
  const again = ({ hand }: Stage): Sent => hand.send('', { rid: hand.rid - 1 });
  const fresh = ({ hand }: Stage): Sent => hand.send(ping('p'));

  it('unnoticed: takes the stanza with it; the re-sent request brings it back', () => {
    expect(texts(afterDeath('unnoticed', again))).toEqual(['hello']);
    expect(texts(afterDeath('unnoticed', fresh))).toEqual([]);
  });

  it('noticed: the stanza waits for the re-sent request, or for the next', () => {
    expect(texts(afterDeath('noticed', again))).toEqual(['hello']);
    expect(texts(afterDeath('noticed', fresh))).toEqual(['hello']);
  });

  it('forgotten: the stanza waits for any request, but the re-sent one is too low once a later one has come', () => {
    const low = (set: Stage): Sent => {
      set.hand.send();
      return set.hand.send('', { rid: set.hand.rid - 2 });
    };
    expect(texts(afterDeath('forgotten', again))).toEqual(['hello']);
    expect(texts(afterDeath('forgotten', fresh))).toEqual(['hello']);
    expect(afterDeath('forgotten', low)?.body.attrs['condition']).toBe('item-not-found');
  });
});

describe('acknowledgements', () => {
  it('come on every answer but to the highest rid', () => {
    const sent: Sent[] = [];
    stage({ bosh: { ack: true } }, ({ hand, at }) => {
      at(0, () => sent.push(hand.create()));
      at(10, () => sent.push(hand.send()));
      at(20_000, () => sent.push(hand.send()));
    });
    expect(sent.map(({ body }) => body.attrs['ack'])).toEqual(['1000', '1002', undefined]);
  });
});

it('repeats the request of a re-sent copy where the server is known to', () => {
  const sent: Sent[] = [];
  online(
    ({ hand, at }) => {
      at(10, () => sent.push(hand.send(message('mine', 'juliet@example.com'))));
      at(20, () => sent.push(hand.send(message('mine', 'juliet@example.com'), { rid: hand.rid - 1 })));
      at(30, () => hand.send());
    },
    { manner: { echo: true, overactivity: false } },
  );
  expect(sent[1]?.body.attrs).toMatchObject({ rid: '1004', sid: 'sid-1' });
  expect(texts(sent[1])).toEqual(['mine']);
});

it('keeps no timer but that of the held request, through a thousand idle hours of polls', () => {
  const [hours, hourMs, waitMs] = [1000, 3_600_000, 600_000];
  let [answered, alive, timers] = [0, 0, 0];
  stage({ bosh: { wait: 600 } }, ({ hand, domain, scheduler, at }) => {
    const poll = (): void => {
      if (scheduler.now() < hours * hourMs) at(scheduler.now() + waitMs + 1, poll);
      hand.send();
      timers = Math.max(timers, scheduler.actions.length);
    };
    at(0, () => hand.create({ wait: 600 }));
    at(10, poll);
    at(hours * hourMs, () => {
      answered = domain.requests.filter(({ state }) => state === 'answered').length;
      alive = domain.sessions.length;
    });
  });
  expect(alive).toBe(1);
  expect(answered).toBeGreaterThan(5_900);
  expect(timers).toBeLessThan(10);
});
