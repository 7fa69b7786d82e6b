import { load } from '../works/load.js';
import type { Login } from './seat.js';

interface Element {
  is(name: string): boolean;
  getChildText(name: string): string | null;
}

interface XmppClient {
  on(event: 'stanza', handler: (stanza: Element) => void): void;
  on(event: 'online', handler: (address: { toString(): string }) => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
  start(): Promise<unknown>;
  send(stanza: unknown): Promise<void>;
  stop(): Promise<unknown>;
}

interface XmppJs {
  readonly client: (options: object) => XmppClient;
  readonly xml: (name: string, attrs: object, ...children: unknown[]) => unknown;
}

/** Over WebSocket: it has no BOSH. */
export const login: Login = async ({ websocket, jid, password }, hear) => {
  // Node 20 has no WebSocket of its own.
  Object.assign(globalThis, { WebSocket: (await load<{ readonly WebSocket: unknown }>('ws')).WebSocket });
  const { client: createClient, xml } = await load<XmppJs>('@xmpp/client');
  const [bare = '', resource] = jid.split('/');
  const [username = '', domain = ''] = bare.split('@');
  const account = { domain, ...(resource && { resource }), ...(password && { username, password }) };
  const client = createClient({ service: websocket, ...account });
  client.on('error', () => undefined);
  client.on('stanza', (stanza) => {
    if (stanza.is('message')) hear(stanza.getChildText('body') ?? '');
  });
  const online = new Promise<string>((resolve) => client.on('online', (address) => resolve(String(address))));
  await client.start();
  const send = (to: string, text: string): void => {
    void client.send(xml('message', { to, type: 'chat' }, xml('body', {}, text)));
  };
  return {
    jid: await online,
    send,
    flush: () => undefined,
    burst(to, texts) {
      for (const text of texts) send(to, text);
    },
    close: () => void client.stop(),
  };
};
