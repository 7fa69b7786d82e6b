import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { lastValueFrom, materialize, type Observable, toArray } from 'rxjs';
import { type HttpEvent, type HttpRequest, type HttpResponse, TransportError } from 'rxmpp';
import { nodeHttp } from 'rxmpp/node';

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

const { http, uploads } = nodeHttp();

const everything = (source$: Observable<HttpEvent>) => lastValueFrom(source$.pipe(materialize(), toArray()));

describe('nodeHttp', () => {
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
      const [uploaded, answer, end] = await everything(http(request));
      expect(seen).toEqual([
        {
          method: 'POST',
          url: '/http-bind',
          body: '<body>ž</body>',
          type: 'text/xml; charset=utf-8',
          own: '7',
        },
      ]);
      expect([uploaded?.value, end?.kind, uploads]).toEqual([{ type: 'uploaded' }, 'C', true]);
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
      const answer$ = http(request);
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
      const end = (await everything(http(request))).at(-1);
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
        const [end] = await everything(http({ ...rest, url: url.replace('http:', 'https:') }));
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
        const subscription = http(request).subscribe({
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
});
