import { $msg, element } from 'rxmpp';
import { terminateBody } from 'rxmpp/testing';
import { kill, nextPage } from './support/pages.js';
import { type ActorOptions, type DomainStage, inDomain, ROMEO, URL } from './support/stage.js';

const OTHER = 'https://two.example/bosh';
const ALLOWED = { allowedOrigins: ['https://two.example'] };

const sentTo = (uri: string) =>
  terminateBody('see-other-uri', element('uri', 'http://jabber.org/protocol/httpbind', {}, [uri]));

/** Logs in where every address named in `ways` sends on to the next one. */
const loginBy = (
  { actor, domain, pass }: DomainStage,
  ways: Record<string, string>,
  options: ActorOptions,
) => {
  domain.intercept(({ url }) => {
    const uri = ways[url];
    return uri === undefined ? undefined : { answer: { body: sentTo(uri) } };
  });
  const romeo = actor(options);
  romeo.client.connect(ROMEO);
  pass(1000);
  return romeo;
};

describe('a login that is sent elsewhere (case 47)', () => {
  it(
    'goes on there in a new session, without sid, under a rid of its own',
    inDomain((stage) => {
      const romeo = loginBy(stage, { [URL]: OTHER }, ALLOWED);
      expect(romeo.status).toMatchObject({ type: 'online', how: 'connected' });
      const [here, there, ...rest] = romeo.requests;
      expect(here).toMatchObject({ url: URL, sid: undefined });
      expect(there).toMatchObject({ url: OTHER, sid: undefined });
      expect(there!.body.attrs).toMatchObject({ to: 'example.com', wait: '60', hold: '1' });
      expect(Math.abs(there!.rid! - here!.rid!)).toBeGreaterThan(1);
      expect(new Set(rest.map(({ url }) => url))).toEqual(new Set([OTHER]));
      expect(romeo.statuses.map(({ type }) => type)).toEqual([
        ...['offline', 'connecting', 'retrying', 'connecting', 'authenticating', 'online'],
      ]);
      expect(romeo.statuses[2]).toMatchObject({
        error: { name: 'StreamError', condition: 'see-other-uri', uri: OTHER },
      });
    }),
  );

  it(
    'needs no leave for another path of the same origin',
    inDomain((stage) => {
      const there = 'https://example.com/bosh-2';
      const romeo = loginBy(stage, { [URL]: there }, {});
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(romeo.requests[1]).toMatchObject({ url: there });
    }),
  );

  it.each([
    ['an origin that is not allowed', OTHER, {}],
    ['no encryption', 'http://example.com/bosh', {}],
    ['no encryption, allowed or not', 'http://two.example/bosh', { allowedOrigins: ['http://two.example'] }],
    ['another protocol', 'wss://two.example/ws', { allowedOrigins: ['wss://two.example'] }],
    ['what is no address', '/bosh', ALLOWED],
  ])('does not follow to %s', (_, uri, options) =>
    inDomain((stage) => {
      const romeo = loginBy(stage, { [URL]: uri }, options);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'connect' },
        error: { name: 'StreamError', condition: 'see-other-uri', uri, retryable: false },
      });
      expect(romeo.requests.map(({ url }) => url)).toEqual([URL]);
    })(),
  );

  it(
    'is not sent about for ever: three times, then it has failed',
    inDomain((stage) => {
      const romeo = loginBy(stage, { [URL]: OTHER, [OTHER]: URL }, ALLOWED);
      expect(romeo.requests.map(({ url }) => url)).toEqual([URL, OTHER, URL, OTHER]);
      expect(romeo.status).toMatchObject({ type: 'failed', error: { condition: 'see-other-uri', uri: URL } });
    }),
  );

  it(
    'ends when the app has had enough, before anything is sent there',
    inDomain(({ actor, domain, pass }) => {
      domain.answerNext({ body: sentTo(OTHER) });
      const romeo = actor(ALLOWED);
      romeo.client.status$.subscribe(({ type }) => type === 'retrying' && romeo.client.disconnect());
      romeo.client.connect(ROMEO);
      pass(1000);
      expect(romeo.status).toEqual({ type: 'offline' });
      expect(romeo.requests).toHaveLength(1);
    }),
  );

  it(
    'begins at the service again, next time',
    inDomain((stage) => {
      const romeo = loginBy(stage, { [URL]: OTHER }, ALLOWED);
      romeo.client.disconnect();
      stage.pass(5000);
      expect(romeo.status).toEqual({ type: 'offline' });
      const before = romeo.requests.length;
      romeo.client.connect(ROMEO);
      stage.pass(1000);
      expect(romeo.requests.slice(before, before + 2).map(({ url }) => url)).toEqual([URL, OTHER]);
      expect(romeo.status).toMatchObject({ type: 'online' });
    }),
  );

  it(
    'takes what waits to be sent along',
    inDomain((stage) => {
      const { actor, domain, pass } = stage;
      domain.answerNext({ body: sentTo(OTHER) });
      const romeo = actor(ALLOWED);
      romeo.client.connect(ROMEO);
      romeo.client.send($msg({ to: ROMEO.jid, id: 'early' }).c('body').t('x'));
      pass(2000);
      expect(romeo.stanzas.filter(({ attrs }) => attrs['id'] === 'early')).toHaveLength(1);
    }),
  );
});

describe('a session that was opened elsewhere', () => {
  const opened = (stage: DomainStage) => {
    const romeo = loginBy(stage, { [URL]: OTHER }, { keepalive: true, ...ALLOWED });
    expect(romeo.status).toMatchObject({ type: 'online' });
    return romeo;
  };

  it(
    'is restored there',
    inDomain((stage) => {
      const page = nextPage(stage, kill(opened(stage)), ALLOWED);
      page.client.restore();
      stage.pass(1000);
      expect(page.status).toMatchObject({ type: 'online', how: 'restored' });
      expect(new Set(page.requests.map(({ url }) => url))).toEqual(new Set([OTHER]));
    }),
  );

  it(
    'is not sought there by a page that may not go there',
    inDomain((stage) => {
      const page = nextPage(stage, kill(opened(stage)));
      page.client.restore();
      stage.pass(1000);
      expect(new Set(page.requests.map(({ url }) => url))).toEqual(new Set([URL]));
    }),
  );
});
