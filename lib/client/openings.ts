import {
  catchError,
  concat,
  defer,
  finalize,
  map,
  noop,
  type Observable,
  of,
  type Subscription,
  switchMap,
  tap,
  throwError,
} from 'rxjs';

import { isSessionError, type SessionError, StropheSessionError } from '../protocol/errors.js';
import type { Failure, LoginPlan, Plan, SessionEvent } from '../protocol/session-state.js';
import type { How } from '../protocol/status.js';
import type { SessionTokens } from '../protocol/stream.js';
import { claim, sessionName } from '../session/ownership.js';
import { cancellable, NO_LEFTOVERS } from './cancellable.js';
import { type CredentialsSource, credentialsOf, prepareCredentials, saslCredentials } from './credentials.js';
import type { Keeping } from './keeping.js';
import type { Kept } from './kept.js';
import type { AttachOptions, ClientOptions, ConnectOptions } from './options.js';
import { type Opening, type OtherOpening, planAttach, planLogin } from './plan.js';
import type { Platform } from './platform.js';
import type { SessionNews } from './session.js';

export interface OpeningPorts {
  readonly service: string;
  readonly options: ClientOptions;
  readonly platform: () => Platform;
  readonly keeping: Keeping;
  /** Whether a request stays with the server after a login. */
  readonly polling: boolean;
  readonly run: (opening: Opening<Plan> | OtherOpening<Plan>) => Observable<SessionNews>;
  readonly command$: Observable<SessionEvent>;
  /** What waits to be sent may be sent in the name of this account; what was sent in another one's is dropped. */
  readonly queueFor: (jid: string) => void;
}

/** A session that ended before it began. */
export const failedBy = (during: Failure['during'], error: SessionError): Observable<SessionNews> =>
  of({ type: 'end', failure: { during, error }, leftovers: NO_LEFTOVERS });

/** The same for whatever is one of our errors; anything else is a defect, and goes on as it is. */
export const failTyped =
  (during: Failure['during']) =>
  (error: unknown): Observable<SessionNews> =>
    isSessionError(error) ? failedBy(during, error) : throwError(() => error as Error);

export const connecting = (how: How): Observable<SessionNews> =>
  of({ type: 'status', status: { type: 'connecting', how } });

const IN_USE = 'Another page drives this session';
/** What is kept is a copy of the session, older than the session itself. */
export const stale = (): StropheSessionError =>
  new StropheSessionError(
    'stale',
    'Another page has gone on with this session since this copy of it was kept',
  );

export type Openings = ReturnType<typeof createOpenings>;

/** The ways into a session. Each is cold; nothing is sent before the session is surely ours. */
export const createOpenings = ({
  service,
  options,
  platform,
  keeping,
  polling,
  run,
  command$,
  queueFor,
}: OpeningPorts) => {
  const nameOf = (sid: string): string => sessionName(service, sid);

  /** Drives a session that exists already, if nobody else does. */
  const owned = (
    how: How,
    { sid }: SessionTokens,
    session$: Observable<SessionNews>,
  ): Observable<SessionNews> => {
    const { locks, scheduler } = platform();
    const refused$ = defer(() => {
      keeping.forget();
      return failedBy('attach', new StropheSessionError('session-in-use', IN_USE));
    });
    const claimed$ = claim(locks, nameOf(sid), scheduler).pipe(
      switchMap((mine) => (mine ? session$ : refused$)),
    );
    return concat(connecting(how), cancellable(command$, claimed$));
  };

  /** Marks a new session as ours from its first commit on, unless it is the one that is `owned` already. */
  const owning = (session$: Observable<SessionNews>, owned?: string): Observable<SessionNews> =>
    defer(() => {
      let mark: Subscription | undefined;
      const release = (): void => mark?.unsubscribe();
      let marked = owned;
      const own = (sid: string): void => {
        if (sid === marked) return;
        release();
        marked = sid;
        mark = platform().locks(nameOf(sid)).subscribe({ error: noop });
      };
      const hear = (news: SessionNews): void => {
        if (news.type === 'committed' && news.record) own(news.record.sid);
      };
      return session$.pipe(tap(hear), finalize(release));
    });

  const starting = (how: How, session$: Observable<SessionNews>): Observable<SessionNews> =>
    concat(connecting(how), cancellable(command$, session$)).pipe(catchError(failTyped('auth')));

  /** A login by the credentials that are to be had now. */
  const planned = (source: CredentialsSource, limits: ConnectOptions): Observable<Opening<LoginPlan>> =>
    credentialsOf(source, platform().zone).pipe(
      tap(({ jid }) => queueFor(jid)),
      switchMap((given) =>
        prepareCredentials(platform().crypto, saslCredentials(given)).pipe(
          map((ready) => planLogin(service, given, ready, { ...options, ...limits }, platform(), polling)),
        ),
      ),
    );

  const login = (source: CredentialsSource, limits: ConnectOptions): Observable<SessionNews> => {
    const session$ = planned(source, limits).pipe(switchMap(run));
    return starting('login', polling ? owning(session$) : session$);
  };

  const attach = (tokens: SessionTokens, limits: AttachOptions): Observable<SessionNews> =>
    owned(
      'attach',
      tokens,
      defer(() => {
        queueFor(tokens.jid);
        return run(planAttach(tokens, limits, undefined, options, platform()));
      }),
    );

  /**
   * `read` reads the session again once it is ours: the page before this one may have gone on until then. What waits is taken
   * in only if the copy is not a stale one: then it may have been sent.
   */
  const resume = (
    kept: Kept,
    limits: AttachOptions,
    read: () => Kept,
    load: (kept: Kept) => Kept,
  ): Observable<SessionNews> => {
    const session$ = defer(() => {
      const now = read();
      if (keeping.isStale(now)) {
        keeping.forget();
        return failedBy('attach', stale());
      }
      queueFor(now.tokens.jid);
      return run(planAttach(now.tokens, limits, load(now), options, platform()));
    });
    return owned('restore', kept.tokens, session$).pipe(catchError(failTyped('attach')));
  };

  /** Goes on with the session that another page has left in the storage. */
  const restore = (kept: Kept, limits: AttachOptions): Observable<SessionNews> => {
    // Until the session is ours, which may take a while, the page may be reloaded again.
    keeping.queueBehind(kept);
    return resume(
      kept,
      limits,
      () => keeping.read(undefined),
      (now) => keeping.load(now),
    );
  };

  /** Goes on with our own session, which another page may have driven meanwhile. */
  const thaw = (kept: Kept): Observable<SessionNews> =>
    resume(
      kept,
      {},
      () => keeping.own(),
      (now) => keeping.reload(now),
    );

  return { login, attach, restore, thaw, planned, starting, owned, owning };
};
