import { catchError, type Observable, switchMap } from 'rxjs';

import { StropheSessionError } from '../protocol/errors.js';
import type { LoginPlan } from '../protocol/session-state.js';
import { dialling, resuming } from '../protocol/socket-open.js';
import { readRestoredStream, type RestoredStream } from '../protocol/socket-record.js';
import type { SocketSettings } from '../protocol/socket-state.js';
import { webSocketTransport } from '../transport/websocket.js';
import { domainOf } from '../xml/jid.js';
import type { CredentialsSource } from './credentials.js';
import { type KeptTexts, matches, mismatch, type Resumable } from './kept.js';
import { failTyped, type OpeningPorts, type Openings, stale } from './openings.js';
import { type ClientOptions, type ConnectOptions, isSecure } from './options.js';
import { mayMoveTo } from './origins.js';
import type { Opening, OtherOpening } from './plan.js';
import type { Platform } from './platform.js';
import { nativeWebSocket } from './platform-web-socket.js';
import { randomId, randomRid } from './random.js';
import { createRoaming } from './roaming.js';
import type { SessionNews } from './session.js';

/** The part of the library that speaks WebSocket and finds addresses, loaded only where it is used. Opaque. */
export interface WebSocketParts {
  /** @internal */
  readonly webSocketOpenings: typeof webSocketOpenings;
  /** @internal */
  readonly createRoaming: typeof createRoaming;
}

/** A kept stream, with what its queue needs. */
interface KeptStream extends Resumable {
  readonly stream: RestoredStream;
}

/** Who logs in, and how. */
export interface SocketLogin {
  readonly source: CredentialsSource;
  readonly limits: ConnectOptions;
}

const DIAL_MS = 20_000;

const settingsOf = (
  service: string,
  jid: string,
  options: ClientOptions,
  platform: Platform,
): SocketSettings => ({
  to: domainOf(jid),
  lang: options.lang ?? 'en',
  secure: isSecure(service),
  management: options.streamManagement ?? true,
  dialMs: DIAL_MS,
  quietMs: options.quietInterval ?? 30_000,
  answerMs: options.quietTimeout ?? 10_000,
  disconnectMs: options.disconnectTimeout ?? 3_000,
  seed: randomRid(platform.random),
  pingId: randomId(platform.random),
});

const readStream = (texts: KeptTexts | undefined, jid?: string): KeptStream => {
  if (!texts) throw new StropheSessionError('no-storage', 'There is no storage to restore a session from');
  const stream = readRestoredStream(texts.record, texts.body);
  if (!stream || stream.closing) {
    throw new StropheSessionError('no-session', 'There is no session to restore');
  }
  if (jid !== undefined && !matches(jid, stream.tokens.jid)) throw mismatch(stream.tokens.jid, jid);
  const isDone: KeptStream['isDone'] = ({ rid }) => rid <= stream.sm.handled;
  return { tokens: stream.tokens, restored: stream, isDone, stream };
};

type Helpers = Pick<Openings, 'planned' | 'owned' | 'owning' | 'starting'>;

/** The ways into a session over WebSocket. Each is cold. */
export const webSocketOpenings = (
  { service, options, platform, keeping, run }: OpeningPorts,
  { planned, owned, owning, starting }: Helpers,
) => {
  const over = (
    { plan, help }: Opening<LoginPlan>,
    limits: ConnectOptions,
    stream?: RestoredStream,
  ): OtherOpening<LoginPlan> => ({
    plan: stream ? { ...plan, resumes: true } : plan,
    interval: 0,
    ...(help && { help }),
    ...(stream && { gen: stream.gen }),
    transport: ({ outbox, deliveries, writer, wire }) => {
      const { scheduler, webSocket = nativeWebSocket() } = platform();
      const settings = settingsOf(service, plan.jid, { ...options, ...limits }, platform());
      const at = scheduler.now();
      const initial = stream ? resuming(settings, stream, at) : dialling(settings, at);
      return webSocketTransport(initial, {
        url: service,
        mayMove: mayMoveTo(service, platform().baseUrl, options.allowedOrigins),
        webSocket,
        scheduler,
        outbox,
        deliveries,
        writer,
        wire,
      });
    },
  });

  const login = ({ source, limits }: SocketLogin): Observable<SessionNews> =>
    starting(
      'login',
      owning(planned(source, limits).pipe(switchMap((opening) => run(over(opening, limits))))),
    );

  /** Logs in and goes on with a managed stream; where the server has it no more, that login opens a new session. */
  const resume = (
    { source, limits }: SocketLogin,
    { tokens }: KeptStream,
    latest: () => KeptStream,
    load: (kept: KeptStream) => KeptStream,
  ): Observable<SessionNews> => {
    const session$ = planned(source, limits).pipe(
      switchMap((opening) => {
        const now = latest();
        if (keeping.isStale(now)) {
          keeping.forget();
          throw stale();
        }
        if (!matches(opening.plan.jid, now.tokens.jid)) throw mismatch(now.tokens.jid, opening.plan.jid);
        return run(over(opening, limits, load(now).stream));
      }),
    );
    return owned('restore', tokens, owning(session$, tokens.sid)).pipe(catchError(failTyped('attach')));
  };

  /**
   * Goes on with what another page has left.
   *
   * @throws {StropheSessionError} `no-storage`, `no-session` or `jid-mismatch`.
   */
  const restore = (
    by: SocketLogin,
    jid: string | undefined,
    onPaused: () => void,
  ): Observable<SessionNews> => {
    const read = (): KeptStream => readStream(keeping.texts(false), jid);
    const first = read();
    if (first.stream.paused) onPaused();
    // Until the session is ours, which may take a while, the page may be reloaded again.
    keeping.queueBehind(first);
    return resume(by, first, read, (now) => keeping.load(now));
  };

  /** Goes on with what this page has kept, which another one may have driven meanwhile. Throws like `restore`. */
  const thaw = (by: SocketLogin): Observable<SessionNews> => {
    const read = (): KeptStream => readStream(keeping.texts(true));
    return resume(by, read(), read, (now) => keeping.reload(now));
  };

  return { login, restore, thaw };
};

export { createRoaming };
