import {
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  ReplaySubject,
  take,
  throwError,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import { $msg, type Client, messages, type Status } from 'rxmpp';

import { type Report, StoryError } from './report.js';

const LATEST_MS = 15_000;

/** The first value, or the end of the story. */
export const until = <T>(source$: Observable<T>, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const missing = (): Error => new StoryError(`did not come within ${LATEST_MS / 1000} s: ${what}`);
    const late = { first: LATEST_MS, with: () => throwError(missing) };
    source$.pipe(timeout(late), take(1), throwIfEmpty()).subscribe({ next: resolve, error: reject });
  });

/** The status of a client, whose failure is an error here. */
const unfailing = (client: Client): Observable<Exclude<Status, { readonly type: 'failed' }>> =>
  client.status$.pipe(
    map((status) => {
      if (status.type === 'failed') throw status.error;
      return status;
    }),
  );

export type Online = Extract<Status, { readonly type: 'online' }>;

export const online = (client: Client, what: string): Promise<Online> =>
  until(unfailing(client).pipe(filter((status) => status.type === 'online')), what);

export const offline = (client: Client): Promise<Status> =>
  until(unfailing(client).pipe(filter(({ type }) => type === 'offline')), 'the end of a session');

/** A client and what its partner has said to it. */
export interface Seat {
  readonly client: Client;
  readonly heard: readonly string[];
  readonly hear: (text: string) => Promise<string>;
  readonly say: (...texts: readonly string[]) => void;
}

/** Lets a client take part: prints when it is online and what it hears, and remembers that. */
export const seat = (report: Report, who: string, client: Client, partner: string): Seat => {
  const heard: string[] = [];
  const heard$ = new ReplaySubject<string>(Infinity);
  client.status$.subscribe((status) => {
    if (status.type === 'online') report.line(who, `is online: ${status.how} as ${status.jid}`);
  });
  client.stanza$.pipe(messages()).subscribe((message) => {
    const text = message.child('body')?.text;
    if (text === undefined || message.attrs['from'] !== partner) return;
    report.line(who, `hears “${text}”`);
    heard.push(text);
    heard$.next(text);
  });
  return {
    client,
    heard,
    hear(text) {
      const spoken$ = heard$.pipe(filter((one) => one === text));
      return until(merge(spoken$, unfailing(client).pipe(ignoreElements())), `“${text}”`);
    },
    say: (...texts) => {
      for (const text of texts) report.line(who, `says  “${text}”`);
      client.send(texts.map((text) => $msg({ to: partner, type: 'chat' }).c('body').t(text)));
    },
  };
};
