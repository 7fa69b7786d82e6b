import {
  type Client,
  type ClientOptions,
  createClient,
  includeWebSocket,
  type Stanza,
  type Status,
  type WireEvent,
} from 'rxmpp';
import type { DomainOptions, MemoryStorage, SeenFrame, SeenSocket } from 'rxmpp/testing';
import { type DomainStage, inDomain } from './stage.js';

/** A client on a WebSocket, and what it has shown so far. */
export interface Caller {
  readonly client: Client;
  readonly statuses: readonly Status[];
  readonly status: Status;
  readonly stanzas: readonly Stanza[];
  readonly wire: readonly WireEvent[];
  readonly storage: MemoryStorage;
  /** How many timers it has set that are still to come. */
  readonly timers: number;
}

export interface SocketStage extends DomainStage {
  readonly caller: (options?: ClientOptions & { readonly storage?: MemoryStorage }) => Caller;
  /** One that has logged in as romeo. */
  readonly online: (options?: ClientOptions & { readonly storage?: MemoryStorage }) => Caller;
  /** The last socket opened. */
  readonly socket: () => SeenSocket;
  /** What a client has put on the last socket, in short: names, with ids of messages and counts. */
  readonly said: () => readonly string[];
}

const short = ({ element: { name, attrs } }: SeenFrame): string =>
  [name, attrs['h'] ?? (name === 'message' || name === 'iq' ? attrs['id'] : undefined)]
    .filter((part) => part !== undefined)
    .join(' ');

/** A scenario over WebSocket, in virtual time. */
export const overSockets = (play: (stage: SocketStage) => void, options: DomainOptions = {}): (() => void) =>
  inDomain(
    (stage) => {
      const { domain } = stage;
      const caller: SocketStage['caller'] = ({ storage: given, ...clientOptions } = {}) => {
        const around = stage.surroundings();
        const storage = given ?? around.storage;
        const platform = {
          ...around.platform,
          storage,
          webSocket: domain.webSocket,
          loadWebSocket: includeWebSocket,
          ...clientOptions.platform,
        };
        const client = createClient(domain.webSocketUrl, { ...clientOptions, platform });
        const [statuses, stanzas, wire]: [Status[], Stanza[], WireEvent[]] = [[], [], []];
        client.status$.subscribe((status) => statuses.push(status));
        client.stanza$.subscribe((stanza) => stanzas.push(stanza));
        client.wire$.subscribe((event) => wire.push(event));
        return {
          ...{ client, statuses, stanzas, wire, storage },
          get status() {
            return statuses.at(-1)!;
          },
          get timers() {
            return around.timers;
          },
        };
      };
      const online: SocketStage['online'] = (clientOptions) => {
        const made = caller(clientOptions);
        made.client.connect({ jid: 'romeo@example.com/orchard', password: 'montague' });
        stage.pass(100);
        expect(made.status).toMatchObject({ type: 'online', how: 'connected' });
        return made;
      };
      const socket = (): SeenSocket => domain.sockets.at(-1)!;
      const said = (): readonly string[] =>
        socket()
          .frames.filter(({ from }) => from === 'client')
          .map(short);
      play({ ...stage, caller, online, socket, said });
    },
    { latencyMs: 5, ...options },
  );
