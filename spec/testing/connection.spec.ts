import { stage, logIn, type Sent } from './support/hand.js';

it('tells the server of a connection that dies, one way later', () => {
  const held: (readonly number[] | undefined)[] = [];
  stage({ latencyMs: 1, manner: { lostConnection: 'forgotten' } }, (set) => {
    const { hand, domain, at } = set;
    let poll: Sent | undefined;
    at(0, () => hand.create());
    at(10, () => (poll = hand.send()));
    at(20, () => poll?.abort());
    for (const ms of [20, 22]) at(ms, () => held.push(domain.sessions[0]?.held));
  });
  expect(held).toEqual([[1001], []]);
});

it('tells it also when the sender goes at the moment its body has left', () => {
  let held: readonly number[] | undefined;
  stage({ manner: { lostConnection: 'forgotten' } }, (set) => {
    const { hand, domain, at } = set;
    at(0, () => hand.create());
    at(10, () => {
      const request = {
        url: domain.url,
        body: `<body xmlns="http://jabber.org/protocol/httpbind" rid="1001" sid="${hand.sid}"/>`,
      };
      const poll = domain
        .http({ ...request, headers: {}, withCredentials: false })
        .subscribe(() => poll.unsubscribe());
    });
    at(20, () => (held = domain.sessions[0]?.held));
  });
  expect(held).toEqual([]);
});

it('answers with a content type', () => {
  let type: string | undefined;
  stage({}, ({ domain }) => {
    domain.http({ url: domain.url, body: '', headers: {}, withCredentials: false }).subscribe((event) => {
      if (event.type === 'response') type = event.header('content-type');
    });
  });
  expect(type).toBe('text/xml; charset=utf-8');
});

it('shows each request as its sender saw it end', () => {
  const states: string[] = [];
  stage({}, (set) => {
    const { hand, domain, at } = set;
    logIn(set);
    at(10, () => hand.send().abort());
    at(20, () => domain.intercept(() => ({ drop: true })));
    at(20, () => hand.send());
    at(30, () => states.push(...domain.requests.slice(3).map(({ state }) => state)));
  });
  expect(states).toEqual(['answered', 'aborted', 'failed']);
});
