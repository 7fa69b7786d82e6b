import type { ClientRequest } from 'node:http';
import https from 'node:https';
import { type ClientOptions, createClient, fetchPort } from 'rxmpp';

import { toLogin } from './support/answers.js';
import { some, statusOf } from './support/await.js';
import { endpoint, onlyNock, type Post, PATH, type Reply, SERVICE } from './support/endpoint.js';

const CREDENTIALS = { jid: 'alice@example.com', password: 'secret' };

const login = async (options: ClientOptions, answers: typeof toLogin = toLogin, service = SERVICE) => {
  const { posts, post$ } = endpoint(answers);
  const client = createClient(service, options);
  client.connect(CREDENTIALS);
  await some(post$, 5);
  await statusOf(client, 'online');
  return { client, posts };
};

describe('every request', () => {
  onlyNock();

  it('is a POST of text/xml to the path of the service, with no other header', async () => {
    const { client, posts } = await login({});
    const fixed = { 'content-type': 'text/xml; charset=utf-8', host: 'xmpp.example.com' };
    expect(posts.map(({ text, body, ...rest }) => rest)).toEqual(
      posts.map(({ text }) => ({
        ...{ method: 'POST', path: PATH },
        // The connection is Node's affair; nock always has it closed.
        headers: { ...fixed, 'content-length': `${Buffer.byteLength(text)}`, connection: 'close' },
      })),
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
  ] as const)(
    'by fetch, with withCredentials %s, has the credentials mode %s',
    async (withCredentials, mode) => {
      const given: RequestInit[] = [];
      const http = fetchPort((url, init) => {
        given.push(init!);
        return fetch(url, init);
      });
      const options = withCredentials === undefined ? {} : { withCredentials };
      const { client } = await login({ ...options, platform: { http } });
      expect(given.map(({ credentials, redirect }) => [credentials, redirect])).toEqual(
        Array.from({ length: 5 }, () => [mode, 'manual']),
      );
      expect(given.at(-1)?.signal?.aborted).toBe(false);
      client.close();
      expect(given.at(-1)?.signal?.aborted).toBe(true);
    },
  );

  it('is aborted when the client is closed, if it is still held', async () => {
    const asked = jest.spyOn(https, 'request');
    const { client } = await login({});
    const held = asked.mock.results.at(-1)?.value as ClientRequest;
    asked.mockRestore();
    expect(held.destroyed).toBe(false);
    client.close();
    expect(held.destroyed).toBe(true);
  });
});
