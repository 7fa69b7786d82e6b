import { logIn, ping, stage, type Sent } from './support/hand.js';

describe('time on the way', () => {
  it('counts for each way, and tells when the body has left', () => {
    let created: Sent | undefined;
    stage({ latencyMs: { upMs: 30, downMs: 20 } }, ({ hand, at }) => at(5, () => (created = hand.create())));
    expect(created).toMatchObject({ uploadedAt: 35, at: 55 });
  });

  it('is the same for both when it is one number; nothing is ever synchronous', () => {
    const sent: Sent[] = [];
    stage({ latencyMs: 10 }, ({ hand, at }) => at(0, () => sent.push(hand.create())));
    stage({}, ({ hand, at }) =>
      at(0, () => {
        sent.push(hand.create());
        expect(sent[1]?.at).toBeUndefined();
      }),
    );
    expect(sent.map(({ at }) => at)).toEqual([20, 0]);
  });

  it('may hide the upload', () => {
    let created: Sent | undefined;
    stage({ uploads: false }, ({ hand, at }) => at(0, () => (created = hand.create())));
    expect(created).toMatchObject({ uploadedAt: undefined, status: 200 });
  });
});

describe('offline', () => {
  it('breaks what is open and refuses what comes, until it is over', () => {
    const sent: Sent[] = [];
    stage({}, (set) => {
      const { hand, domain, at } = set;
      logIn(set);
      at(10, () => sent.push(hand.send()));
      at(20, () => domain.offline(true));
      at(30, () => sent.push(hand.send()));
      at(40, () => domain.offline(false));
      at(50, () => sent.push(hand.send('', { rid: hand.rid - 2 })));
      at(60, () => hand.send(ping('p'), { rid: hand.rid - 1 }));
    });
    expect(sent.map(({ at }) => at)).toEqual([20, 30, 60]);
    expect(sent[0]?.error).toMatchObject({ name: 'TransportError', kind: 'network', status: 0 });
    expect(sent[1]?.error).toMatchObject({ name: 'TransportError' });
    expect(sent[2]?.body.child('iq')).toBeDefined();
  });
});

describe('hold', () => {
  it('keeps requests on the way, in order, until all holds are over', () => {
    const sent: Sent[] = [];
    stage({}, ({ hand, domain, at }) => {
      let releases: (() => void)[] = [];
      at(0, () => (releases = [domain.hold(), domain.hold()]));
      at(10, () => sent.push(hand.create(), hand.create()));
      at(20, () => releases[0]?.());
      at(30, () => releases[1]?.());
    });
    expect(sent.map(({ at, body }) => [at, body.attrs['sid']])).toEqual([
      [30, 'sid-1'],
      [30, 'sid-2'],
    ]);
  });
});

describe('an aborted request', () => {
  it('never arrives when it had not left', () => {
    let sessions = -1;
    stage({ latencyMs: 10 }, ({ hand, domain, at }) => {
      let created: Sent | undefined;
      at(0, () => (created = hand.create()));
      at(9, () => created?.abort());
      at(50, () => (sessions = domain.sessions.length));
    });
    expect(sessions).toBe(0);
  });

  it('is processed when it had, and its answer is lost', () => {
    let created: Sent | undefined;
    let seen: unknown;
    stage({ latencyMs: 10 }, ({ hand, domain, at }) => {
      at(0, () => (created = hand.create()));
      at(11, () => created?.abort());
      at(50, () => {
        const { state, answered } = domain.requests[0]!;
        seen = { state, answeredAt: answered?.at, sessions: domain.sessions.length };
      });
    });
    expect(seen).toEqual({ state: 'aborted', answeredAt: 10, sessions: 1 });
    expect(created?.at).toBeUndefined();
  });
});

it('takes another time from when it is told to', () => {
  const times: (number | undefined)[] = [];
  stage({ latencyMs: 5 }, ({ domain, hand, at }) => {
    const first = hand.post('<body/>');
    at(100, () => domain.latency(20));
    at(100, () => {
      const second = hand.post('<body/>');
      at(200, () => domain.latency({ upMs: 1, downMs: 2 }));
      at(200, () => {
        const third = hand.post('<body/>');
        at(300, () => times.push(first.at, second.at, third.at));
      });
    });
  });
  expect(times).toEqual([10, 140, 203]);
});
