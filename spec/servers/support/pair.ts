import { lastValueFrom } from 'rxjs';
import { type ClientOptions, prebind, type Prebound } from 'rxmpp';
import type { Door, Seat } from './doors.js';
import type { TestServer } from './server.js';
import { within } from './within.js';

/** A seat that has logged in, and its full JID. */
export interface Person {
  readonly seat: Seat;
  readonly jid: string;
}

/** Logs one of the server's users in. */
export const enter = async (door: Door, server: TestServer, name: string, options?: ClientOptions): Promise<Person> => {
  const seat = door.open(server.service, options);
  seat.connect(server.user(name));
  const outcome = await within(seat.outcome$, `the login of ${name}`);
  if (outcome.type === 'failed') throw new Error(`${name} could not log in: ${outcome.condition}`);
  return { seat, jid: outcome.jid };
};

/** A session of one of the server's users that waits to be taken over. */
export const prebound = (server: TestServer, name: string): Promise<Prebound> =>
  lastValueFrom(prebind(server.service, server.user(name)));
