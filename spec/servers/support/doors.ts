import { filter, map, type Observable, ReplaySubject } from 'rxjs';
import {
  $msg,
  type AttachOptions,
  type Client,
  type ClientOptions,
  createClient,
  type Credentials,
  type SessionTokens,
  type Status,
} from 'rxmpp';

/** How an attempt to get a session ended, in the words of both doors. */
export type Outcome =
  | { readonly type: 'online'; readonly how: 'connected' | 'taken'; readonly jid: string }
  | { readonly type: 'failed'; readonly during: 'connect' | 'auth' | 'attach' | 'session'; readonly condition: string };

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
  readonly say: (to: string, body: string) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly disconnect: () => void;
  readonly close: () => void;
}

export interface Door {
  readonly name: string;
  readonly open: (service: string, options?: ClientOptions) => Seat;
}

const outcomeOf = (status: Status): Outcome | undefined => {
  if (status.type === 'online') {
    return { type: 'online', how: status.how === 'connected' ? 'connected' : 'taken', jid: status.jid };
  }
  if (status.type !== 'failed') return undefined;
  return { type: 'failed', during: status.during, condition: status.error.condition };
};

const defined = <T>(value: T | undefined): value is T => value !== undefined;

const chat = (to: string, body: string) => $msg({ to, type: 'chat' }).c('body').t(body);

const byClient: Door['open'] = (service, options) => {
  const client = createClient(service, options);
  const outcome$ = new ReplaySubject<Outcome>();
  const message$ = new ReplaySubject<Received>();
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
    say: (to, body) => void client.send(chat(to, body)),
    pause: client.pause,
    resume: client.resume,
    disconnect: () => client.disconnect(),
    close: client.close,
  };
};

/** Both APIs of the library: what holds for one must hold for the other. */
export const DOORS: readonly Door[] = [{ name: 'createClient', open: byClient }];
