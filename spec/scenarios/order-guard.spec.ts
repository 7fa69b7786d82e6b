import { $msg } from 'rxmpp';

import { inDomain, ROMEO } from './support/stage.js';

const message = (text: string) => $msg({ to: 'juliet@example.com/balcony' }).c('body').t(text);

describe('where the platform does not tell when a request has been uploaded', () => {
  it(
    'a request over a slow new connection is not overtaken by the next one over a warm connection',
    inDomain(
      ({ domain, actor, pass }) => {
        const juliet = domain.user('juliet@example.com/balcony');
        let cold = true;
        domain.intercept(() => (cold ? { delayMs: 160 } : undefined));
        const romeo = actor({ platform: { uploads: false }, dispatchInterval: 0 });
        romeo.client.connect(ROMEO);
        pass(3_000);
        juliet.send($msg({ to: ROMEO.jid }).c('body').t('hello').tree());
        pass(50);
        const poll = romeo.requests.at(-1)!;
        expect(poll.body.children).toEqual([]);
        cold = false;
        romeo.client.send(message('warm'));
        pass(1_000);
        const warm = romeo.requests.find(({ text }) => text.includes('warm'))!;
        expect(warm.rid).toBe(poll.rid! + 1);
        expect(warm.at - poll.at).toBeGreaterThanOrEqual(160);
        expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(['warm']);
      },
      { latencyMs: 20, uploads: false },
    ),
  );

  it(
    'what the very first request took does not count: a new connection takes three round trips at most',
    inDomain(
      ({ domain, actor, pass }) => {
        const juliet = domain.user('juliet@example.com/balcony');
        let cold = true;
        domain.intercept(() => {
          const action = cold ? { delayMs: 400 } : undefined;
          cold = false;
          return action;
        });
        const romeo = actor({ platform: { uploads: false }, dispatchInterval: 0 });
        romeo.client.connect(ROMEO);
        pass(3_000);
        juliet.send($msg({ to: ROMEO.jid }).c('body').t('hello').tree());
        pass(25);
        const poll = romeo.requests.at(-1)!;
        romeo.client.send(message('soon'));
        pass(1_000);
        const soon = romeo.requests.find(({ text }) => text.includes('soon'))!;
        expect([soon.rid, soon.at - poll.at]).toEqual([poll.rid! + 1, 3 * 40]);
        expect(romeo.requests[0]!.at + 400).toBeLessThanOrEqual(romeo.requests[1]!.at);
      },
      { latencyMs: 20, uploads: false },
    ),
  );
});
