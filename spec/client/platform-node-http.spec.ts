import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { EMPTY, expand, lastValueFrom, materialize, type Observable, toArray } from 'rxjs';
import { type HttpEvent, type HttpRequest, type HttpResponse, LimitError, TransportError } from 'rxmpp';

import { nodeHttpPort, nodeModules } from '../../lib/client/platform-node-http.js';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that does with each request what `serve` says, for as long as `use` takes. */
const withServer = async (serve: Serve, use: (request: HttpRequest) => Promise<void>): Promise<void> => {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': 'text/xml; charset=utf-8', 'x-own': '7' };
  try {
    await use({
      url: `http://127.0.0.1:${port}/http-bind`,
      body: '<body>ž</body>',
      headers,
      withCredentials: false,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

/** Whether the process stays alive for it. */
const hasRef = (socket: Socket): boolean | undefined =>
  (socket as unknown as { readonly _handle?: { hasRef(): boolean } })._handle?.hasRef();

const post = nodeHttpPort({ http, https });

const everything = (source$: Observable<HttpEvent>) => lastValueFrom(source$.pipe(materialize(), toArray()));

const errorOf = async (source$: Observable<HttpEvent>): Promise<unknown> => {
  const end = (await everything(source$)).at(-1);
  return end?.kind === 'E' ? end.error : end;
};

describe('nodeHttpPort', () => {
  it('POSTs the text as UTF-8, says when it has left, and emits the answer, whatever its status', async () => {
    const seen: unknown[] = [];
    const serve: Serve = (request, response) => {
      const { method, url, headers } = request;
      void text(request).then((body) => {
        seen.push({ method, url, body, type: headers['content-type'], own: headers['x-own'] });
        response.writeHead(503, { 'Retry-After': '7', 'Set-Cookie': ['a=1', 'b=2'] }).end('<a>ž</a>');
      });
    };
    await withServer(serve, async (request) => {
      const [uploaded, answer, end] = await everything(post(request));
      expect(seen).toEqual([
        {
          method: 'POST',
          url: '/http-bind',
          body: '<body>ž</body>',
          type: 'text/xml; charset=utf-8',
          own: '7',
        },
      ]);
      expect([uploaded?.value, end?.kind]).toEqual([{ type: 'uploaded' }, 'C']);
      expect(answer?.value).toMatchObject({ type: 'response', status: 503, body: '<a>ž</a>' });
      const { header } = answer?.value as HttpResponse;
      expect(['retry-after', 'set-cookie', 'x-none'].map(header)).toEqual(['7', 'a=1, b=2', undefined]);
    });
  });

  it('is cold, and does not follow a redirect', async () => {
    let count = 0;
    const serve: Serve = (_, response) => {
      count += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    };
    await withServer(serve, async (request) => {
      const answer$ = post(request);
      expect(count).toBe(0);
      for (const expected of [1, 2]) {
        const [, answer] = await everything(answer$);
        expect([count, answer?.value]).toEqual([expected, expect.objectContaining({ status: 307 })]);
      }
    });
  });

  it.each<[string, Serve]>([
    ['no answer comes', (request) => request.socket.destroy()],
    [
      'the answer breaks off',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('<body');
        setImmediate(() => request.socket.destroy());
      },
    ],
  ])('errors with a TransportError when %s', async (_, serve) => {
    await withServer(serve, async (request) => {
      const end = (await everything(post(request))).at(-1);
      expect(end?.kind).toBe('E');
      const { error } = end as { readonly error?: unknown };
      expect(error).toBeInstanceOf(TransportError);
      expect(error).toMatchObject({ kind: 'network', condition: 'network', status: 0 });
      expect((error as TransportError).cause).toMatchObject({ code: 'ECONNRESET' });
    });
  });

  it('goes over TLS where the URL says so', async () => {
    await withServer(
      (_, response) => response.end(),
      async ({ url, ...rest }) => {
        const [end] = await everything(post({ ...rest, url: url.replace('http:', 'https:') }));
        // The server speaks none.
        const { error } = end as { readonly error?: unknown };
        expect((error as TransportError).cause).toMatchObject({
          code: expect.stringMatching(/PROTO|SSL/) as string,
        });
      },
    );
  });

  it('ends the request when unsubscribed from, and then says nothing', async () => {
    let ended: Promise<unknown> = Promise.reject(new Error('no request came'));
    ended.catch(() => undefined);
    const came = new Promise<void>((resolve) => {
      const serve: Serve = (request) => {
        ended = once(request.socket, 'close');
        resolve();
      };
      void withServer(serve, async (request) => {
        const said: unknown[] = [];
        const subscription = post(request).subscribe({
          next: (event) => said.push(event),
          error: (error: unknown) => said.push(error),
        });
        await came;
        subscription.unsubscribe();
        await ended;
        expect(said.filter((event) => (event as HttpEvent).type !== 'uploaded')).toEqual([]);
      });
    });
    await came;
    await ended;
  });

  it('keeps its connection for the next request, even one that follows in the same moment', async () => {
    const sockets = new Set<unknown>();
    const serve: Serve = (request, response) => {
      sockets.add(request.socket);
      response.end('<body/>');
    };
    await withServer(serve, async (request) => {
      const said = await everything(
        post(request).pipe(
          expand((event, n) => (event.type === 'response' && n < 5 ? post(request) : EMPTY)),
        ),
      );
      expect(said.map(({ value }) => value?.type)).toEqual([
        ...['uploaded', 'response', 'uploaded', 'response', 'uploaded', 'response', undefined],
      ]);
      expect(sockets.size).toBe(1);
    });
  });

  it('takes no cookie along, asks for no compression, and says nothing of uploads where nobody wants to know', async () => {
    const seen: (readonly string[])[] = [];
    const serve: Serve = ({ headers }, response) => {
      seen.push(Object.keys(headers).sort());
      response.writeHead(200, { 'Set-Cookie': 'a=1' }).end('\uFEFF<body/>');
    };
    await withServer(serve, async (request) => {
      for (let i = 0; i < 2; i += 1) {
        const [answer, end] = await everything(post({ ...request, uploadEvents: false }));
        expect([answer?.value, end?.kind]).toEqual([expect.objectContaining({ body: '<body/>' }), 'C']);
      }
    });
    const names = ['connection', 'content-length', 'content-type', 'host', 'x-own'];
    expect(seen).toEqual([names, names]);
  });

  it('reads no more than it may', async () => {
    let closed: Promise<unknown> | undefined;
    const serve: Serve = (request, response) => {
      // Node's own `once` takes the reset for a failure.
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(1_000), more);
      };
      more();
    };
    await withServer(serve, async (request) => {
      const error = await errorOf(post({ ...request, maxAnswer: 10_000 }));
      expect(error).toBeInstanceOf(LimitError);
      expect(error).toMatchObject({ condition: 'answer-too-large' });
      await closed;
    });
    await withServer(
      (_, response) => response.end('x'.repeat(10_000)),
      async (request) => expect(await everything(post({ ...request, maxAnswer: 10_000 }))).toHaveLength(3),
    );
  });

  it.each([
    ['a URL that is none', { url: '/http-bind' }, 'ERR_INVALID_URL'],
    ['a header that is none', { headers: { 'x-own': 'a\nb' } }, 'ERR_INVALID_CHAR'],
  ])('errors with a TransportError for %s', async (_, wrong, code) => {
    const url = 'http://127.0.0.1:9/http-bind';
    const error = await errorOf(post({ url, body: '', headers: {}, withCredentials: false, ...wrong }));
    expect(error).toBeInstanceOf(TransportError);
    expect((error as TransportError).cause).toMatchObject({ code });
  });

  it('errors with a TransportError when the server wants to speak something else', async () => {
    const serve: Serve = (request) =>
      void request.socket.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await withServer(serve, async (request) => {
      expect(await errorOf(post(request))).toBeInstanceOf(TransportError);
    });
  });

  it('keeps no process alive by a connection that is idle', async () => {
    const agents = [http.globalAgent, https.globalAgent];
    const serve: Serve = (_, response) => response.end('<body/>');
    await withServer(serve, async (request) => {
      await everything(post(request));
      await new Promise(setImmediate);
      const idle = agents.flatMap(({ freeSockets }) =>
        Object.values(freeSockets).flatMap((all) => all ?? []),
      );
      expect(idle.length).toBeGreaterThan(0);
      for (const socket of idle) expect(hasRef(socket)).toBe(false);
    });
  });
});

describe('nodeModules', () => {
  const node = { process } as Partial<typeof globalThis>;
  const named = (userAgent: string) => ({ ...node, navigator: { userAgent } }) as Partial<typeof globalThis>;

  it('are those of Node, by whatever way they are asked for', () => {
    expect(nodeModules(node)).toEqual({ http, https });
    expect(nodeModules(named('Node.js/24'))).toEqual({ http, https });
  });

  it('are not there in a browser, in what is only like Node, and in a Node that is too old', () => {
    expect(nodeModules({})).toBeUndefined();
    for (const name of ['Deno/2.5.0', 'Bun/1.3.0', 'Cloudflare-Workers'])
      expect(nodeModules(named(name))).toBeUndefined();
    expect(nodeModules({ process: { versions: {} } } as unknown as typeof globalThis)).toBeUndefined();
  });
});
