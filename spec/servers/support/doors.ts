import { filter, map, type Observable, ReplaySubject } from 'rxjs';
import {
  $msg,
  type AttachOptions,
  type Client,
  type ClientOptions,
  createClient,
  type Credentials,
  type SessionTokens,
  type Stanza,
  type Status,
  Strophe,
} from 'rxmpp';

/** How an attempt to get a session ended, in the words of both doors. */
export type Outcome =
  | {
      readonly type: 'online';
      readonly how: 'connected' | 'attached' | 'restored' | 'resumed';
      readonly jid: string;
    }
  | {
      readonly type: 'failed';
      readonly during: 'connect' | 'auth' | 'attach' | 'session';
      readonly condition: string;
    };

/** A chat message that has arrived. */
export interface Received {
  readonly from: string;
  readonly body: string;
}

/** One of the two APIs, with what the specs use of it. */
export interface Seat {
  /** Every outcome from the beginning. */
  readonly outcome$: Observable<Outcome>;
  /** Every chat message from the beginning. */
  readonly message$: Observable<Received>;
  /** The client inside, for what only it shows. */
  readonly client: Client;
  readonly connect: (credentials: Credentials) => void;
  readonly attach: (tokens: SessionTokens, options?: AttachOptions) => void;
  readonly restore: (jid?: string) => void;
  /** Goes on with the session that this tab has left, by a login: over WebSocket. */
  readonly goOn: (credentials: Credentials) => void;
  readonly say: (to: string, body: string) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly disconnect: () => void;
  readonly close: () => void;
}

/** What both understand; the second kind of option is one of `Strophe.Connection` alone. */
export type DoorOptions = ClientOptions & { readonly enableStreamManagement?: boolean };

export interface Door {
  readonly name: string;
  readonly open: (service: string, options?: DoorOptions) => Seat;
}

const defined = <T>(value: T | undefined): value is T => value !== undefined;

const chat = (to: string, body: string) => $msg({ to, type: 'chat' }).c('body').t(body);

const outcomeOf = (status: Status): Outcome | undefined => {
  if (status.type === 'online') {
    return { type: 'online', how: status.how, jid: status.jid };
  }
  if (status.type !== 'failed') return undefined;
  return { type: 'failed', during: status.during, condition: status.error.condition };
};

const byClient: Door['open'] = (service, options) => {
  const client = createClient(service, options);
  const outcome$ = new ReplaySubject<Outcome>(Infinity);
  const message$ = new ReplaySubject<Received>(Infinity);
  client.status$.pipe(map(outcomeOf), filter(defined)).subscribe(outcome$);
  client.stanza$
    .pipe(
      filter(({ name, attrs }) => name === 'message' && attrs['type'] === 'chat'),
      map((message) => ({ from: message.attrs['from'] ?? '', body: message.child('body')?.text ?? '' })),
    )
    .subscribe(message$);
  return {
    outcome$,
    message$,
    client,
    connect: client.connect,
    attach: client.attach,
    restore: client.restore,
    goOn: (login) => client.open({ restore: true, login }),
    say: (to, body) => void client.send(chat(to, body)),
    pause: client.pause,
    resume: client.resume,
    disconnect: () => client.disconnect(),
    close: client.close,
  };
};

const { Status: Code } = Strophe;

/** What the callback hears, in the same words. `online`: whether the session had been ready before. */
const outcomeOfCode = (
  code: number,
  condition: string | null,
  connection: Strophe.Connection,
  online: boolean,
): Outcome | undefined => {
  const failed = (during: Extract<Outcome, { type: 'failed' }>['during']): Outcome => ({
    type: 'failed',
    during,
    condition: condition ?? '',
  });
  const { jid, restored } = connection;
  switch (code) {
    case Code.CONNECTED:
      return { type: 'online', how: connection.hasResumed() ? 'restored' : 'connected', jid };
    case Code.ATTACHED:
      return { type: 'online', how: restored ? 'restored' : 'attached', jid };
    case Code.CONNFAIL:
    case Code.CONNTIMEOUT:
      return failed(online ? 'session' : 'connect');
    case Code.AUTHFAIL:
      return failed('auth');
    case Code.ATTACHFAIL:
      return failed('attach');
    default:
      return undefined;
  }
};

const byConnection: Door['open'] = (service, options) => {
  const connection = new Strophe.Connection(service, options);
  const outcome$ = new ReplaySubject<Outcome>(Infinity);
  const message$ = new ReplaySubject<Received>(Infinity);
  const hear = (message: Stanza): true => {
    const body = message.getElementsByTagName('body')[0]?.textContent ?? '';
    message$.next({ from: message.getAttribute('from') ?? '', body });
    return true;
  };
  let online = false;
  const callback = (code: number, condition: string | null): void => {
    const outcome = outcomeOfCode(code, condition, connection, online);
    online = outcome?.type === 'online';
    if (online) connection.addHandler(hear, null, 'message', 'chat');
    if (outcome) outcome$.next(outcome);
  };
  return {
    outcome$,
    message$,
    client: connection.client,
    connect: ({ jid, password }) => connection.connect(jid, password, callback),
    attach: ({ jid, sid, rid }, { wait, hold, wind } = {}) =>
      connection.attach(jid, sid, rid, callback, wait, hold, wind),
    restore: (jid) => connection.restore(jid, callback),
    goOn: ({ jid, password }) => connection.connect(jid, password, callback),
    say: (to, body) => connection.send(chat(to, body)),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    disconnect: () => connection.disconnect(),
    close: () => connection.client.close(),
  };
};

/** Both APIs of the library: what holds for one must hold for the other. */
export const DOORS: readonly Door[] = [
  { name: 'createClient', open: byClient },
  { name: 'Strophe.Connection', open: byConnection },
];
