import { load } from '../works/load.js';
import type { Account, Login } from './seat.js';

interface Agent {
  readonly jid: string;
  on(event: 'message', handler: (message: { readonly body?: string }) => void): void;
  on(event: string, handler: (...given: unknown[]) => void): void;
  connect(): void;
  sendMessage(message: { readonly to: string; readonly type: string; readonly body: string }): void;
  disconnect(): void;
}

interface Stanza {
  readonly createClient: (options: object) => Agent;
}

const loginOver =
  (transports: (account: Account) => object): Login =>
  async (account, hear) => {
    const { createClient } = await load<Stanza>('stanza');
    const { jid, password } = account;
    const agent = createClient({ jid, password, transports: transports(account) });
    agent.on('message', ({ body }: { readonly body?: string }) => body !== undefined && hear(body));
    await new Promise<void>((resolve, reject) => {
      agent.on('session:started', () => resolve());
      agent.on('auth:failed', () => reject(new Error('stanza: auth:failed')));
      agent.on('stream:error', () => reject(new Error('stanza: stream:error')));
      agent.connect();
    });
    const send = (to: string, body: string): void => agent.sendMessage({ to, type: 'chat', body });
    return {
      jid: agent.jid,
      send,
      flush: () => undefined,
      burst(to, texts) {
        for (const text of texts) send(to, text);
      },
      close: () => agent.disconnect(),
    };
  };

export const loginBosh = loginOver(({ service }) => ({ websocket: false, bosh: service }));
export const loginWebSocket = loginOver(({ websocket }) => ({ websocket, bosh: false }));
