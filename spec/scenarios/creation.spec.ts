import { createClient, stx } from 'rxmpp';
import { body } from 'rxmpp/testing';
import { NEVER } from 'rxjs';
import { CREATED, logInByHand, message, offers } from './support/by-hand.js';
import { inDomain, ROMEO, URL, withServer } from './support/stage.js';

/** XEP-0124 §7, XEP-0206 §3. */
describe('opening a session', () => {
  it(
    'says in the first request all that a server needs to know',
    inDomain(({ actor }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      expect(romeo.requests).toHaveLength(1);
      const { body: first, headers } = romeo.requests[0]!;
      expect(first.attrs).toMatchObject({
        ...{ to: 'example.com', 'xml:lang': 'en', ver: '1.11', wait: '60', hold: '1' },
        ...{ content: 'text/xml; charset=utf-8', 'xmpp:version': '1.0' },
      });
      expect(first.attrs['rid']).toMatch(/^\d{10,16}$/);
      expect(first.attrs).not.toHaveProperty('sid');
      expect(first.children).toEqual([]);
      expect(headers['content-type']).toBe('text/xml; charset=utf-8');
    }),
  );

  it(
    'asks for what the app wants: language, wait, hold, content type',
    inDomain(({ actor }) => {
      const romeo = actor({
        lang: 'it',
        wait: 20,
        hold: 2,
        contentType: 'text/plain',
        headers: { 'x-token': 't' },
      });
      romeo.client.connect(ROMEO);
      const { body: first, headers } = romeo.requests[0]!;
      expect(first.attrs).toMatchObject({ 'xml:lang': 'it', wait: '20', hold: '2' });
      expect(headers).toEqual({ 'content-type': 'text/plain', 'x-token': 't' });
    }),
  );

  /** XEP-0124 §14.1, §19.3. */
  const firstRid = (): number => {
    let text = '';
    const client = createClient(URL, { platform: { http: (request) => ((text = request.body), NEVER) } });
    client.connect(ROMEO);
    client.close();
    return Number(/ rid="(\d+)"/.exec(text)?.[1]);
  };

  it('starts every session at another unpredictable number', () => {
    const rids = Array.from({ length: 1000 }, firstRid);
    expect(new Set(rids).size).toBe(1000);
    expect(rids.filter((rid) => !Number.isInteger(rid) || rid < 2 ** 32 || rid >= 2 ** 52)).toEqual([]);
  });

  it('takes that number from the cryptographic source of the platform', () => {
    const secure = jest.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => {
      new Uint8Array(array.buffer).fill(0x42);
      return array;
    });
    expect(firstRid()).toBe(0x2424242424242);
    secure.mockRestore();
  });

  it(
    'lets the server shorten the wait, and counts a request as lost 5 s after that',
    withServer((stage) => {
      const { actor, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo, { created: { ...CREATED, wait: 10 } });
      const [poll] = romeo.open;
      pass(14_999);
      expect(poll).toMatchObject({ state: 'open' });
      pass(1);
      expect(poll).toMatchObject({ state: 'aborted' });
      pass(200);
      expect(romeo.open.map(({ text }) => text)).toEqual([poll!.text]);
    }),
  );

  it(
    'lives with a server that does not say how long it is patient',
    inDomain(
      ({ actor, pass, domain }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        pass(600_000);
        expect(romeo.status).toMatchObject({ type: 'online', stalled: false });
        const polls = domain.requests.slice(5).map(({ at }) => at);
        expect(polls).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => n * 60_000));
      },
      { bosh: { inactivity: undefined } },
    ),
  );

  it(
    'fetches the features if they do not come with the first answer',
    inDomain(
      ({ actor, pass, domain }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        expect(romeo.status).toMatchObject({ type: 'online' });
        const [, second, third] = domain.requests.map(({ body: { children } }) =>
          children.map(({ name }) => name),
        );
        expect([second, third]).toEqual([[], ['auth']]);
      },
      { manner: { earlyFeatures: false } },
    ),
  );

  it(
    'takes an HTTP 404 of an old connection manager (no ver) as the end, at once',
    inDomain(
      ({ actor, pass, domain }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        const before = domain.requests.length;
        domain.failNext(404, 5);
        pass(60_000);
        expect(romeo.status).toMatchObject({
          ...{ type: 'failed', during: 'session' },
          error: { name: 'TransportError', kind: 'http', status: 404, condition: 'item-not-found' },
        });
        expect(domain.requests).toHaveLength(before + 1);
      },
      { bosh: { ver: undefined } },
    ),
  );

  it(
    'asks a modern one once more before it believes a 404',
    inDomain(({ actor, pass, domain }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      const before = domain.requests.length;
      domain.failNext(404, 5);
      pass(60_000);
      expect(romeo.status).toMatchObject({ type: 'failed', during: 'session', error: { status: 404 } });
      const [refused, confirmed, ...more] = domain.requests.slice(before);
      expect(confirmed!.text).toBe(refused!.text);
      expect(more).toEqual([]);
    }),
  );

  it(
    'goes on as if nothing had happened when the 404 was the mistake of a proxy',
    inDomain(({ actor, pass, domain }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      domain.failNext(404);
      pass(60_000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      domain.deliver(ROMEO.jid, stx`<message><body>now?</body></message>`);
      pass(0);
      expect(romeo.stanzas.map((stanza) => stanza.child('body')?.text)).toEqual(['now?']);
    }),
  );

  it(
    'fails when the server gives no session id, and asks nothing more',
    withServer(({ actor, server, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      server.answer('oldest', body({ ...CREATED, sid: undefined }, offers(['PLAIN'])));
      pass(60_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { condition: 'protocol-violation' },
      });
      expect(romeo.requests).toHaveLength(1);
    }),
  );

  it(
    'says so when the server does not know the host',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.connect({ jid: 'romeo@elsewhere.example', password: 'montague' });
      pass(60_000);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during: 'connect' },
        error: { name: 'StreamError', condition: 'host-unknown', retryable: false },
      });
      expect(romeo.requests).toHaveLength(1);
    }),
  );

  it(
    'tries again under a new number when the first request gets lost',
    withServer(({ actor, server, pass, now }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      const times: number[] = [];
      while (times.length < 2) {
        pass(0);
        server.fail('oldest');
        const failedAt = now();
        while (romeo.open.length === 0) pass(1);
        times.push(now() - failedAt);
      }
      server.answer('oldest', body(CREATED, offers(['PLAIN'])));
      pass(0);
      const [first, second, third, fourth] = romeo.requests;
      expect(new Set([first, second, third].map((request) => request!.rid)).size).toBe(3);
      expect([first, second, third].map((request) => request!.sid)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(fourth).toMatchObject({ sid: 'a1', rid: third!.rid! + 1 });
      expect(times[0]).toBeGreaterThanOrEqual(100);
      expect(times[1]).toBeGreaterThanOrEqual(200);
    }),
  );

  it.each([['text/xml; charset=utf8'], ['text/html'], [undefined]])(
    'reads answers whatever their content type says: %s',
    (type) => {
      withServer((stage) => {
        const romeo = stage.actor();
        logInByHand(stage, romeo, { headers: type === undefined ? {} : { 'content-type': type } });
        expect(romeo.status).toMatchObject({ type: 'online', jid: ROMEO.jid });
      })();
    },
  );

  it(
    'ignores the name of a stream it has not asked for',
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo, { created: { ...CREATED, stream: 'one-of-many' } });
      stage.server.answer('oldest', body({ stream: 'one-of-many' }, message('hello')));
      stage.pass(0);
      expect(romeo.stanzas).toHaveLength(1);
      expect(romeo.requests.slice(1).filter(({ text }) => text.includes('stream='))).toEqual([]);
    }),
  );
});
