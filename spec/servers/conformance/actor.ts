import { filter, firstValueFrom, map, ReplaySubject } from 'rxjs';
import {
  $iq,
  type Client,
  type ClientOptions,
  createClient,
  parse,
  type Stanza,
  type Status,
  type XmppError,
} from 'rxmpp';
import type { AnyServer } from '../support/embedded.js';
import { within } from '../support/within.js';

const PATIENCE_MS = 10_000;

/** How an attempt ended: `online connected`, `auth: not-authorized`. */
export const inWords = (status: Status): string | undefined => {
  if (status.type === 'online') return `online ${status.how}`;
  return status.type === 'failed' ? `${status.during}: ${status.error.condition}` : undefined;
};

const defined = (word: string | undefined): word is string => word !== undefined;

/** Somebody with a client, and an ear for everything. */
export interface Actor {
  readonly client: Client;
  /** The full JID, once online. */
  readonly jid: string;
  /** How the latest attempt ends. */
  readonly outcome: () => Promise<string>;
  /** The first stanza that fits and was not taken before. */
  readonly hears: (fits: (stanza: Stanza) => boolean, what: string) => Promise<Stanza>;
  /** Everything heard so far that was not taken. */
  readonly rest: () => readonly Stanza[];
  /** `result`, or the condition of the error. */
  readonly asks: (iq: string) => Promise<string>;
  /** The server has processed all that was sent, and what it had to say about it has come. */
  readonly settles: () => Promise<void>;
  readonly send: (xml: string) => void;
}

export const createActor = (server: AnyServer, options: ClientOptions = {}): Actor => {
  const client = createClient(server.service, { dispatchInterval: 0, ...options });
  const words$ = new ReplaySubject<string>(1);
  const heard: Stanza[] = [];
  const taken = new Set<Stanza>();
  const news$ = new ReplaySubject<void>(1);
  let jid = '';
  client.status$.subscribe((status) => {
    if (status.type === 'online') jid = status.jid;
  });
  client.status$.pipe(map(inWords), filter(defined)).subscribe(words$);
  client.stanza$.subscribe((stanza) => {
    heard.push(stanza);
    news$.next();
  });
  const free = (): readonly Stanza[] => heard.filter((stanza) => !taken.has(stanza));
  const asks = (iq: string): Promise<string> =>
    new Promise((resolve) => {
      client.request(parse(iq), { timeout: PATIENCE_MS }).subscribe({
        next: ({ attrs }) => resolve(attrs['type'] ?? ''),
        error: (error: unknown) => resolve((error as XmppError).condition),
      });
    });
  return {
    client,
    get jid() {
      return jid;
    },
    outcome: () => within(words$, 'an outcome', 30_000),
    hears: async (fits, what) => {
      const found = await within(
        news$.pipe(
          map(() => free().find(fits)),
          filter((stanza) => stanza !== undefined),
        ),
        what,
        PATIENCE_MS,
      );
      taken.add(found);
      return found;
    },
    rest: free,
    asks,
    settles: async () => {
      const ping = $iq({ type: 'get', to: server.domain }).c('ping', { xmlns: 'urn:xmpp:ping' });
      await firstValueFrom(client.request(ping));
    },
    send: (xml) => void client.send(parse(xml)),
  };
};
