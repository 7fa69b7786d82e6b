import { EMPTY, NEVER, type Observable, of, throwError } from 'rxjs';
import { type HttpEvent, type HttpRequest, TransportError, type WireEvent } from 'rxmpp';

import type { BoshEvent } from '../../lib/protocol/bosh-state.js';
import { attempt, type HttpPorts } from '../../lib/transport/attempt.js';
import { marbles } from '../marbles.js';

const POST = { type: 'post', rid: 7, attempt: 2, body: '<body rid="7"/>', timeoutMs: 50 } as const;
const UPLOADED: HttpEvent = { type: 'uploaded' };

const response = (status: number, body: string, retryAfter?: string): HttpEvent => ({
  type: 'response',
  status,
  body,
  header: (name) => (name === 'retry-after' ? retryAfter : undefined),
});

const answered = (status: number, text: string, retryAfterMs = 0): BoshEvent => ({
  type: 'answered',
  rid: 7,
  attempt: 2,
  status,
  text,
  retryAfterMs,
});

const up: BoshEvent = { type: 'uploaded', rid: 7, attempt: 2 };

/** What became of the attempt in a few words, its error by kind. */
const brief = (event: BoshEvent): string =>
  event.type === 'failed'
    ? `failed ${event.rid}.${event.attempt}: ${'kind' in event.error ? event.error.kind : event.error.condition}`
    : event.type;

const setUp = (
  scheduler: Parameters<typeof attempt>[0]['scheduler'],
  http: (request: HttpRequest) => Observable<HttpEvent>,
) => {
  const wired: WireEvent[] = [];
  const ports = {
    url: '/http-bind',
    headers: { again: false, of: () => of({ 'content-type': 'text/xml' }) },
    withCredentials: true,
    http,
    scheduler,
    wire: (event: WireEvent) => void wired.push(event),
  };
  return { event$: () => attempt(ports, POST), wired };
};

describe('attempt', () => {
  it(
    'says when the request has left and what was answered; that is the end',
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const http$ = cold('  -u--r|', { u: UPLOADED, r: response(200, '<body/>') });
      const expected = '    -u--(a|)';
      const watched = '     ^---!';
      const { event$ } = setUp(scheduler, () => http$);
      expectObservable(event$()).toBe(expected, { u: up, a: answered(200, '<body/>') });
      expectSubscriptions(http$.subscriptions).toBe(watched);
    }),
  );

  it(
    'gives the port the request as it is to be',
    marbles(({ expectObservable, flush }, scheduler) => {
      const requests: HttpRequest[] = [];
      const { event$ } = setUp(scheduler, (request) => (requests.push(request), of(response(200, ''))));
      expectObservable(event$()).toBe('(a|)', { a: answered(200, '') });
      flush();
      expect(requests).toEqual([
        {
          url: '/http-bind',
          body: POST.body,
          headers: { 'content-type': 'text/xml' },
          withCredentials: true,
        },
      ]);
    }),
  );

  it.each([
    ['7', 7_000],
    ['0.5', 500],
    ['0', 0],
    ['-3', 0],
    ['Thu, 01 Jan 1970 00:00:09 GMT', 9_000],
    ['Infinity', 0],
    [undefined, 0],
  ])('reads Retry-After: %s as %i ms', (retryAfter, ms) => {
    marbles(({ expectObservable }, scheduler) => {
      const { event$ } = setUp(scheduler, () => of(response(503, '', retryAfter)));
      expectObservable(event$()).toBe('(a|)', { a: answered(503, '', ms) });
    })();
  });

  it(
    'gives up when its time is over, uploaded or not, and aborts',
    marbles(({ cold, expectSubscriptions, flush }, scheduler) => {
      const http$ = cold('  -u--', { u: UPLOADED });
      const watched = '     ^ 49ms !';
      const seen: string[] = [];
      const { event$ } = setUp(scheduler, () => http$);
      event$().subscribe((event) => seen.push(`${scheduler.now()} ${brief(event)}`));
      expectSubscriptions(http$.subscriptions).toBe(watched);
      flush();
      expect(seen).toEqual(['1 uploaded', '50 failed 7.2: timeout']);
    }),
  );

  it('aborts when it is unsubscribed from, and leaves no timer', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }, scheduler) => {
      const http$ = cold('-u--', { u: UPLOADED });
      const { event$, wired } = setUp(scheduler, () => http$);
      expectObservable(event$(), '^--!').toBe('-u--', { u: up });
      expectSubscriptions(http$.subscriptions).toBe('^--!');
      flush();
      expect(wired.map(({ type }) => type)).toEqual(['sent']);
    })();
  });

  const refused = new TransportError('network', 'refused');

  it.each<[string, Observable<HttpEvent>, string]>([
    ['the port fails with a TransportError', throwError(() => refused), 'network'],
    ['the port fails with anything else', throwError(() => new TypeError('x')), 'network'],
    ['the port ends without an answer', EMPTY, 'network'],
    ['the port ends after the upload', of(UPLOADED), 'network'],
    ['the time is over', NEVER, 'timeout'],
  ])('fails when %s', (_, http$, kind) => {
    marbles((_helpers, scheduler) => {
      const seen: string[] = [];
      setUp(scheduler, () => http$)
        .event$()
        .subscribe({
          next: (event) => seen.push(brief(event)),
          complete: () => seen.push('complete'),
        });
      scheduler.schedule(() => expect(seen.slice(-2)).toEqual([`failed 7.2: ${kind}`, 'complete']), 60);
    })();
  });

  it('keeps a TransportError as it is, and anything else as the cause of one', () => {
    marbles((_, scheduler) => {
      const errors: unknown[] = [];
      const cause = new TypeError('x');
      const thrown = (): never => {
        throw cause;
      };
      for (const http of [() => throwError(() => refused), thrown]) {
        setUp(scheduler, http)
          .event$()
          .subscribe((event) => errors.push(event.type === 'failed' && event.error));
      }
      expect(errors[0]).toBe(refused);
      expect(errors[1]).toMatchObject({ name: 'TransportError', kind: 'network', retryable: true, cause });
    })();
  });

  it('tells the wire what went over it, and when', () => {
    marbles(({ cold, flush }, scheduler) => {
      const http$ = cold('-u--r|', { u: UPLOADED, r: response(404, 'gone') });
      const good = setUp(scheduler, () => http$);
      const bad = setUp(scheduler, () => cold<HttpEvent>('--#', undefined, refused));
      good.event$().subscribe();
      bad.event$().subscribe();
      flush();
      expect(good.wired).toEqual([
        { type: 'sent', at: 0, rid: 7, attempt: 2, xml: POST.body },
        { type: 'received', at: 4, rid: 7, status: 404, xml: 'gone' },
      ]);
      expect(bad.wired).toEqual([
        { type: 'sent', at: 0, rid: 7, attempt: 2, xml: POST.body },
        { type: 'failed', at: 2, rid: 7, error: refused },
      ]);
    })();
  });

  const play = (change: Partial<HttpPorts>, ...events: readonly Observable<HttpEvent>[]) => {
    const requests: HttpRequest[] = [];
    const seen: BoshEvent[] = [];
    marbles((_, scheduler) => {
      const http = (request: HttpRequest) => (requests.push(request), events[requests.length - 1] ?? NEVER);
      const ports = {
        ...{ url: '/b', withCredentials: false, http, scheduler, wire: () => undefined },
        headers: { again: false, of: () => of({}) },
        ...change,
      };
      attempt(ports, POST).subscribe((event) => seen.push(event));
      expect(requests.length).toBeGreaterThan(0);
    })();
    return { requests, seen };
  };
  const dynamic = { again: true, of: (refused: boolean) => of({ token: refused ? 'new' : 'old' }) };

  it('asks for other headers once when HTTP says 401', () => {
    const { requests, seen } = play(
      { headers: dynamic },
      of(response(401, '')),
      of(response(200, '<body/>')),
    );
    expect(requests.map(({ headers }) => headers)).toEqual([{ token: 'old' }, { token: 'new' }]);
    expect(requests[0]?.body).toBe(requests[1]?.body);
    expect(seen).toEqual([answered(200, '<body/>')]);
  });

  it('does not ask a second time, nor where it is told the same again', () => {
    const twice = play(
      { headers: dynamic },
      of(response(401, '')),
      of(response(401, '')),
      of(response(200, '')),
    );
    expect(twice.requests).toHaveLength(2);
    expect(twice.seen).toEqual([answered(401, '')]);
    expect(play({}, of(response(401, '')), of(response(200, ''))).requests).toHaveLength(1);
  });

  it.each([
    ['that fail', throwError(() => new Error('no token'))],
    ['that never come', EMPTY],
  ])('fails like the network with headers %s, and sends nothing', (_, headers$) => {
    marbles((__, scheduler) => {
      const seen: BoshEvent[] = [];
      const http = jest.fn(() => of(response(200, '')));
      const ports = { url: '/b', withCredentials: false, http, scheduler, wire: () => undefined };
      attempt({ ...ports, headers: { again: true, of: () => headers$ } }, POST).subscribe((e) =>
        seen.push(e),
      );
      expect(seen).toMatchObject([{ type: 'failed', error: { condition: 'network', retryable: true } }]);
      expect(http).not.toHaveBeenCalled();
    })();
  });

  it('takes no answer from where it must not go', () => {
    const there = { ...response(200, '<body/>'), url: 'https://evil.example/b' } as HttpEvent;
    const { seen } = play({ mayTalkTo: (url) => !url.includes('evil') }, of(there));
    expect(seen).toMatchObject([{ type: 'failed', error: { condition: 'redirected', retryable: false } }]);
    const fine = { ...response(200, '<body/>'), url: 'https://good.example/b' } as HttpEvent;
    expect(play({ mayTalkTo: (url) => !url.includes('evil') }, of(fine)).seen).toEqual([
      answered(200, '<body/>'),
    ]);
  });

  it('takes in no more than is allowed, and tells the port so', () => {
    const { seen, requests } = play({ maxAnswer: 5, uploadEvents: false }, of(response(200, '<body/>')));
    expect(requests).toMatchObject([{ maxAnswer: 5, uploadEvents: false }]);
    expect(seen).toMatchObject([{ type: 'failed', error: { condition: 'answer-too-large' } }]);
  });
});
