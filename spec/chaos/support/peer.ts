import {
  BehaviorSubject,
  filter,
  firstValueFrom,
  interval,
  type Observable,
  type Subscription,
  timeout,
} from 'rxjs';
import { $msg, createClient } from 'rxmpp';
import type { TestServer } from '../../servers/support/servers.js';
import type { Arrival } from './compare.js';

const EACH_MS = 50;
const LOGIN_MS = 30_000;

/** The other end: a client in this process that is never killed. */
export interface Peer {
  readonly jid: string;
  /** Sends 20 numbered messages a second to this full JID, and from the next call on to another. */
  readonly sendTo: (jid: string) => void;
  /** Stops; returns the highest number sent. */
  readonly stop: () => number;
  /** What has come so far. */
  readonly received: () => readonly Arrival[];
  /** Emits the highest number that has come, at once and whenever it grows. */
  readonly highest$: Observable<number>;
  readonly close: () => void;
}

const online = async (client: ReturnType<typeof createClient>): Promise<string> => {
  const settled$ = client.status$.pipe(filter(({ type }) => type === 'online' || type === 'failed'));
  const status = await firstValueFrom(settled$.pipe(timeout({ first: LOGIN_MS })));
  if (status.type !== 'online') throw new Error('the peer could not log in');
  return status.jid;
};

/** Logs the peer in. */
export const openPeer = async (server: TestServer, name: string): Promise<Peer> => {
  const client = createClient(server.service, { dispatchInterval: 0 });
  const received: Arrival[] = [];
  const highest$ = new BehaviorSubject(0);
  let target = '';
  let sent = 0;
  let sending: Subscription | undefined;
  client.stanza$.subscribe((stanza) => {
    const body = stanza.attrs['type'] === 'chat' ? (stanza.child('body')?.text ?? '') : '';
    if (!/^\d+$/.test(body)) return;
    const n = Number(body);
    received.push({ n, redelivered: stanza.redelivered });
    if (n > highest$.value) highest$.next(n);
  });
  client.connect(server.user(name));
  const jid = await online(client);
  return {
    jid,
    sendTo(to) {
      target = to;
      sending ??= interval(EACH_MS).subscribe(() => {
        sent += 1;
        client.send($msg({ to: target, type: 'chat' }).c('body').t(String(sent)));
      });
    },
    stop() {
      sending?.unsubscribe();
      return sent;
    },
    received: () => received,
    highest$,
    close: () => client.close(),
  };
};
