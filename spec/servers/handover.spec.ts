import { filter, map } from 'rxjs';
import type { WireEvent } from 'rxmpp';
import { memoryStorage, type MemoryStorage } from 'rxmpp/testing';
import { DOORS, type Seat } from './support/doors.js';
import { enter, exchange, type Person, prebound } from './support/pair.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { during, some, within } from './support/within.js';

const KEY = 'strophe-bosh-session';
const SEVERAL_CYCLES_MS = 550;

type Sent = Extract<WireEvent, { type: 'sent' }>;

const sent = (seat: Seat) => seat.client.wire$.pipe(filter((event): event is Sent => event.type === 'sent'));

const messagesIn = (xml: string): number => xml.split('<message').length - 1;

jest.setTimeout(60_000);

describe.each(SERVERS)('a session of $name handed over in Node', ({ start }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  describe.each(DOORS)('through $name', (door) => {
    let storage: MemoryStorage;
    let peer: Person;
    let seat: Seat;
    let jid: string;

    beforeEach(async () => {
      peer = await enter(door, server, 'bob');
      const tokens = await prebound(server, 'alice');
      jid = tokens.jid;
      storage = memoryStorage();
      seat = door.open(server.service, { keepalive: { storage } });
      seat.attach(tokens, tokens);
      expect(await within(seat.outcome$, 'the attach')).toEqual({ type: 'online', how: 'attached', jid });
    });

    afterEach(() => {
      seat.close();
      peer.seat.close();
    });

    it('carries messages both ways, many at once and one by one', async () => {
      const numbers = Array.from({ length: 10 }, (_, n) => String(n + 1));
      for (const body of numbers) {
        peer.seat.say(jid, body);
        seat.say(peer.jid, body);
      }
      expect(await some(seat.message$, 10)).toEqual(numbers.map((body) => ({ from: peer.jid, body })));
      expect(await some(peer.seat.message$, 10)).toEqual(numbers.map((body) => ({ from: jid, body })));
      for (const round of ['a', 'b', 'c']) {
        peer.seat.say(jid, `question ${round}`);
        await within(seat.message$.pipe(filter(({ body }) => body === `question ${round}`)), 'the question');
        seat.say(peer.jid, `answer ${round}`);
        await within(peer.seat.message$.pipe(filter(({ body }) => body === `answer ${round}`)), 'the answer');
      }
    });

    it('goes on with a server that is told what has come (XEP-0124 §9), whether it listens or not', async () => {
      const carol = await enter(door, server, 'carol', { ack: true });
      const acks$ = carol.seat.client.wire$.pipe(
        filter((event) => event.type === 'sent' && /<body[^>]* ack="/.test(event.xml)),
      );
      const acked = within(acks$, 'an acknowledgement');
      for (const round of ['a', 'b', 'c']) await exchange(carol, peer, round);
      await acked;
      carol.seat.close();
    });

    it('sends nothing while paused, not even a poll; then what was held leaves in one body', async () => {
      const bodies = ['1', '2', '3'];
      seat.pause();
      const quiet = during(sent(seat), SEVERAL_CYCLES_MS);
      for (const body of bodies) seat.say(peer.jid, body);
      // Answers the poll that the server holds.
      peer.seat.say(jid, 'while you are away');
      expect(await within(seat.message$, 'the message')).toEqual({
        from: peer.jid,
        body: 'while you are away',
      });
      expect(await quiet).toEqual([]);

      const counts = during(
        sent(seat).pipe(
          map(({ xml }) => messagesIn(xml)),
          filter((count) => count > 0),
        ),
        SEVERAL_CYCLES_MS,
      );
      seat.resume();
      expect(await some(peer.seat.message$, 3)).toEqual(bodies.map((body) => ({ from: jid, body })));
      expect(await counts).toEqual([3]);
    });

    it('is kept while it lasts, and forgotten at disconnect', async () => {
      expect(JSON.parse(storage.getItem(KEY) ?? 'null')).toMatchObject({
        jid,
        sid: expect.any(String) as string,
        rid: expect.any(Number) as number,
      });
      const offline = within(seat.client.status$.pipe(filter(({ type }) => type === 'offline')), 'the end');
      seat.disconnect();
      await offline;
      expect(storage.snapshot()).toEqual({});
    });
  });
});
