import { includeWebSocket } from 'rxmpp';
import type { DomainOptions, SeenFrame, SeenSocket } from 'rxmpp/testing';
import { type Actor, type ActorOptions, type DomainStage, inDomain, ROMEO } from './stage.js';

export interface SocketStage extends DomainStage {
  /** A client on a WebSocket. */
  readonly caller: (options?: ActorOptions) => Actor;
  /** One that has logged in as romeo. */
  readonly online: (options?: ActorOptions) => Actor;
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
      const caller: SocketStage['caller'] = (given = {}) => {
        const platform = { loadWebSocket: includeWebSocket, ...given.platform };
        return stage.actor({ service: domain.webSocketUrl, ...given, platform });
      };
      const online: SocketStage['online'] = (clientOptions) => {
        const made = caller(clientOptions);
        made.client.connect(ROMEO);
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
