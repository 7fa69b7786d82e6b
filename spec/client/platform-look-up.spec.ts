import { firstValueFrom } from 'rxjs';
import { fetchLookUp } from 'rxmpp';

type Answer = {
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly type?: string;
};

/** A fetch that answers by address, and the requests it got. */
const fetching = (answers: Readonly<Record<string, Answer>>) => {
  const asked: (readonly [string, RequestInit | undefined])[] = [];
  const fetch = ((url: string, init?: RequestInit) => {
    asked.push([url, init]);
    const answer = answers[`${init?.redirect ?? ''} ${url}`] ?? answers[url];
    if (!answer) return Promise.reject(new TypeError('Failed to fetch'));
    const { status = 200, text = '', headers = {}, type } = answer;
    const response = new Response(status === 302 ? null : text, { status, headers });
    Object.defineProperty(response, 'url', { value: headers['final'] ?? url });
    if (type !== undefined) Object.defineProperty(response, 'type', { value: type });
    return Promise.resolve(response);
  }) as typeof globalThis.fetch;
  return { asked, fetch };
};

const URL_ = 'https://example.com/.well-known/host-meta.json';
const look = (answers: Readonly<Record<string, Answer>>, url = URL_) =>
  firstValueFrom(fetchLookUp(fetching(answers).fetch)({ url, maxBytes: 20 }));
const failing = (condition: string, status = 0) =>
  expect.objectContaining({ name: 'TransportError', condition, status }) as Error;

it('reads a document without cookies', async () => {
  const { fetch, asked } = fetching({ [URL_]: { text: 'ä document' } });
  expect(await firstValueFrom(fetchLookUp(fetch)({ url: URL_, maxBytes: 20 }))).toBe('ä document');
  expect(asked[0]?.[1]).toMatchObject({ credentials: 'omit', redirect: 'manual' });
});

it('follows redirects to encrypted addresses only, and not for ever', async () => {
  const to = (location: string): Answer => ({ status: 302, headers: { location } });
  expect(await look({ [URL_]: to('/moved'), 'https://example.com/moved': { text: 'here' } })).toBe('here');
  await expect(look({ [URL_]: to('http://example.com/plain') })).rejects.toThrow(failing('redirected'));
  await expect(look({ [URL_]: to(URL_) })).rejects.toThrow(failing('redirected'));
  await expect(look({}, 'http://example.com/')).rejects.toThrow(failing('redirected'));
});

it('lets a browser follow, and looks at where that led', async () => {
  const hidden: Answer = { type: 'opaqueredirect' };
  const answers = (final: string) => ({
    [`manual ${URL_}`]: hidden,
    [`follow ${URL_}`]: { text: 'far', headers: { final } },
  });
  expect(await look(answers('https://other.example/'))).toBe('far');
  await expect(look(answers('http://other.example/'))).rejects.toThrow(failing('redirected'));
});

it('reads no more than it may', async () => {
  await expect(look({ [URL_]: { text: 'x'.repeat(21) } })).rejects.toThrow(failing('too-large', 200));
  const announced = { text: 'x', headers: { 'content-length': '21' } };
  await expect(look({ [URL_]: announced })).rejects.toThrow(failing('too-large', 200));
  expect(await look({ [URL_]: { text: 'x'.repeat(20) } })).toHaveLength(20);
});

it.each([404, 500])('takes HTTP %i for nothing', (status) =>
  expect(look({ [URL_]: { status, text: 'no' } })).rejects.toThrow(failing('refused', status)),
);

it('takes a redirect to nowhere for nothing', () =>
  expect(look({ [URL_]: { status: 302 } })).rejects.toThrow(failing('refused', 302)));

it('says that an address can not be read', () => expect(look({})).rejects.toThrow(failing('network')));

it('lets go when nobody listens any more', () => {
  const { fetch, asked } = fetching({ [URL_]: { text: 'late' } });
  fetchLookUp(fetch)({ url: URL_, maxBytes: 20 })
    .subscribe({ error: () => undefined })
    .unsubscribe();
  expect(asked[0]?.[1]?.signal?.aborted).toBe(true);
});
