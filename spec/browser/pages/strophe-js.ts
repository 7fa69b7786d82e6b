import { ReplaySubject } from 'rxjs';
import type { ClientOptions } from 'rxmpp';
import * as library from 'strophe.js';
import type { Door, Outcome, Received, Seat } from '../../servers/support/doors.js';

/** What a seat is without a client of ours inside. */
export type StropheSeat = Omit<Seat, 'client'>;

/** The same of the library itself, which can also be told not to wait. */
export interface StropheJsSeat extends StropheSeat {
  readonly flush: () => void;
}

type Callback = (code: number, condition: string | null) => void;

/** As much of a Strophe.js connection as is used. */
interface Connection {
  readonly jid: string;
  readonly restored: boolean;
  hasResumed(): boolean;
  connect(jid: string, password: string, callback: Callback): void;
  attach(jid: string, sid: string, rid: number, callback: Callback): void;
  restore(jid: string | undefined, callback: Callback): void;
  addHandler(handler: (stanza: Element) => boolean, ns: null, name: string, type: string): unknown;
  send(stanza: unknown): void;
  flush(): void;
  pause(): void;
  resume(): void;
  disconnect(): void;
  reset(): void;
}

interface Builder {
  c(name: string): Builder;
  t(text: string): Builder;
}

/** Its own declarations can't be resolved the way this project resolves modules. */
interface StropheJs {
  readonly $msg: (attrs: Readonly<Record<string, string>>) => Builder;
  readonly Strophe: {
    readonly Connection: new (
      service: string,
      options: { readonly keepalive: boolean; readonly enableStreamManagement: boolean },
    ) => Connection;
    readonly Status: Readonly<Record<string, number>>;
  };
}

const { $msg, Strophe } = library as unknown as StropheJs;
const { CONNFAIL, CONNTIMEOUT, AUTHFAIL, ATTACHFAIL, CONNECTED, ATTACHED } = Strophe.Status;

const failedDuring = (code: number): Extract<Outcome, { type: 'failed' }>['during'] | undefined => {
  if (code === CONNFAIL || code === CONNTIMEOUT) return 'connect';
  if (code === AUTHFAIL) return 'auth';
  return code === ATTACHFAIL ? 'attach' : undefined;
};

const outcomeOf = (code: number, condition: string | null, connection: Connection): Outcome | undefined => {
  const { jid, restored } = connection;
  if (code === CONNECTED) {
    return { type: 'online', how: connection.hasResumed() ? 'restored' : 'connected', jid };
  }
  if (code === ATTACHED) return { type: 'online', how: restored ? 'restored' : 'attached', jid };
  const during = failedDuring(code);
  return during && { type: 'failed', during, condition: condition ?? '' };
};

const open = (service: string, options: ClientOptions = {}): StropheJsSeat => {
  const connection = new Strophe.Connection(service, {
    keepalive: options.keepalive === true,
    enableStreamManagement: options.streamManagement === true,
  });
  const outcome$ = new ReplaySubject<Outcome>(Infinity);
  const message$ = new ReplaySubject<Received>(Infinity);
  const hear = (message: Element): boolean => {
    const body = message.getElementsByTagName('body')[0]?.textContent ?? '';
    message$.next({ from: message.getAttribute('from') ?? '', body });
    return true;
  };
  const callback: Callback = (code, condition) => {
    const outcome = outcomeOf(code, condition, connection);
    if (outcome?.type === 'online') connection.addHandler(hear, null, 'message', 'chat');
    if (outcome) outcome$.next(outcome);
  };
  return {
    outcome$,
    message$,
    connect: ({ jid, password }) => connection.connect(jid, password ?? '', callback),
    attach: ({ jid, sid, rid }) => connection.attach(jid, sid, rid, callback),
    restore: (jid) => connection.restore(jid, callback),
    goOn: ({ jid, password }) => connection.connect(jid, password ?? '', callback),
    say: (to, body) => connection.send($msg({ to, type: 'chat' }).c('body').t(body)),
    flush: () => connection.flush(),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    disconnect: () => connection.disconnect(),
    close: () => connection.reset(),
  };
};

/** Strophe.js as one more door, to compare with and to hand sessions to and fro. */
export const stropheJs = {
  name: 'Strophe.js',
  open,
} satisfies { readonly name: string; readonly open: (...given: Parameters<Door['open']>) => StropheJsSeat };
