import { catchError, type Observable, type SchedulerLike, throwError } from 'rxjs';
import {
  $iq,
  type Stanza,
  StanzaError,
  stx,
  TimeoutError,
  TransportError,
  type XmlElement,
  type XmppError,
} from 'rxmpp';

import { createRequests, type Requests } from '../../lib/client/requests.js';
import { marbles } from '../marbles.js';

const OWN = 'alice@example.com/home';

const setUp = (scheduler: SchedulerLike): Requests & { readonly sent: XmlElement[] } => {
  const sent: XmlElement[] = [];
  let ids = 0;
  const requests = createRequests({
    scheduler: () => scheduler,
    newId: () => `new-${++ids}`,
    jid: () => OWN,
    send: (iq) => {
      sent.push(iq);
      return { isQueued: () => false, cancel: () => false };
    },
  });
  return { ...requests, sent };
};

const told = ({ name, message, retryable }: XmppError) => ({ name, message, retryable });

/** The same with what its error says instead of the error, whose stack is nobody's business. */
const plainly = (answer$: Observable<Stanza>): Observable<Stanza> =>
  answer$.pipe(catchError((error: unknown) => throwError(() => told(error as XmppError))));

const get = (attrs: Readonly<Record<string, string>> = {}): XmlElement =>
  $iq({ type: 'get', ...attrs })
    .c('query', { xmlns: 'urn:example' })
    .tree();

const result = (attrs: Readonly<Record<string, string>>): Stanza => $iq({ type: 'result', ...attrs }).tree();

describe('request', () => {
  it(
    'sends when subscribed to, once for each subscriber, with an id of its own',
    marbles(({ expectObservable, flush }, scheduler) => {
      const { request, sent } = setUp(scheduler);
      const answer$ = request(get(), 30);
      expect(sent).toEqual([]);
      const late = new TimeoutError('No answer to the request new-1 came in 30 ms');
      expectObservable(plainly(answer$)).toBe('30ms #', undefined, told(late));
      flush();
      expect(sent.map(({ attrs }) => attrs)).toEqual([{ type: 'get', id: 'new-1' }]);
      answer$.subscribe({ error: () => undefined });
      expect(sent.map(({ attrs }) => attrs['id'])).toEqual(['new-1', 'new-2']);
    }),
  );

  it(
    'emits the result and completes; nothing of its time limit is left',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { request, settle } = setUp(scheduler);
      const answer = result({ id: 'a' });
      cold('--a', { a: answer }).subscribe((stanza) => expect(settle(stanza)).toBe(true));
      expectObservable(request(get({ id: 'a' }), 30)).toBe('--(a|)', { a: answer });
    }),
  );

  it(
    'errors with the stanza error that came',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { request, settle } = setUp(scheduler);
      const refusal = stx`<iq type="error" id="a"><error type="wait">
        <resource-constraint xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>
        <text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">later</text></error></iq>`;
      cold('--a', { a: refusal }).subscribe(settle);
      const error = new StanzaError('resource-constraint', 'later', refusal, true);
      expectObservable(plainly(request(get({ id: 'a' }), 30))).toBe('--#', undefined, told(error));
    }),
  );

  it('gives the whole stanza with its error', () => {
    marbles((_, scheduler) => {
      const { request, settle } = setUp(scheduler);
      const refusal = stx`<iq type="error" id="a"/>`;
      let stanza: unknown;
      request(get({ id: 'a' }), 30).subscribe({
        error: (error: unknown) => (stanza = (error as StanzaError).stanza),
      });
      settle(refusal);
      expect(stanza).toBe(refusal);
    })();
  });

  it(
    'waits for ever with a timeout of Infinity',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { request, settle } = setUp(scheduler);
      const answer = result({ id: 'a' });
      cold('9000m a', { a: answer }).subscribe(settle);
      expectObservable(request(get({ id: 'a' }), Infinity)).toBe('9000m (a|)', { a: answer });
    }),
  );

  it(
    'forgets it when unsubscribed from: the answer is nobody’s then',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { request, settle } = setUp(scheduler);
      expectObservable(request(get({ id: 'a' }), 30), '^-!').toBe('---');
      const taken$ = cold('---a', { a: result({ id: 'a' }) });
      const seen: boolean[] = [];
      taken$.subscribe((stanza) => seen.push(settle(stanza)));
      scheduler.schedule(() => expect(seen).toEqual([false]), 10);
    }),
  );

  it(
    'ends with the reason when the session does',
    marbles(({ cold, expectObservable }, scheduler) => {
      const { request, fail } = setUp(scheduler);
      const error = new TransportError('closed', 'The session is over');
      cold('--x').subscribe(() => fail(error));
      expectObservable(request(get({ id: 'a' }), 30)).toBe('--#', undefined, error);
      const late = new TimeoutError('No answer to the request b came in 1 ms');
      expectObservable(plainly(request(get({ id: 'b' }), 1))).toBe('-#', undefined, told(late));
    }),
  );
});

describe('settle', () => {
  const taken = (to: string | undefined, answer: Stanza): boolean => {
    let was = false;
    marbles((_, scheduler) => {
      expect(true).toBe(true);
      const { request, settle } = setUp(scheduler);
      request(get({ id: 'a', ...(to !== undefined && { to }) }), 1_000).subscribe({ error: () => undefined });
      was = settle(answer);
    })();
    return was;
  };

  it.each([
    ['to nobody, from nobody', undefined, undefined, true],
    ['to nobody, from the own bare JID', undefined, 'alice@example.com', true],
    ['to nobody, from the own server', undefined, 'example.com', true],
    ['to nobody, from somebody else', undefined, 'mallory@example.com', false],
    ['to bob, from bob', 'bob@example.com/a', 'bob@example.com/a', true],
    ['to bob, from another resource of his', 'bob@example.com/a', 'bob@example.com/b', false],
    ['to bob, from nobody', 'bob@example.com/a', undefined, false],
    ['to bob, from the server', 'bob@example.com/a', 'example.com', false],
  ])('%s', (_, to, from, expected) => {
    expect(taken(to, result({ id: 'a', ...(from !== undefined && { from }) }))).toBe(expected);
  });

  it('takes only what answers an iq, by its id', () => {
    expect(taken(undefined, result({ id: 'b' }))).toBe(false);
    expect(taken(undefined, $iq({ type: 'result' }).tree())).toBe(false);
    expect(taken(undefined, $iq({ type: 'get', id: 'a' }).tree())).toBe(false);
    expect(taken(undefined, stx`<message id="a" type="error"/>`)).toBe(false);
  });

  it('takes an answer once', () => {
    marbles((_, scheduler) => {
      const { request, settle } = setUp(scheduler);
      request(get({ id: 'a' }), 30).subscribe();
      expect([settle(result({ id: 'a' })), settle(result({ id: 'a' }))]).toEqual([true, false]);
    })();
  });

  it('of two requests with the same id answers the later one, also once the other has ended', () => {
    marbles((_, scheduler) => {
      const { request, settle } = setUp(scheduler);
      const answers: Stanza[] = [];
      const earlier = request(get({ id: 'a' }), 30).subscribe();
      request(get({ id: 'a' }), 30).subscribe((answer) => answers.push(answer));
      earlier.unsubscribe();
      expect(settle(result({ id: 'a' }))).toBe(true);
      expect(answers).toHaveLength(1);
    })();
  });
});
