import { load } from '../works/load.js';
import type { Login } from './seat.js';

interface Element {
  readonly name: string;
  getChildText(name: string): string | null;
}

interface Builder {
  c(name: string): Builder;
  t(text: string): Builder;
}

interface BoshClient {
  /** Private, but it says the full JID nowhere else. */
  readonly sessionAttributes: { readonly jid: { toString(): string } };
  on(event: 'stanza', handler: (stanza: Element) => void): void;
  on(event: 'online' | 'offline', handler: () => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
  connect(): void;
  send(stanza: unknown): void;
  disconnect(): void;
}

interface XmppBoshClient {
  readonly default: {
    readonly BoshClient: new (jid: string, password: string, service: string) => BoshClient;
    readonly $msg: (attrs: Readonly<Record<string, string>>) => Builder;
  };
}

/** Knows PLAIN only. */
export const login: Login = async ({ service, jid, password }, hear) => {
  const { BoshClient: Client, $msg } = (await load<XmppBoshClient>('xmpp-bosh-client')).default;
  const client = new Client(jid, password, service);
  client.on('stanza', (stanza) => {
    if (stanza.name === 'message') hear(stanza.getChildText('body') ?? '');
  });
  await new Promise<void>((resolve, reject) => {
    client.on('online', resolve);
    client.on('error', reject);
    client.connect();
  });
  const send = (to: string, text: string): void => client.send($msg({ to, type: 'chat' }).c('body').t(text));
  return {
    jid: String(client.sessionAttributes.jid),
    send,
    flush: () => undefined,
    burst(to, texts) {
      for (const text of texts) send(to, text);
    },
    close: () => client.disconnect(),
  };
};
