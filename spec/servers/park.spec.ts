import { filter, map } from 'rxjs';
import { memoryStorage } from 'rxmpp/testing';
import { DOORS } from './support/doors.js';
import { enter, exchange } from './support/pair.js';
import { startEjabberd, type TestServer } from './support/servers.js';
import { during, within } from './support/within.js';

const INACTIVITY = 2;
/** Longer than the server keeps a session whose client has not parked it. */
const AWAY_MS = 3_500 * INACTIVITY;

const [door] = DOORS;

jest.setTimeout(60_000);

describe('a session that is parked, on ejabberd', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startEjabberd({ inactivity: INACTIVITY });
  });
  afterAll(() => server.stop());

  it('outlives the usual patience of the server, and a reload besides, and nothing said meanwhile is lost', async () => {
    const storage = memoryStorage();
    const peer = await enter(door!, server, 'bob');
    const { seat, jid } = await enter(door!, server, 'alice', { keepalive: { storage }, wait: 20 });
    const wire$ = seat.client.wire$.pipe(map(({ type }) => type));
    const pause$ = seat.client.wire$.pipe(
      filter((event) => 'xml' in event && event.xml.includes(' pause="60"')),
    );
    const asked = within(pause$, 'the pause');
    expect(seat.client.park(60)).toBe(true);
    await asked;
    peer.seat.say(jid, 'away');
    expect(await during(wire$, AWAY_MS)).not.toContain('sent');
    seat.close();

    const next = door!.open(server.service, { keepalive: { storage } });
    next.restore(jid);
    expect(await within(next.outcome$, 'the restore')).toEqual({ type: 'online', how: 'restored', jid });
    expect(await within(next.message$, 'the message')).toEqual({ from: peer.jid, body: 'away' });
    next.resume();
    await exchange({ seat: next, jid }, peer, 'back');
    next.close();
    peer.seat.close();
  });
});
