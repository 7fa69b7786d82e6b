import { ReplaySubject } from 'rxjs';
import { $msg, Strophe } from 'strophe.js';
import type { Door, Outcome, Received, Seat } from '../../servers/support/doors.js';

/** What Strophe.js itself can do of it. */
export type StropheSeat = Omit<Seat, 'client'>;

const { Status: Code } = Strophe;

const FAILURES: Readonly<Record<number, Extract<Outcome, { type: 'failed' }>['during']>> = {
  [Code.CONNFAIL]: 'connect',
  [Code.CONNTIMEOUT]: 'connect',
  [Code.AUTHFAIL]: 'auth',
  [Code.ATTACHFAIL]: 'attach',
};

/** Strophe.js as one more door, to compare with and to hand sessions to and fro. */
export const stropheJs = {
  name: 'Strophe.js',
  open: (service: string, options: { readonly keepalive?: boolean } = {}): StropheSeat => {
    const connection = new Strophe.Connection(service, { keepalive: options.keepalive === true });
    const outcome$ = new ReplaySubject<Outcome>();
    const message$ = new ReplaySubject<Received>();
    const hear = (message: Element): boolean => {
      const body = message.getElementsByTagName('body')[0]?.textContent ?? '';
      message$.next({ from: message.getAttribute('from') ?? '', body });
      return true;
    };
    const callback = (code: number, condition: string | null): void => {
      const during = FAILURES[code];
      if (during) outcome$.next({ type: 'failed', during, condition: condition ?? '' });
      if (code !== Code.CONNECTED && code !== Code.ATTACHED) return;
      connection.addHandler(hear, null, 'message', 'chat');
      const taken = connection.restored ? 'restored' : 'attached';
      outcome$.next({ type: 'online', how: code === Code.CONNECTED ? 'connected' : taken, jid: connection.jid });
    };
    return {
      outcome$,
      message$,
      connect: ({ jid, password }) => connection.connect(jid, password ?? '', callback),
      attach: ({ jid, sid, rid }) => connection.attach(jid, sid, rid, callback),
      restore: (jid) => connection.restore(jid, callback),
      say: (to, body) => connection.send($msg({ to, type: 'chat' }).c('body').t(body)),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
      disconnect: () => connection.disconnect(),
      close: () => connection.reset(),
    };
  },
} satisfies { readonly name: string; readonly open: (...given: Parameters<Door['open']>) => StropheSeat };
