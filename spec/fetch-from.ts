import { lastValueFrom } from 'rxjs';
import type { Domain, HttpResponse } from 'rxmpp/testing';

/** `fetch` as a browser has it, with the domain at its other end. */
export const fetchFrom = (domain: Domain): typeof fetch => {
  const respond = async (url: string, { body, signal }: RequestInit): Promise<Response> => {
    const event$ = domain.http({
      url,
      body: typeof body === 'string' ? body : '',
      headers: {},
      withCredentials: false,
    });
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(new Error('aborted'))),
    );
    const { status, body: text } = (await Promise.race([
      lastValueFrom(event$, { defaultValue: undefined }),
      aborted,
    ])) as HttpResponse;
    return new Response(text, { status });
  };
  return ((url: string, init: RequestInit) => respond(url, init)) as typeof fetch;
};

/** Puts `fetch` where it is the only way to the network, as in a worker; gives what takes that back. */
export const installFetch = (given: typeof fetch): (() => void) => {
  const { fetch: before } = globalThis;
  const load = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule');
  globalThis.fetch = given;
  Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true });
  return () => {
    globalThis.fetch = before;
    if (load) Object.defineProperty(process, 'getBuiltinModule', load);
    else Reflect.deleteProperty(process, 'getBuiltinModule');
  };
};
