import nock from 'nock';
import { createClient, StropheSessionError } from 'rxmpp';

import { carrying, idIn, pong, toLogin } from './support/answers.js';
import { first, some, statusOf } from './support/await.js';
import { endpoint, onlyNock, type Post, type Reply, SERVICE } from './support/endpoint.js';

const CREDENTIALS = { jid: 'alice@example.com', password: 'secret' };
const TOKENS = { jid: 'alice@example.com/home', sid: 'abc', rid: 4711 };

const ridsOf = (posts: readonly Post[]): readonly number[] =>
  posts.map(({ body }) => Number(body.attrs['rid']));

const html = (status: number): Reply => ({
  status,
  body: '<!DOCTYPE html><title>Sign in</title>',
  headers: { 'content-type': 'text/html' },
});

const toProbe = (post: Post): Reply =>
  post.body.children.length > 0 ? carrying(pong(idIn(post), TOKENS.jid)) : 'hold';

describe('an answer that is not what was hoped for', () => {
  onlyNock();

  it.each([301, 302, 303, 307, 308])('%i is not followed: the attempt has failed', async (status) => {
    const away = nock('https://elsewhere.example').post('/http-bind').reply(200, '');
    const moved = { status, body: '', headers: { location: 'https://elsewhere.example/http-bind' } };
    const { posts } = endpoint(() => moved);
    const client = createClient(SERVICE);
    client.connect(CREDENTIALS);
    const { during, error } = await statusOf(client, 'failed');
    expect(during).toBe('connect');
    expect(error).toMatchObject({ name: 'TransportError', kind: 'http', status, retryable: false });
    expect(posts).toHaveLength(1);
    expect(away.isDone()).toBe(false);
  });

  it('404 says that the session to attach to is gone', async () => {
    const { posts } = endpoint(() => ({ status: 404, body: '' }));
    const client = createClient(SERVICE);
    client.attach(TOKENS);
    const { during, error } = await statusOf(client, 'failed');
    expect(during).toBe('attach');
    expect(error).toMatchObject({
      name: 'TransportError',
      condition: 'item-not-found',
      status: 404,
      retryable: false,
    });
    expect(ridsOf(posts)).toEqual([4711]);
  });

  it('a body of type terminate says so too, whatever the HTTP status is', async () => {
    const terminate = `<body xmlns='http://jabber.org/protocol/httpbind' type='terminate' condition='item-not-found'/>`;
    endpoint(() => ({ status: 404, body: terminate }));
    const client = createClient(SERVICE);
    client.attach(TOKENS);
    const { during, error } = await statusOf(client, 'failed');
    expect({ during, name: error.name, condition: error.condition }).toEqual({
      during: 'attach',
      name: 'StreamError',
      condition: 'item-not-found',
    });
  });

  it('HTML instead of BOSH fails the login after three sessions that did not come about', async () => {
    const { posts } = endpoint(() => html(200));
    const client = createClient(SERVICE);
    client.connect(CREDENTIALS);
    const { during, error } = await statusOf(client, 'failed');
    expect(during).toBe('connect');
    expect(error).toMatchObject({ name: 'TransportError', condition: 'bad-answer', status: 200 });
    expect(new Set(ridsOf(posts)).size).toBe(3);
  });

  it('HTML instead of BOSH is asked about again, unchanged, until the attach has no time left', async () => {
    const { posts } = endpoint(() => html(200));
    const client = createClient(SERVICE, { attachTimeout: 600 });
    client.attach(TOKENS);
    const { during, error } = await statusOf(client, 'failed');
    expect({ during, condition: error.condition }).toEqual({ during: 'attach', condition: 'timeout' });
    expect(posts.length).toBeGreaterThan(1);
    expect(new Set(posts.map(({ text }) => text)).size).toBe(1);
  });

  it('a page of HTML before the answer costs no more than another request, the same one', async () => {
    const { posts } = endpoint((post, n) => (n === 0 ? html(502) : toProbe(post)));
    const client = createClient(SERVICE);
    client.attach(TOKENS);
    expect(await statusOf(client, 'online')).toMatchObject({ how: 'attached', jid: TOKENS.jid });
    expect(posts[1]?.text).toBe(posts[0]?.text);
    client.close();
  });

  it('503 is asked again no sooner than Retry-After says', async () => {
    const at: number[] = [];
    const { posts } = endpoint((post, n) => {
      at.push(performance.now());
      return n === 0 ? { status: 503, body: '', headers: { 'retry-after': '1' } } : toProbe(post);
    });
    const client = createClient(SERVICE);
    client.attach(TOKENS);
    await statusOf(client, 'online');
    expect(posts[1]?.text).toBe(posts[0]?.text);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990);
    client.close();
  });

  it('its content type is not looked at', async () => {
    endpoint((post, n) => {
      const said = toLogin(post, n);
      return typeof said === 'string'
        ? said
        : { ...said, headers: { 'content-type': 'text/html; charset=utf8' } };
    });
    const client = createClient(SERVICE);
    client.connect(CREDENTIALS);
    expect(await statusOf(client, 'online')).toMatchObject({ jid: 'alice@example.com/home' });
    client.close();
  });

  it('no connection fails the login after three attempts, each under a rid of its own', async () => {
    const tried: number[] = [];
    nock('https://xmpp.example.com')
      .persist()
      .post('/http-bind', (body) => tried.push(Number(/rid="(\d+)"/.exec(String(body))?.[1])) > 0)
      .replyWithError(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const client = createClient(SERVICE);
    client.connect(CREDENTIALS);
    const { during, error } = await statusOf(client, 'failed');
    expect(during).toBe('connect');
    expect(error).toMatchObject({
      name: 'TransportError',
      kind: 'network',
      status: 0,
      retryable: true,
    });
    expect(error.cause).toBeInstanceOf(Error);
    expect(new Set(tried).size).toBe(3);
  });

  it('a connection that breaks under a held request is made again with the same request', async () => {
    const { posts, post$ } = endpoint((post, n) => (n === 1 ? 'break' : toProbe(post)));
    const client = createClient(SERVICE);
    client.attach(TOKENS);
    await some(post$, 3);
    expect(posts[2]?.text).toBe(posts[1]?.text);
    expect(ridsOf(posts)).toEqual([4711, 4712, 4712]);
    expect(await first(client.status$)).toMatchObject({ type: 'online', stalled: false });
    client.close();
  });

  it('there is no session to restore where nothing was kept, and nothing is asked', () => {
    const { posts } = endpoint(() => 'hold');
    const restore = (): void => createClient(SERVICE, { keepalive: true }).restore();
    expect(restore).toThrow(StropheSessionError);
    expect(posts).toEqual([]);
  });
});
