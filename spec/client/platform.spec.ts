import nodeClient from 'node:http';
import { firstValueFrom, lastValueFrom, type Subscription } from 'rxjs';
import { TransportError, UsageError } from 'rxmpp';
import { memoryStorage, syncCrypto } from 'rxmpp/testing';

import { portableCrypto } from '../../lib/client/crypto.js';
import { type Lifecycle, type Platform, platformOf } from '../../lib/client/platform.js';

/** Everything of a browser, a worker or Node that the library could look at. */
const AROUND = [
  ...[
    'window',
    'self',
    'document',
    'location',
    'navigator',
    'sessionStorage',
    'localStorage',
    'indexedDB',
    'caches',
  ],
  ...[
    'XMLHttpRequest',
    'fetch',
    'WebSocket',
    'BroadcastChannel',
    'EventSource',
    'DOMParser',
    'XMLSerializer',
  ],
  ...[
    'crypto',
    'addEventListener',
    'removeEventListener',
    'postMessage',
    'requestAnimationFrame',
    'process',
    'Buffer',
  ],
] as const;

type Name = (typeof AROUND)[number];

/** Puts these in the place of the globals of that name while `test` runs; undefined takes one away. */
const withGlobals = (
  replaced: Partial<Record<Name, PropertyDescriptor | undefined>>,
  test: () => void,
): void => {
  const before = AROUND.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  try {
    for (const name of AROUND) {
      if (!(name in replaced)) continue;
      const descriptor = replaced[name];
      if (descriptor) Object.defineProperty(globalThis, name, { ...descriptor, configurable: true });
      else Reflect.deleteProperty(globalThis, name);
    }
    test();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
};

const values = (given: Partial<Record<Name, unknown>>): Partial<Record<Name, PropertyDescriptor>> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value, writable: true }]));

/** Only the language and what is given. */
const bare = (
  given: Partial<Record<Name, unknown>> = {},
): Partial<Record<Name, PropertyDescriptor | undefined>> => ({
  ...Object.fromEntries(
    AROUND.filter((name) => name !== 'process' && name !== 'Buffer').map((name) => [name, undefined]),
  ),
  ...values(given),
});

const REQUEST = { url: '/http-bind', body: '<body/>', headers: {}, withCredentials: false };

describe('importing and constructing', () => {
  it('looks at nothing around, reads no clock and sets no timer', () => {
    const touched: string[] = [];
    const trap = (name: string): PropertyDescriptor => ({
      get: () => {
        touched.push(name);
        throw new ReferenceError(name);
      },
    });
    const clocks = [
      jest.spyOn(globalThis, 'setTimeout'),
      jest.spyOn(globalThis, 'setInterval'),
      jest.spyOn(Math, 'random'),
      jest.spyOn(Date, 'now'),
    ];
    // Jest's own module loader needs these two.
    const trapped = AROUND.filter((name) => name !== 'process' && name !== 'Buffer');
    withGlobals(Object.fromEntries(trapped.map((name) => [name, trap(name)])), () => {
      jest.isolateModules(() => {
        const library = jest.requireActual<typeof import('rxmpp')>('rxmpp');
        for (const service of ['/http-bind/', 'https://example.com/http-bind', 'wss://example.com/xmpp']) {
          const client = library.createClient(service, { keepalive: true });
          for (const stream$ of [
            client.status$,
            client.stanza$,
            client.session$,
            client.paused$,
            client.wire$,
          ]) {
            (stream$ as typeof client.stanza$).subscribe();
          }
          void library.prebind(service, { jid: 'alice@example.com', password: 'secret' });
          void client.request(library.$iq({ type: 'get' }));
          new library.Strophe.Connection(service, { keepalive: true });
        }
      });
    });
    const counts = clocks.map((clock) => clock.mock.calls.length);
    for (const clock of clocks) clock.mockRestore();
    expect(touched).toEqual([]);
    expect(counts).toEqual([0, 0, 0, 0]);
  });
});

describe('platformOf', () => {
  it('where there is nothing finds nothing, and says so when it is needed', () => {
    withGlobals(bare({ process: undefined }), () => {
      const { uploads, storage, shared, baseUrl, crypto, random, lifecycle$ } = platformOf();
      expect({ uploads, storage, shared, baseUrl }).toEqual({
        uploads: false,
        storage: undefined,
        shared: undefined,
        baseUrl: undefined,
      });
      expect(crypto).toBe(portableCrypto);
      expect(() => random(1)).toThrow(UsageError);
      let ended = false;
      lifecycle$.subscribe({ complete: () => (ended = true) });
      expect(ended).toBe(true);
    });
  });

  it('in Node takes node:http, which tells of uploads', async () => {
    const { http, uploads } = platformOf();
    expect(uploads).toBe(true);
    const asked = jest.spyOn(nodeClient, 'request');
    const url = 'http://127.0.0.1:9/http-bind';
    await expect(lastValueFrom(http({ ...REQUEST, url }))).rejects.toThrow(TransportError);
    expect(asked.mock.calls.map(([to]) => to)).toEqual([url]);
    asked.mockRestore();
  });

  it('in workers takes fetch, the one that is there when a request is made', async () => {
    const urls: unknown[] = [];
    const fetch = (url: unknown): Promise<Response> => {
      urls.push(url);
      return Promise.resolve(new Response('<body/>'));
    };
    const worker: { port?: Pick<Platform, 'http' | 'uploads'> } = {};
    withGlobals(values({ process: undefined }), () => (worker.port = platformOf()));
    expect(worker.port?.uploads).toBe(false);
    let answer: Promise<unknown> | undefined;
    withGlobals(values({ fetch }), () => {
      answer = firstValueFrom(worker.port!.http(REQUEST), { defaultValue: undefined });
    });
    expect(await answer).toMatchObject({ type: 'response', status: 200, body: '<body/>' });
    expect(urls).toEqual(['/http-bind']);
  });

  it('in Node keeps nothing, since nothing there dies with a page', () => {
    withGlobals(values({ sessionStorage: memoryStorage(), localStorage: memoryStorage() }), () => {
      expect(platformOf().storage).toBeUndefined();
      expect(platformOf().shared).toBeUndefined();
    });
  });

  it('in a page takes XMLHttpRequest, which tells of uploads, and the storage', () => {
    const [session, local] = [memoryStorage(), memoryStorage()];
    const opened: unknown[] = [];
    class Xhr {
      readonly upload = {};
      open = (...given: readonly unknown[]): void => void opened.push(given[1]);
      setRequestHeader = (): void => undefined;
      send = (): void => undefined;
      abort = (): void => undefined;
    }
    const page = {
      ...{ XMLHttpRequest: Xhr, sessionStorage: session, localStorage: local, document: {} },
      location: { href: 'https://example.com/app/' },
    };
    withGlobals(values(page), () => {
      const { http, uploads, storage, shared, baseUrl } = platformOf();
      http(REQUEST).subscribe().unsubscribe();
      expect(opened).toEqual(['/http-bind']);
      expect([uploads, baseUrl]).toEqual([true, 'https://example.com/app/']);
      expect(storage).toBe(session);
      expect(shared).toBe(local);
    });
  });

  it('has a DOM and cookies in a page only', () => {
    class Parser {
      parseFromString = (xml: string, type: string) => ({ documentElement: `${type}: ${xml}` });
    }
    const document = { cookie: '' };
    withGlobals(values({ DOMParser: Parser, document }), () => {
      const { toDom, setCookie } = platformOf();
      expect(toDom?.('<a/>')).toBe('text/xml: <a/>');
      setCookie('a=b');
      expect(document.cookie).toBe('a=b');
    });
    withGlobals(bare(), () => {
      expect(platformOf().toDom).toBeUndefined();
      platformOf().setCookie('a=b');
    });
  });

  it('goes without the storage where the browser denies it', () => {
    const denied: PropertyDescriptor = {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    };
    withGlobals({ ...values({ document: {} }), sessionStorage: denied, localStorage: denied }, () => {
      expect(platformOf().storage).toBeUndefined();
      expect(platformOf().shared).toBeUndefined();
    });
  });

  it('takes what is injected, and does not believe a foreign port to tell of uploads', () => {
    const injected = { http: () => firstValueFrom as never, storage: memoryStorage(), crypto: syncCrypto };
    withGlobals(values({ XMLHttpRequest: EventTarget }), () => {
      expect(platformOf(injected)).toMatchObject({ ...injected, uploads: false });
    });
    expect(platformOf(injected)).toMatchObject({ ...injected, uploads: false });
    withGlobals(values({ XMLHttpRequest: EventTarget }), () => {
      expect(platformOf({ ...injected, uploads: true }).uploads).toBe(true);
    });
  });

  it('takes random bytes from the platform’s crypto', () => {
    const { random } = platformOf();
    expect(random(26)).toHaveLength(26);
    const drawn = Array.from({ length: 50 }, () => random(26).join());
    expect(new Set(drawn).size).toBe(50);
    expect(random(1_000)).toHaveLength(1_000);
    expect(new Set(random(1_000)).size).toBeGreaterThan(200);
  });

  it('without a zone of the app runs work where it is, at once', () => {
    const log: string[] = [];
    const { zone } = platformOf();
    zone.runOutside(() => log.push('outside'));
    zone.run(() => log.push('inside'));
    expect(log).toEqual(['outside', 'inside']);
  });
});

describe('lifecycle$', () => {
  const happen = (target: EventTarget, type: string, persisted?: boolean): void => {
    target.dispatchEvent(Object.assign(new Event(type), { persisted }));
  };

  it('tells what happens to the page and its network, for as long as somebody listens', () => {
    const target = new EventTarget();
    const log: Lifecycle[] = [];
    const page = {
      document: {},
      addEventListener: target.addEventListener.bind(target),
      removeEventListener: target.removeEventListener.bind(target),
    };
    let listening: Subscription | undefined;
    withGlobals(values(page), () => {
      listening = platformOf().lifecycle$.subscribe((life) => log.push(life));
      happen(target, 'offline');
      happen(target, 'online');
      happen(target, 'pagehide', true);
      happen(target, 'pageshow', true);
      happen(target, 'pageshow', false);
      happen(target, 'pagehide', false);
      listening.unsubscribe();
      happen(target, 'online');
    });
    expect(log).toEqual(['offline', 'online', 'freeze', 'thaw', 'end']);
  });
});
