import { type DomainOptions, serverProfiles } from 'rxmpp/testing';
import { heard, onPages } from './support/pages.js';

const { prosody, ejabberd } = serverProfiles;

interface Outcome {
  readonly status: string;
  readonly heard: readonly string[];
}

/** A poll of a page leaves right before that dies, and comes in late: before or after the copy of it that the next page sends. */
const reloadWith = (delayMs: number, tellAfterMs: number, options: DomainOptions): Outcome => {
  let outcome: Outcome | undefined;
  onPages(({ domain, login, reload, pass, tell }) => {
    const first = login({ lingers: true });
    pass(600);
    const restore = domain.intercept(() => {
      restore();
      return { delayMs };
    });
    tell('before');
    pass(25);
    first.kill();
    pass(20);
    const second = reload();
    pass(tellAfterMs);
    tell('after');
    pass(8_000);
    const { status } = second;
    outcome = {
      status: status.type === 'failed' ? status.error.condition : status.type,
      heard: [first, second].flatMap(heard),
    };
  }, options)();
  return outcome!;
};

describe.each<readonly [string, DomainOptions]>([
  ['Prosody', prosody],
  ['ejabberd', ejabberd],
])('a request of a page that is gone, on %s', (_, options) => {
  it.each([0, 25, 40, 45, 50, 54, 66, 75, 100, 200])(
    'may come in %d ms late: the next page keeps the session, and what is said meanwhile comes once',
    (delayMs) => {
      for (let ms = 1; ms <= 121; ms += 10) {
        expect([ms, reloadWith(delayMs, ms, options)]).toEqual([
          ms,
          { status: 'online', heard: ['before', 'after'] },
        ]);
      }
    },
  );

  it.each([55, 60, 65])(
    'may, %d ms late, come in right before the proof, and take that or a message with it: then the page is told `stale`, or not at all',
    (delayMs) => {
      const all = Array.from({ length: 13 }, (__, n) => reloadWith(delayMs, 1 + 10 * n, options));
      const whole = all.filter((one) => one.heard.length === 2);
      const broken = all.filter((one) => one.heard.length < 2);
      expect(whole).toEqual(whole.map(() => ({ status: 'online', heard: ['before', 'after'] })));
      expect(broken).toEqual(
        broken.map(() => ({
          status: expect.stringMatching(/^(stale|online)$/) as string,
          heard: ['before'],
        })),
      );
      // The message has to come within 10 ms too.
      expect([1, 2]).toContain(broken.length);
    },
  );
});
