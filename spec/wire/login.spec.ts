import { $msg, createClient, fetchPort, prebind } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';

import { SID, toLogin } from './support/answers.js';
import { first, some, statusOf } from './support/await.js';
import { endpoint, onlyNock, PATH, SERVICE } from './support/endpoint.js';

const CREDENTIALS = { jid: 'alice@example.com/home', password: 'secret' };
const XMLNS = 'xmlns="http://jabber.org/protocol/httpbind"';

describe('a login over HTTP', () => {
  onlyNock();

  it('makes these requests by PLAIN, in this order, and no other', async () => {
    const { posts, post$ } = endpoint(toLogin);
    const client = createClient(SERVICE);
    client.connect(CREDENTIALS);
    await some(post$, 5);
    expect(await statusOf(client, 'online')).toMatchObject({
      how: 'connected',
      jid: 'alice@example.com/home',
    });
    client.close();

    const rid = Number(posts[0]?.body.attrs['rid']);
    const id = posts[3]?.body.children[0]?.attrs['id'] ?? '';
    expect(id).toMatch(/^\w{20,}$/);
    const head = (n: number): string => `<body ${XMLNS} rid="${rid + n}" sid="${SID}"`;
    expect(posts.map(({ text }) => text)).toEqual([
      `<body ${XMLNS} rid="${rid}" to="example.com" xml:lang="en" ver="1.11" wait="60" hold="1" ` +
        `content="text/xml; charset=utf-8" xmpp:version="1.0" xmlns:xmpp="urn:xmpp:xbosh"/>`,
      `${head(1)}><auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">AGFsaWNlAHNlY3JldA==</auth></body>`,
      `${head(2)} to="example.com" xml:lang="en" xmpp:restart="true" xmlns:xmpp="urn:xmpp:xbosh"/>`,
      `${head(3)}><iq xmlns="jabber:client" type="set" id="${id}">` +
        `<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>home</resource></bind></iq></body>`,
      `${head(4)}/>`,
    ]);
    expect(posts.map(({ method, path }) => `${method} ${path}`)).toEqual(posts.map(() => `POST ${PATH}`));
  });

  it('opens the session with these attributes, a sid not among them', async () => {
    const { posts, post$ } = endpoint(toLogin);
    const client = createClient(SERVICE, { wait: 20, hold: 2, lang: 'de' });
    client.connect(CREDENTIALS);
    await first(post$);
    client.close();

    const { attrs, name, ns, children } = posts[0]!.body;
    expect({ name, ns, children }).toEqual({
      name: 'body',
      ns: 'http://jabber.org/protocol/httpbind',
      children: [],
    });
    expect(attrs).toEqual({
      rid: expect.stringMatching(/^[1-9]\d+$/) as string,
      to: 'example.com',
      'xml:lang': 'de',
      ver: '1.11',
      wait: '20',
      hold: '2',
      content: 'text/xml; charset=utf-8',
      'xmpp:version': '1.0',
    });
    expect(Number(attrs['rid'])).toBeGreaterThanOrEqual(2 ** 32);
    expect(Number(attrs['rid'])).toBeLessThan(2 ** 52);
  });

  it('keeps the tokens as it goes on, the rid always one that no request has had', async () => {
    const { posts, post$ } = endpoint(toLogin);
    const storage = memoryStorage();
    const client = createClient(SERVICE, { keepalive: { storage } });
    client.connect(CREDENTIALS);
    await some(post$, 5);
    const next = Number(posts[4]?.body.attrs['rid']) + 1;
    expect(await first(client.session$)).toEqual({ jid: 'alice@example.com/home', sid: SID, rid: next });
    const kept = JSON.parse(storage.getItem('strophe-bosh-session') ?? '') as unknown;
    expect(kept).toMatchObject({ jid: 'alice@example.com/home', sid: SID, rid: next });
    client.close();
  });

  it('sends what a pause has held in one request', async () => {
    const { posts, post$ } = endpoint(toLogin);
    // With nock a request of Node's own is not uploaded before it is answered, and the fifth never is.
    const platform = { http: fetchPort((...given) => fetch(...given)) };
    const client = createClient(SERVICE, { platform });
    client.connect(CREDENTIALS);
    await some(post$, 5);
    client.pause();
    client.send(['1', '2', '3'].map((id) => $msg({ to: 'bob@example.com', id })));
    client.resume();
    await some(post$, 6);
    expect(posts[5]?.body.children.map(({ attrs }) => attrs['id'])).toEqual(['1', '2', '3']);
    client.close();
  });

  it('of a prebind ends with the bind: no request is left, and the rid is the next one', async () => {
    const { posts } = endpoint(toLogin);
    const tokens = await first(prebind(SERVICE, CREDENTIALS));
    expect(posts).toHaveLength(4);
    expect(tokens).toMatchObject({
      jid: 'alice@example.com/home',
      sid: SID,
      wait: 60,
      hold: 1,
      inactivity: 30,
    });
    expect(tokens.rid).toBe(Number(posts[3]?.body.attrs['rid']) + 1);
  });
});
