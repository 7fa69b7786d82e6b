import { Observable, type Subscriber } from 'rxjs';
import {
  $msg,
  type Client,
  type ClientOptions,
  createClient,
  type HttpEvent,
  type HttpPort,
  type StoragePort,
} from 'rxmpp';
import { answerOf } from './payload.js';
import type { Prepare } from './works.js';

const EMPTY = `<body xmlns='http://jabber.org/protocol/httpbind'/>`;

const response = (body: string): HttpEvent => ({
  type: 'response',
  status: 200,
  body,
  header: () => undefined,
});

/** A connection manager that answers when it is told to, at once and without a server or a network. */
const createManager = () => {
  const held: Subscriber<HttpEvent>[] = [];
  const http: HttpPort = () =>
    new Observable((subscriber) => {
      subscriber.next({ type: 'uploaded' });
      held.push(subscriber);
      // As servers do: only one request is held.
      if (held.length > 1) answer(EMPTY);
    });
  const answer = (body: string): void => {
    const oldest = held.shift();
    oldest?.next(response(body));
    oldest?.complete();
  };
  return { http, answer };
};

const storage = (): StoragePort => {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
};

const TOKENS = { jid: 'juliet@capulet.example/balcony', sid: '5a1c9d3e', rid: 1_000_000 };

/** A client that has a session with such a manager. */
const attached = (options: ClientOptions) => {
  const manager = createManager();
  const client = createClient('https://capulet.example/http-bind', {
    verifyAttach: false,
    ...options,
    platform: { http: manager.http, uploads: true },
  });
  client.attach(TOKENS);
  return { client, manager };
};

/** Answers with `size` messages each, through the whole client. */
const receiving =
  (options: () => ClientOptions): Prepare =>
  (size) => {
    const { client, manager } = attached(options());
    const body = answerOf(size);
    let received = 0;
    client.stanza$.subscribe(() => (received += 1));
    const run = (): void => {
      const before = received;
      manager.answer(body);
      if (received !== before + size) throw new Error(`${received - before} of ${size} messages have come`);
    };
    return { run, amount: size };
  };

const messages = (size: number) =>
  Array.from({ length: size }, (_, n) =>
    $msg({ to: 'romeo@montague.example', type: 'chat', id: `m${n}` })
      .c('body')
      .t(`Thou knowest the mask of night is on my face ${n}`)
      .tree(),
  );

const sendAll = (client: Client, stanzas: readonly object[]): void => {
  for (const stanza of stanzas) client.send(stanza);
};

/** Bursts of `size` messages that leave in one request. */
const sending =
  (options: () => ClientOptions): Prepare =>
  (size) => {
    const { client } = attached(options());
    const stanzas = messages(size);
    const run = (): void => {
      sendAll(client, stanzas);
      client.flush();
    };
    return { run, amount: size };
  };

const kept = (): ClientOptions => ({ keepalive: { storage: storage() } });

export const receivingAll: Readonly<Record<string, Prepare>> = {
  rxmpp: receiving(() => ({})),
  'rxmpp-kept': receiving(kept),
};

export const sendingAll: Readonly<Record<string, Prepare>> = {
  rxmpp: sending(() => ({})),
  'rxmpp-kept': sending(kept),
};
