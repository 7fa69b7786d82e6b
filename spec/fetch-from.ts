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
