import { filter } from 'rxjs';
import type { SessionTokens, WireEvent } from 'rxmpp';
import { type Door, DOORS, type Outcome } from './support/doors.js';
import { enter, exchange, type Person, prebound } from './support/pair.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { within } from './support/within.js';

const ATTACH_MS = 6_000;
/** How much later than the time-out it may be heard on a busy machine. */
const SLACK_MS = 1_500;

/** Tokens as they might be handed over, right or wrong, and how taking them over must end on each server. */
interface Trial {
  readonly what: string;
  readonly change: (tokens: SessionTokens) => SessionTokens;
  readonly prosody: string;
  readonly ejabberd: string;
}

const off =
  (by: number): Trial['change'] =>
  (tokens) => ({ ...tokens, rid: tokens.rid + by });

const TRIALS: readonly Trial[] = [
  { what: 'the right tokens', change: off(0), prosody: 'online', ejabberd: 'online' },
  {
    what: 'a sid that nobody has',
    change: (tokens) => ({ ...tokens, sid: 'no-such-session' }),
    prosody: 'item-not-found',
    ejabberd: 'item-not-found',
  },
  { what: 'a rid 50 too low', change: off(-50), prosody: 'item-not-found', ejabberd: 'timeout' },
  { what: 'a rid 1 too low', change: off(-1), prosody: 'stale', ejabberd: 'stale' },
  { what: 'a rid 1 too high', change: off(1), prosody: 'timeout', ejabberd: 'timeout' },
  { what: 'a rid 100 too high', change: off(100), prosody: 'item-not-found', ejabberd: 'item-not-found' },
];

interface Report {
  readonly what: string;
  readonly outcome: string;
  readonly ms: number;
  readonly works: boolean;
  readonly goodbyes: number;
}

const named = (outcome: Outcome): string =>
  outcome.type === 'online' ? 'online' : `${outcome.during}: ${outcome.condition}`;

const goesThrough = (one: Person, other: Person): Promise<boolean> =>
  exchange(one, other, 'over').then(
    () => true,
    () => false,
  );

const tryOne = async (
  door: Door,
  server: TestServer,
  user: string,
  trial: Trial,
  peer: Person,
): Promise<Report> => {
  const right = await prebound(server, user);
  const seat = door.open(server.service, { attachTimeout: ATTACH_MS });
  const events: WireEvent[] = [];
  seat.client.wire$.subscribe((event) => events.push(event));
  const begun = performance.now();
  seat.attach(trial.change(right));
  const outcome = await within(seat.outcome$, trial.what, ATTACH_MS + SLACK_MS);
  const ms = Math.round(performance.now() - begun);
  const works = outcome.type === 'online' && (await goesThrough({ seat, jid: right.jid }, peer));
  seat.close();
  const goodbyes = events.filter((event) => event.type === 'sent' && event.xml.includes('terminate')).length;
  return { what: trial.what, outcome: named(outcome), ms, works, goodbyes };
};

jest.setTimeout(60_000);

describe.each(SERVERS)('an attach on $name', ({ name, start }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  describe.each(DOORS)('through $name', (door) => {
    let reports: readonly Report[];

    // Each has a session and a user of its own, so that nobody needs to wait for another's time-out.
    beforeAll(async () => {
      const peer = await enter(door, server, 'bob');
      const trials = TRIALS.map((trial, n) => tryOne(door, server, `user${n + 1}`, trial, peer));
      reports = await Promise.all(trials);
      peer.seat.close();
      const rows = reports.map(
        ({ what, outcome, ms }) => `${name} | ${door.name} | ${what} | ${outcome} | ${ms} ms`,
      );
      process.stdout.write(`${rows.join('\n')}\n`);
    });

    it.each(TRIALS.map((trial, n) => [trial.what, trial[name], n] as const))(
      'with %s ends as %s',
      (_, expected, n) => {
        const report = reports[n];
        expect(report?.outcome).toBe(expected === 'online' ? 'online' : `attach: ${expected}`);
        expect(report?.works).toBe(expected === 'online');
      },
    );

    it('goes on with what a client has given away, again and again', async () => {
      const peer = await enter(door, server, 'bob');
      const first = await enter(door, server, 'carol');
      const { jid } = first;
      let { seat } = first;
      for (let round = 1; round <= 3; round++) {
        await exchange({ seat, jid }, peer, `round ${round}`);
        // Paused, with its poll answered, it has nothing with the server any more.
        seat.pause();
        const word = within(seat.message$.pipe(filter(({ body }) => body === 'last word')), 'the last word');
        peer.seat.say(jid, 'last word');
        await word;
        const tokens = await within(seat.client.detach(), 'the tokens');
        seat.close();
        seat = door.open(server.service, { attachTimeout: ATTACH_MS });
        seat.attach(tokens);
        expect(await within(seat.outcome$, 'the attach')).toEqual({ type: 'online', how: 'attached', jid });
      }
      await exchange({ seat, jid }, peer, 'over');
      seat.close();
      peer.seat.close();
    });

    it('never says goodbye with tokens that may be somebody else’s', () => {
      expect(reports.slice(1).map(({ goodbyes }) => goodbyes)).toEqual(TRIALS.slice(1).map(() => 0));
    });
  });
});
