// What an app touches, with the types of the rxjs that it has.
import { filter, map, type Observable, scan } from 'rxjs';
import {
  $msg,
  type Client,
  type ClientOptions,
  createClient,
  messages,
  prebind,
  type SessionTokens,
  type Stanza,
  type Status,
  Strophe,
} from 'rxmpp';
import { fileStorage } from 'rxmpp/node';
import { createDomain, marbles, type Peer } from 'rxmpp/testing';

const options: ClientOptions = { keepalive: { storage: fileStorage('/tmp/sessions') }, wait: 30 };
export const client: Client = createClient('/http-bind/', options);

export const label$: Observable<string> = client.status$.pipe(
  map((status: Status) =>
    status.type === 'failed' ? `${status.during}: ${status.error.condition}` : status.type,
  ),
);
export const bodies$: Observable<readonly string[]> = client.stanza$.pipe(
  messages(),
  map((message: Stanza) => message.child('body')?.text),
  filter((text): text is string => text !== undefined),
  scan((all: readonly string[], text) => [...all, text], []),
);
label$.pipe(map((text) => $msg({ to: 'log@example.com' }).c('body').t(text))).subscribe(client.outbox);
export const tokens$: Observable<SessionTokens> = prebind('/http-bind/', { jid: 'a@b', password: 'c' });
export const connection = new Strophe.Connection('/http-bind/');
export const viewing = new Strophe.Connection('/http-bind/', { dom: true });
viewing.addHandler((element) => element.outerHTML.length > 0);
export const peer: Peer = createDomain().user('bob@example.com');
export const test = marbles(({ hot, expectObservable }) => expectObservable(hot('a')).toBe('a'));
