import { lastValueFrom, materialize, type Observable, toArray } from 'rxjs';
import { fetchPort, type HttpEvent, type HttpRequest, TransportError, xhrPort } from 'rxmpp';

import { fetchFarewell } from '../../lib/client/platform-http.js';

const REQUEST: HttpRequest = {
  url: 'https://example.com/http-bind',
  body: '<body/>',
  headers: { 'content-type': 'text/xml; charset=utf-8', 'x-own': '7' },
  withCredentials: false,
};

interface Seen {
  readonly kind: 'N' | 'E' | 'C';
  readonly value?: HttpEvent;
  readonly error?: unknown;
}

const everything = (source$: Observable<HttpEvent>): Promise<readonly Seen[]> =>
  lastValueFrom(source$.pipe(materialize(), toArray()), { defaultValue: [] }) as Promise<readonly Seen[]>;

const unreachable = (cause?: unknown): unknown =>
  expect.objectContaining({
    name: 'TransportError',
    kind: 'network',
    condition: 'network',
    status: 0,
    retryable: true,
    cause,
  });

describe('fetchPort', () => {
  const answering = (response: () => Response) => {
    const calls: (readonly [string, RequestInit])[] = [];
    const port = fetchPort((url, init) => {
      calls.push([url as string, init ?? {}]);
      return Promise.resolve().then(response);
    });
    return { port, calls };
  };

  it('POSTs the text as it is and emits the answer, whatever its status', async () => {
    const { port, calls } = answering(
      () => new Response('<html/>', { status: 503, headers: { 'Retry-After': '7' } }),
    );
    const [answer, end] = await everything(port(REQUEST));
    expect(answer?.value).toMatchObject({ type: 'response', status: 503, body: '<html/>' });
    const { header } = answer?.value as Extract<HttpEvent, { type: 'response' }>;
    expect([header('retry-after'), header('x-none')]).toEqual(['7', undefined]);
    expect(end?.kind).toBe('C');
    const [url, { method, headers, body, credentials, redirect }] = calls[0]!;
    expect({ url, method, headers, body, credentials, redirect }).toEqual({
      url: REQUEST.url,
      method: 'POST',
      headers: REQUEST.headers,
      body: '<body/>',
      credentials: 'same-origin',
      redirect: 'manual',
    });
  });

  it('is cold: a request for each subscriber, none without', async () => {
    const { port, calls } = answering(() => new Response(''));
    const answer$ = port({ ...REQUEST, withCredentials: true });
    expect(calls).toEqual([]);
    await everything(answer$);
    await everything(answer$);
    expect(calls.map(([, init]) => init.credentials)).toEqual(['include', 'include']);
  });

  it('errors with a TransportError that keeps the cause when no answer comes, or breaks off', async () => {
    const cause = new TypeError('fetch failed');
    const failing = fetchPort(() => Promise.reject(cause));
    const [failed] = await everything(failing(REQUEST));
    expect(failed?.error).toEqual(unreachable(cause));
    const broken = {
      status: 200,
      headers: new Headers(),
      text: () => Promise.reject(cause),
    } as unknown as Response;
    const { port } = answering(() => broken);
    const [seen] = await everything(port(REQUEST));
    expect(seen?.error).toBeInstanceOf(TransportError);
    expect(seen?.error).toEqual(unreachable(cause));
  });

  it('reads no more of an answer than is allowed, and every letter of one that is', async () => {
    const texts = ['é€😀'.repeat(20_000), 'x'.repeat(100_000)];
    const { port } = answering(() => new Response(texts.shift()));
    const [small] = await everything(port({ ...REQUEST, maxAnswer: 100_000 }));
    expect(small?.value).toMatchObject({ body: 'é€😀'.repeat(20_000) });
    const [large] = await everything(port({ ...REQUEST, maxAnswer: 30_000 }));
    expect(large?.error).toMatchObject({ name: 'LimitError', condition: 'answer-too-large' });
  });

  it('stops reading a body that never ends', async () => {
    let pulled = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(stream) {
          pulled += 1;
          stream.enqueue(new Uint8Array(65_536).fill(32));
        },
      });
    const { port } = answering(() => new Response(endless()));
    const [seen] = await everything(port({ ...REQUEST, maxAnswer: 2 ** 20 }));
    expect(seen?.error).toMatchObject({ condition: 'answer-too-large' });
    expect(pulled).toBeLessThan(60);
  });

  it('takes a redirect that a browser hides for what it is', async () => {
    const { port } = answering(() => ({ type: 'opaqueredirect', status: 0 }) as unknown as Response);
    const [seen] = await everything(port(REQUEST));
    expect(seen?.error).toMatchObject({ condition: 'redirected', retryable: false });
  });

  it('aborts the request when unsubscribed from, and then says nothing', () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const port = fetchPort((_, init) => {
      signals.push(init?.signal);
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    });
    const said: unknown[] = [];
    const subscription = port(REQUEST).subscribe({
      next: (event) => said.push(event),
      error: (error: unknown) => said.push(error),
    });
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
    subscription.unsubscribe();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    expect(said).toEqual([]);
  });
});

/** As much of an XMLHttpRequest as the port uses, in the hands of a spec. */
class FakeXhr {
  readonly log: string[] = [];
  readonly upload: {
    onload: (() => void) | null;
    onprogress: ((event: Pick<ProgressEvent, 'loaded' | 'total' | 'lengthComputable'>) => void) | null;
  } = { onload: null, onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  onprogress: ((event: { loaded: number }) => void) | null = null;
  withCredentials = false;
  status = 0;
  responseText = '';
  responseURL = '';

  open(...given: readonly unknown[]): void {
    this.log.push(`open ${given.join(' ')}`);
  }

  setRequestHeader(name: string, value: string): void {
    this.log.push(`${name}: ${value}`);
  }

  getAllResponseHeaders(): string {
    return 'content-length: 4\r\nRetry-After: 7\r\n';
  }

  send(body: string): void {
    this.log.push(`send ${body}`);
  }

  abort(): void {
    this.log.push('abort');
    this.onabort?.();
  }
}

describe('xhrPort', () => {
  const open = (request: Partial<HttpRequest> = {}) => {
    const xhr = new FakeXhr();
    const said: unknown[] = [];
    const port = xhrPort(() => xhr as unknown as XMLHttpRequest);
    const subscription = port({ ...REQUEST, ...request }).subscribe({
      next: (event) => said.push(event),
      error: (error: unknown) => said.push(error),
      complete: () => said.push('complete'),
    });
    return { xhr, said, subscription };
  };

  it('POSTs asynchronously, with the headers, before anything is sent', () => {
    const { xhr, said } = open();
    expect(xhr.log).toEqual([
      'open POST https://example.com/http-bind true',
      'content-type: text/xml; charset=utf-8',
      'x-own: 7',
      'send <body/>',
    ]);
    expect(xhr.withCredentials).toBe(false);
    expect(said).toEqual([]);
    expect(open({ withCredentials: true }).xhr.withCredentials).toBe(true);
  });

  it('makes a request for each subscriber, none without', () => {
    const made: FakeXhr[] = [];
    const port = xhrPort(() => (made.push(new FakeXhr()), made.at(-1) as unknown as XMLHttpRequest));
    const answer$ = port(REQUEST);
    expect(made).toEqual([]);
    answer$.subscribe();
    answer$.subscribe();
    expect(made).toHaveLength(2);
  });

  it('says when the body has left, then what was answered, as text', () => {
    const { xhr, said } = open();
    xhr.upload.onload?.();
    expect(said).toEqual([{ type: 'uploaded' }]);
    Object.assign(xhr, { status: 404, responseText: 'gone' });
    xhr.onload?.();
    expect(said.slice(1)).toEqual([
      expect.objectContaining({ type: 'response', status: 404, body: 'gone' }),
      'complete',
    ]);
    const { header } = said[1] as Extract<HttpEvent, { type: 'response' }>;
    expect([header('retry-after'), header('x-none')]).toEqual(['7', undefined]);
  });

  it('says it once, with the progress that is all, however late the event comes that means it', () => {
    const { xhr, said } = open();
    const all = { lengthComputable: true, loaded: 7, total: 7 };
    const { onload, onprogress } = xhr.upload;
    onprogress?.({ ...all, loaded: 3 });
    onprogress?.({ ...all, lengthComputable: false });
    expect(said).toEqual([]);
    onprogress?.(all);
    expect(said).toEqual([{ type: 'uploaded' }]);
    expect(xhr.upload).toEqual({ onload: null, onprogress: null });
    expect(onload).not.toBeNull();
  });

  it.each(['onerror', 'onabort'] as const)('errors with a TransportError on %s', (event) => {
    const { xhr, said } = open();
    xhr[event]?.();
    expect(said).toEqual([unreachable()]);
  });

  it('aborts when unsubscribed from, and hears nothing of it', () => {
    const { xhr, said, subscription } = open();
    subscription.unsubscribe();
    expect(xhr.log.at(-1)).toBe('abort');
    expect([xhr.onload, xhr.onerror, xhr.onabort]).toEqual([null, null, null]);
    expect(xhr.upload).toEqual({ onload: null, onprogress: null });
    expect(said).toEqual([]);
  });
});

describe('fetchFarewell', () => {
  it('sends a request that outlives the page, and hears nothing of its fate', async () => {
    const calls: RequestInit[] = [];
    const farewell = fetchFarewell((_, init) => {
      calls.push(init ?? {});
      return Promise.reject(new TypeError('gone'));
    });
    farewell({ ...REQUEST, withCredentials: true });
    await Promise.resolve();
    expect(calls).toEqual([
      {
        method: 'POST',
        headers: REQUEST.headers,
        body: '<body/>',
        credentials: 'include',
        keepalive: true,
        redirect: 'manual',
      },
    ]);
  });

  it('hears of nothing that nobody wants to hear of, and stops what grows too large', () => {
    const xhr = new FakeXhr();
    const said: unknown[] = [];
    const port = xhrPort(() => xhr as unknown as XMLHttpRequest);
    port({ ...REQUEST, uploadEvents: false, maxAnswer: 10 }).subscribe({
      next: (event) => said.push(event),
      error: (error: unknown) => said.push(error),
    });
    expect(xhr.upload.onload).toBeNull();
    xhr.onprogress?.({ loaded: 30 });
    expect(said).toEqual([]);
    xhr.onprogress?.({ loaded: 31 });
    expect(said).toMatchObject([{ name: 'LimitError', condition: 'answer-too-large' }]);
    expect(xhr.log.at(-1)).toBe('abort');
  });
});
