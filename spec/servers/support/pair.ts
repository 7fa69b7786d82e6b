import { filter } from 'rxjs';
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
export const enter = async (
  door: Door,
  server: Pick<TestServer, 'service' | 'user'>,
  name: string,
  options?: ClientOptions,
): Promise<Person> => {
  const seat = door.open(server.service, options);
  seat.connect(server.user(name));
  const outcome = await within(seat.outcome$, `the login of ${name}`);
  if (outcome.type === 'failed') throw new Error(`${name} could not log in: ${outcome.condition}`);
  return { seat, jid: outcome.jid };
};

/** A session of one of the server's users that waits to be taken over. */
export const prebound = (server: Pick<TestServer, 'service' | 'user'>, name: string): Promise<Prebound> =>
  within(prebind(server.service, server.user(name)), `the tokens of ${name}`);

/** Each says `word` to the other; resolves once both have heard it. */
export const exchange = async (one: Person, other: Person, word: string): Promise<void> => {
  one.seat.say(other.jid, word);
  other.seat.say(one.jid, word);
  for (const [to, from] of [
    [one, other],
    [other, one],
  ] as const) {
    const heard = to.seat.message$.pipe(
      filter((message) => message.from === from.jid && message.body === word),
    );
    await within(heard, `"${word}" from ${from.jid}`);
  }
};
