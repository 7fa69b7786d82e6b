import { Observable, type Subscriber } from 'rxjs';
import { type ClientOptions, createClient, type HttpEvent, type HttpPort, type StoragePort } from 'rxmpp';

const EMPTY = `<body xmlns='http://jabber.org/protocol/httpbind'/>`;

const response = (body: string): HttpEvent => ({
  type: 'response',
  status: 200,
  body,
  header: () => undefined,
});

/** A connection manager that answers when it is told to, at once and without a server or a network. */
export const createManager = () => {
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

/** What a page's `sessionStorage` is, without a page. */
export const storage = (): StoragePort => {
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

/** A client that has a session with such a manager, without a server. */
export const attached = (options: ClientOptions) => {
  const manager = createManager();
  const client = createClient('https://capulet.example/http-bind', {
    verifyAttach: false,
    ...options,
    platform: { http: manager.http, uploads: true },
  });
  client.attach(TOKENS);
  return { client, manager };
};
