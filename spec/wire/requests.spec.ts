import { type ClientOptions, createClient } from 'rxmpp';

import { toLogin } from './support/answers.js';
import { some, statusOf } from './support/await.js';
import { endpoint, onlyNock, type Post, PATH, type Reply, SERVICE } from './support/endpoint.js';

const CREDENTIALS = { jid: 'alice@example.com', password: 'secret' };

const login = async (options: ClientOptions, answers: typeof toLogin = toLogin, service = SERVICE) => {
  const fetched = jest.spyOn(globalThis, 'fetch');
  const { posts, post$ } = endpoint(answers);
  const client = createClient(service, options);
  client.connect(CREDENTIALS);
  await some(post$, 5);
  await statusOf(client, 'online');
  const given = fetched.mock.calls.map(([, init]) => init!);
  fetched.mockRestore();
  return { client, posts, given };
};

describe('every request', () => {
  onlyNock();

  it('is a POST of text/xml to the path of the service, with no other header', async () => {
    const { client, posts } = await login({});
    const headers = { 'content-type': 'text/xml; charset=utf-8', host: 'xmpp.example.com' };
    expect(posts.map(({ text, body, ...rest }) => rest)).toEqual(
      Array.from({ length: 5 }, () => ({ method: 'POST', path: PATH, headers })),
    );
    client.close();
  });

  it('keeps the query of the service', async () => {
    const { client, posts } = await login({}, toLogin, `${SERVICE}/?shard=7`);
    expect(posts.map(({ path }) => path)).toEqual(Array.from({ length: 5 }, () => `${PATH}/?shard=7`));
    client.close();
  });

  it('has the content type it is told to have', async () => {
    const { client, posts } = await login({ contentType: 'text/plain' });
    expect(posts.map(({ headers }) => headers['content-type'])).toEqual(
      Array.from({ length: 5 }, () => 'text/plain'),
    );
    client.close();
  });

  it('has the custom headers', async () => {
    const { client, posts } = await login({ headers: { authorization: 'Bearer x', 'X-Tenant': '7' } });
    const wanted = { authorization: 'Bearer x', 'x-tenant': '7', 'content-type': 'text/xml; charset=utf-8' };
    for (const { headers } of posts) expect(headers).toMatchObject(wanted);
    client.close();
  });

  it('takes no cookie from the server and sends none', async () => {
    const withCookies = (post: Post, n: number): Reply => {
      const said = toLogin(post, n);
      return typeof said === 'string' ? said : { ...said, headers: { 'set-cookie': 'track=1; Path=/' } };
    };
    const { client, posts } = await login({}, withCookies);
    for (const { headers } of posts) expect(Object.keys(headers)).not.toContain('cookie');
    client.close();
  });

  it.each([
    [undefined, 'same-origin'],
    [false, 'same-origin'],
    [true, 'include'],
  ] as const)('with withCredentials %s has the credentials mode %s', async (withCredentials, mode) => {
    const { client, given } = await login(withCredentials === undefined ? {} : { withCredentials });
    expect(given.map(({ credentials, redirect }) => [credentials, redirect])).toEqual(
      Array.from({ length: 5 }, () => [mode, 'manual']),
    );
    client.close();
  });

  it('is aborted when the client is closed, if it is still held', async () => {
    const { client, given } = await login({});
    const aborted = (): readonly (boolean | undefined)[] =>
      given.slice(-1).map(({ signal }) => signal?.aborted);
    expect(aborted()).toEqual([false]);
    client.close();
    expect(aborted()).toEqual([true]);
  });
});
