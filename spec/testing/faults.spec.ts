import type { FaultAction } from '../../lib/testing/faults.js';
import { logIn, message, stage, type Sent } from './support/hand.js';

const ROMEO = 'romeo@example.com/balcony';

/** What becomes of one message on which this is done at 10 ms; both ways take 1 ms. */
const meet = (action: FaultAction) => {
  let sent: Sent | undefined;
  let received = -1;
  stage({}, (set) => {
    const { hand, domain, at } = set;
    logIn(set, 0, 'romeo', 'balcony');
    at(10, () => domain.intercept(({ rid }) => (rid === 1004 ? action : undefined)));
    at(10, () => (sent = hand.send(message('x', 'nobody@example.com'))));
    at(1000, () => (received = domain.received(ROMEO).length));
  });
  return {
    received,
    at: sent?.at,
    status: sent?.status,
    failed: sent?.error !== undefined,
    text: sent?.text,
  };
};

it('answers in place of the server', () => {
  const answer = { status: 502, body: '<html/>', afterMs: 5 };
  expect(meet({ answer })).toEqual({ received: 0, at: 15, status: 502, failed: false, text: '<html/>' });
});

it('gives a made-up answer its headers', () => {
  let header: string | undefined;
  stage({}, ({ domain }) => {
    domain.intercept(() => ({ answer: { status: 429, headers: { 'retry-after': '3' } } }));
    const request = { url: domain.url, body: '', headers: {}, withCredentials: false };
    domain.http(request).subscribe((event) => {
      if (event.type === 'response') header = event.header('retry-after');
    });
  });
  expect(header).toBe('3');
});

it('drops a request: it never arrives', () => {
  expect(meet({ drop: true })).toMatchObject({ received: 0, at: 10, failed: true });
});

it('drops an answer: the request was processed', () => {
  expect(meet({ dropAnswer: true })).toMatchObject({ received: 1, at: 10, failed: true });
});

it('hangs: nothing arrives and nothing comes', () => {
  expect(meet({ hang: true })).toMatchObject({ received: 0, at: undefined, failed: false });
});

it('delays a request and its answer', () => {
  expect(meet({ delayMs: 50, answerDelayMs: 7 })).toMatchObject({ received: 1, at: 67, status: 200 });
});

it('can make a later request overtake', () => {
  let order: (string | undefined)[] = [];
  stage({}, (set) => {
    const { hand, domain, at } = set;
    logIn(set, 0, 'romeo', 'balcony');
    at(10, () => domain.intercept(({ rid }) => (rid === 1004 ? { delayMs: 100 } : undefined)));
    at(10, () => hand.send(message('first', 'juliet@example.com')));
    at(20, () => hand.send(message('second', 'juliet@example.com')));
    at(50, () => order.push(String(domain.received(ROMEO).length)));
    at(200, () => (order = [...order, ...domain.received(ROMEO).map(({ textContent }) => textContent)]));
  });
  expect(order).toEqual(['0', 'first', 'second']);
});

it('asks the first interceptor that has something to say, as long as it is there', () => {
  const statuses: (number | undefined)[] = [];
  stage({}, ({ hand, domain, at }) => {
    const sent: Sent[] = [];
    domain.intercept(() => undefined);
    const remove = domain.intercept(() => ({ answer: { status: 500 } }));
    domain.intercept(() => ({ answer: { status: 501 } }));
    at(0, () => sent.push(hand.create()));
    at(1, remove);
    at(2, () => sent.push(hand.create()));
    at(3, () => statuses.push(...sent.map(({ status }) => status)));
  });
  expect(statuses).toEqual([500, 501]);
});

it('fails the next requests with a status', () => {
  const sent: Sent[] = [];
  stage({}, ({ hand, domain, at }) => {
    domain.failNext(503, 2);
    for (let ms = 0; ms < 3; ms += 1) at(ms, () => sent.push(hand.create()));
  });
  expect(sent.map(({ status }) => status)).toEqual([503, 503, 200]);
});

it('does the same to the next requests, as often as told', () => {
  const seen: string[] = [];
  stage({}, ({ domain, hand, at }) => {
    const one = (ms: number): void =>
      at(ms, () => {
        const sent = hand.post('<body/>');
        at(ms + 5, () => seen.push(sent.error ? 'dropped' : `${sent.status} ${sent.text.slice(0, 12)}`));
      });
    at(0, () => domain.failNext(503, 2));
    at(0, () => domain.dropNext());
    at(0, () => domain.answerNext({ body: '<made-up/>' }));
    for (const ms of [10, 20, 30, 40, 50]) one(ms);
  });
  expect(seen).toEqual([
    '503 <html><h1>50',
    '503 <html><h1>50',
    'dropped',
    '200 <made-up/>',
    '200 <body xmlns=',
  ]);
});
