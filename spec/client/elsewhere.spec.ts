import { NEVER, type Observable, of, Subject } from 'rxjs';
import { StreamError, TransportError } from 'rxmpp';
import { loginFrom } from '../../lib/client/elsewhere.js';
import type { SessionNews } from '../../lib/client/session.js';
import type { Failure, SessionEvent } from '../../lib/protocol/session-state.js';

const NOTHING = { uncertain: [], undispatched: [] } as const;

const ended = (during: Failure['during'], error: Failure['error']): SessionNews => ({
  ...{ type: 'end', failure: { during, error }, leftovers: NOTHING },
});
const sentTo = (uri?: string, during: Failure['during'] = 'connect'): SessionNews =>
  ended(during, new StreamError('see-other-uri', 'Elsewhere', uri));

/** What a login hears, and where it has gone, when the addresses answer like that. */
const hear = (answers: Readonly<Record<string, Observable<SessionNews>>>, may = true) => {
  const command$ = new Subject<SessionEvent>();
  const heard: SessionNews[] = [];
  const asked: string[] = [];
  const subscription = loginFrom('a', {
    command$,
    may: () => may,
    now: () => 7,
    loginAt: (url) => {
      asked.push(url);
      return answers[url] ?? NEVER;
    },
  }).subscribe((news) => heard.push(news));
  return { heard, asked, subscription };
};

it('goes where it is sent, and tells why', () => {
  const { heard, asked } = hear({ a: of(sentTo('b')) });
  expect(asked).toEqual(['a', 'b']);
  expect(heard).toMatchObject([
    { type: 'lost', error: { condition: 'see-other-uri', uri: 'b' }, attempt: 1, nextAttemptAt: 7 },
  ]);
});

it('goes three times, and counts them', () => {
  const { heard, asked } = hear({ a: of(sentTo('b')), b: of(sentTo('a')) });
  expect(asked).toEqual(['a', 'b', 'a', 'b']);
  expect(heard.map((news) => (news.type === 'lost' ? news.attempt : news.type))).toEqual([1, 2, 3, 'end']);
});

it.each([
  ['no address', sentTo(undefined), true],
  ['a place that is not allowed', sentTo('b'), false],
  ['a session that was online', sentTo('b', 'session'), true],
  ['another failure', ended('connect', new TransportError('network', 'Gone')), true],
  ['an end that is none', { type: 'end', failure: undefined, leftovers: NOTHING } as const, true],
])('takes it for its end: %s', (_, news, may) => {
  const { heard, asked } = hear({ a: of(news) }, may);
  expect(asked).toEqual(['a']);
  expect(heard).toEqual([news]);
});

it('lets go of the first login before the second begins', () => {
  const first$ = new Subject<SessionNews>();
  const { asked, subscription } = hear({ a: first$ });
  first$.next(sentTo('b'));
  expect(asked).toEqual(['a']);
  first$.complete();
  expect(asked).toEqual(['a', 'b']);
  expect(first$.observed).toBe(false);
  subscription.unsubscribe();
});
