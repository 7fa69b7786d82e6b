import { serverProfiles, terminateBody } from 'rxmpp/testing';
import { heard, onPages, type Pages, text } from './support/pages.js';

/** From now on the server knows nothing of these requests. */
const forget = ({ domain }: Pages, ...rids: readonly (number | undefined)[]): void => {
  domain.intercept(({ rid }) =>
    rids.includes(rid) ? { answer: { body: terminateBody('item-not-found') } } : undefined,
  );
};

/** A page with a poll and a message on their way, of which the server has both. */
const busy = (pages: Pages) => {
  const page = pages.login();
  page.client.send(text('one'));
  pages.until(() => pages.received().length === 1);
  const [older, newer] = pages.domain.open.map(({ rid }) => rid);
  expect(newer).toBe(older! + 1);
  return { page, older, newer };
};

const LIVES = [
  ['after a reload', ({ reload }: Pages, page: ReturnType<typeof busy>['page']) => (page.kill(), reload())],
  [
    'when the network comes back, without any reload',
    ({ domain, pass }: Pages, page: ReturnType<typeof busy>['page']) => {
      domain.offline(true);
      pass(1);
      domain.offline(false);
      return page;
    },
  ],
] as const;

describe.each(LIVES)('a request that the server can not answer any more, %s', (_, goOn) => {
  it(
    'is no reason to give the session up while a later one may be answered',
    onPages((pages) => {
      const { pass, tell, received, domain } = pages;
      const { page, older, newer } = busy(pages);
      forget(pages, older);
      const from = domain.requests.length;
      const next = goOn(pages, page);
      pass(1000);
      tell('two');
      pass(6000);
      expect(next.status).toMatchObject({ type: 'online' });
      expect(domain.requests.slice(from, from + 2).map(({ rid }) => rid)).toEqual([older, newer]);
      expect([heard(next), received()]).toEqual([['two'], ['one']]);
    }),
  );

  it(
    'is the end, once, when the later one can not be answered either; and its stanzas may have been delivered',
    onPages((pages) => {
      const { pass } = pages;
      const { page, older, newer } = busy(pages);
      forget(pages, older, newer);
      const next = goOn(pages, page);
      pass(5000);
      const ends = next.statuses.filter(({ type }) => type === 'failed');
      expect(ends).toMatchObject([
        {
          during: next === page ? 'session' : 'attach',
          error: { condition: 'item-not-found' },
          unsent: [],
          uncertain: [{ attrs: { id: 'one' } }],
        },
      ]);
    }),
  );
});

it(
  'Prosody forgets a request whose connection dies just before the next one comes, and the session goes on',
  onPages(({ login, reload, pass, until, tell, received, domain }) => {
    const page = login({ lingers: true });
    domain.intercept(({ text: body }) => (body.includes('one') ? { delayMs: 5 } : undefined));
    page.client.send(text('one'));
    until(() => domain.open.length === 2);
    page.kill();
    pass(100);
    expect(received()).toEqual(['one']);
    tell('two');
    const from = domain.requests.length;
    const next = reload();
    pass(1000);
    expect(domain.requests[from]!.answered!.text).toContain('item-not-found');
    expect(next.status).toMatchObject({ type: 'online', how: 'restored' });
    expect([heard(next), received()]).toEqual([['two'], ['one']]);
  }, serverProfiles.prosody),
);
