// A web site that knows its users, logs in to XMPP for them, and hands each page the tokens of a session: no XMPP password
// ever reaches a page. A handler for `node:http`; in Express it is `app.use((request, response) => site(request, response))`.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Credentials, prebind } from 'rxmpp';

import { cookieOf, createSessions, isSameOrigin, type User } from './sessions.js';

/** By path. */
type SiteFiles = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

export interface SiteOptions {
  /** The BOSH endpoint as this server reaches it. The page must reach the very same connection manager. */
  readonly service: () => string;
  /** What lets this server in for a user. */
  readonly credentials: (user: User) => Credentials;
  /** Whether the password is the one of this user on this site, which need not be that of XMPP. */
  readonly authenticate: (name: string, secret: string) => User | undefined;
  readonly files: SiteFiles;
  /** Whether the site is reached by https: its cookie is then for https only. */
  readonly secure: boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const MOST_BYTES = 4_096;

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += piece as string;
    if (text.length > MOST_BYTES) throw new Error('The form is too long');
  }
  return new URLSearchParams(text);
};

/** Nothing of what is said here may be kept by anybody on the way: it is the key to a session. */
const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
} as const;

const sendJson = (response: ServerResponse, status: number, value: unknown, more: object = {}): void => {
  response
    .writeHead(status, { 'content-type': 'application/json', ...HEADERS, ...more })
    .end(JSON.stringify(value));
};

/** The site: `POST /login`, `POST /tokens`, `POST /logout`, and the files. */
export const createSite = ({ service, credentials, authenticate, files, secure }: SiteOptions): Handler => {
  const sessions = createSessions();
  const cookie = (id: string, seconds: number): object => ({
    'set-cookie': `id=${id}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}${secure ? '; Secure' : ''}`,
  });

  const logIn: Handler = async (request, response) => {
    const form = await readForm(request);
    const user = authenticate(form.get('name') ?? '', form.get('secret') ?? '');
    if (user) sendJson(response, 200, {}, cookie(sessions.begin(user), 28_800));
    else sendJson(response, 403, { error: 'not-authorized' });
  };

  /** Each call opens a session of its own: one that two pages share is one that they fight for. */
  const giveTokens: Handler = (request, response) => {
    const user = sessions.find(cookieOf(request));
    if (!user) {
      sendJson(response, 401, { error: 'not-logged-in' });
      return;
    }
    const binding = prebind(service(), credentials(user)).subscribe({
      next: ({ jid, sid, rid }) => sendJson(response, 200, { jid, sid, rid }),
      error: () => sendJson(response, 502, { error: 'no-session' }),
    });
    response.once('close', () => binding.unsubscribe());
  };

  const logOut: Handler = (request, response) => {
    sessions.end(cookieOf(request));
    sendJson(response, 200, {}, cookie('', 0));
  };

  const routes = new Map<string, Handler>([
    ['POST /login', logIn],
    ['POST /tokens', giveTokens],
    ['POST /logout', logOut],
  ]);

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes.get(`${request.method} ${pathname}`);
    const file = request.method === 'GET' ? files.get(pathname) : undefined;
    if (file) response.writeHead(200, { 'content-type': file.type, ...HEADERS }).end(file.body);
    else if (!route) sendJson(response, 404, { error: 'not-found' });
    else if (!isSameOrigin(request)) sendJson(response, 403, { error: 'other-origin' });
    else {
      try {
        await route(request, response);
      } catch {
        sendJson(response, 400, { error: 'bad-request' });
      }
    }
  };
};
