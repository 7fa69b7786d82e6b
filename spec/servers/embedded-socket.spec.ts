import { filter } from 'rxjs';
import { nodeWebSocket } from 'rxmpp/node';
import { DOORS, type Seat } from './support/doors.js';
import { type AnyServer, startEmbedded } from './support/embedded.js';
import { within } from './support/within.js';

jest.setTimeout(60_000);

describe.each(DOORS)('the embedded server over WebSocket, through $name', ({ open }) => {
  let server: AnyServer;
  const seats: Seat[] = [];

  beforeAll(async () => {
    server = await startEmbedded();
  });
  afterAll(async () => {
    for (const seat of seats) seat.close();
    await server.stop();
  });

  const enter = (name: string, password?: string) => {
    const seat = open(server.websocket, { platform: { webSocket: nodeWebSocket } });
    seats.push(seat);
    const user = server.user(name);
    seat.connect({ ...user, password: password ?? user.password });
    return { seat, outcome: within(seat.outcome$, `the login of ${name}`) };
  };

  it('lets people talk', async () => {
    const [alice, bob] = [enter('alice'), enter('bob')];
    const [one, other] = [await alice.outcome, await bob.outcome];
    if (one.type === 'failed' || other.type === 'failed') throw new Error('They could not log in');
    alice.seat.say(other.jid, 'over a socket');
    const heard = bob.seat.message$.pipe(filter(({ from }) => from === one.jid));
    expect((await within(heard, 'the message')).body).toBe('over a socket');
  });

  it('refuses a wrong password', async () => {
    expect(await enter('alice', 'wrong').outcome).toMatchObject({
      during: 'auth',
      condition: 'not-authorized',
    });
  });
});
