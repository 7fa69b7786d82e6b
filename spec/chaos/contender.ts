import { concatMap, EMPTY, from, map, type Observable } from 'rxjs';
import { $msg, createClient, type Status } from 'rxmpp';
import { stropheJs } from '../browser/pages/strophe-js.js';
import { refusalsIn } from './support/hang.js';

/** What became of a session: it is there, or it is not. */
export type News =
  | { readonly type: 'online'; readonly how: string; readonly jid: string }
  | {
      readonly type: 'failed';
      readonly during: string;
      readonly condition: string;
      readonly message: string;
      /** Sends again, in the next session, what this one says it has not sent. */
      readonly sendAgain: () => void;
    };

export interface Heard {
  readonly body: string;
  readonly redelivered: boolean;
}

/** A library whose sessions are to survive the chaos. */
export interface Contender {
  readonly news$: Observable<News>;
  readonly message$: Observable<Heard>;
  /** What goes over the wire; nothing where the library does not tell. */
  readonly wire$: Observable<object>;
  /** Why the server does not go on with a session, where that can be seen. */
  readonly refusal$: Observable<string>;
  connect(jid: string, password: string): void;
  /** Goes on with the session of the page before. Over WebSocket that begins with a login. */
  restore(jid: string, password: string): void;
  say(to: string, body: string): void;
  flush(): void;
  pause(): void;
  resume(): void;
  isPaused(): boolean;
}

const isSocket = (service: string): boolean => service.startsWith('ws:');

export const rxmpp = (service: string): Contender => {
  const client = createClient(service, { keepalive: true });
  const newsOf = (status: Status): readonly News[] => {
    if (status.type === 'online') return [{ type: 'online', how: status.how, jid: status.jid }];
    if (status.type !== 'failed') return [];
    const { during, error, unsent } = status;
    const { condition, message } = error;
    return [{ type: 'failed', during, condition, message, sendAgain: () => void client.send(unsent) }];
  };
  return {
    news$: client.status$.pipe(concatMap((status) => from(newsOf(status)))),
    message$: client.stanza$.pipe(
      map((stanza) => ({
        body: stanza.name === 'message' ? (stanza.child('body')?.text ?? '') : '',
        redelivered: stanza.redelivered,
      })),
    ),
    wire$: client.wire$.pipe(
      map((event) => ('error' in event ? { ...event, error: String(event.error) } : event)),
    ),
    refusal$: refusalsIn(client.wire$),
    connect: (jid, password) => client.connect({ jid, password }),
    restore: (jid, password) =>
      isSocket(service) ? client.open({ restore: true, login: { jid, password } }) : client.restore(),
    say: (to, body) => void client.send($msg({ to, type: 'chat' }).c('body').t(body)),
    flush: () => client.flush(),
    pause: () => client.pause(),
    resume: () => client.resume(),
    isPaused: () => {
      let paused = false;
      client.paused$.subscribe((now) => (paused = now)).unsubscribe();
      return paused;
    },
  };
};

/** To compare with. It says nothing of what it has not sent. */
export const strophe = (service: string): Contender => {
  const seat = stropheJs.open(service, {
    keepalive: !isSocket(service),
    streamManagement: isSocket(service),
  });
  return {
    news$: seat.outcome$.pipe(
      map((outcome) =>
        outcome.type === 'online' ? outcome : { ...outcome, message: '', sendAgain: () => undefined },
      ),
    ),
    message$: seat.message$.pipe(map(({ body }) => ({ body, redelivered: false }))),
    wire$: EMPTY,
    refusal$: EMPTY,
    connect: (jid, password) => seat.connect({ jid, password }),
    restore: (jid, password) => (isSocket(service) ? seat.connect({ jid, password }) : seat.restore()),
    say: seat.say,
    flush: () => seat.flush(),
    pause: seat.pause,
    resume: seat.resume,
    isPaused: () => false,
  };
};
