import { filter, firstValueFrom, ReplaySubject, toArray } from 'rxjs';
import type { SessionTokens, WireEvent } from 'rxmpp';
import { type Door, DOORS, type Outcome, type Seat } from './support/doors.js';
import { enter, type Person, prebound } from './support/pair.js';
import { SERVERS, type TestServer } from './support/servers.js';
import { within } from './support/within.js';

const START_MS = 60_000;
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

const off = (by: number): Trial['change'] => (tokens) => ({ ...tokens, rid: tokens.rid + by });

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

const named = (outcome: Outcome): string => (outcome.type === 'online' ? 'online' : `${outcome.during}: ${outcome.condition}`);

/** Whether a message goes through each way. */
const exchange = async (seat: Seat, jid: string, peer: Person): Promise<boolean> => {
  peer.seat.say(jid, 'over');
  seat.say(peer.jid, 'out');
  await within(seat.message$, `the message to ${jid}`);
  await within(peer.seat.message$.pipe(filter(({ from }) => from === jid)), `the message from ${jid}`);
  return true;
};

const tryOne = async (door: Door, server: TestServer, user: string, trial: Trial, peer: Person): Promise<Report> => {
  const right = await prebound(server, user);
  const seat = door.open(server.service, { attachTimeout: ATTACH_MS });
  const wire$ = new ReplaySubject<WireEvent>();
  seat.client.wire$.subscribe(wire$);
  const begun = performance.now();
  seat.attach(trial.change(right));
  const outcome = await within(seat.outcome$, trial.what, ATTACH_MS + SLACK_MS);
  const ms = Math.round(performance.now() - begun);
  const works = outcome.type === 'online' && (await exchange(seat, right.jid, peer));
  seat.close();
  const events = await firstValueFrom(wire$.pipe(toArray()));
  const goodbyes = events.filter((event) => event.type === 'sent' && event.xml.includes('terminate')).length;
  return { what: trial.what, outcome: named(outcome), ms, works, goodbyes };
};

describe.each(SERVERS)('an attach on $name', ({ name, start }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  }, START_MS);
  afterAll(() => server.stop());

  describe.each(DOORS)('through $name', (door) => {
    let reports: readonly Report[];

    // Each has a session and a user of its own, so that nobody needs to wait for another's time-out.
    beforeAll(async () => {
      const peer = await enter(door, server, 'bob');
      const trials = TRIALS.map((trial, n) => tryOne(door, server, `user${n + 1}`, trial, peer));
      reports = await Promise.all(trials);
      peer.seat.close();
      const rows = reports.map(({ what, outcome, ms }) => `${name} | ${door.name} | ${what} | ${outcome} | ${ms} ms`);
      process.stdout.write(`${rows.join('\n')}\n`);
    }, START_MS);

    it.each(TRIALS.map((trial, n) => [trial.what, trial[name], n] as const))('with %s ends as %s', (_, expected, n) => {
      const report = reports[n];
      expect(report?.outcome).toBe(expected === 'online' ? 'online' : `attach: ${expected}`);
      expect(report?.works).toBe(expected === 'online');
    });

    it('goes on with what a live client has given away, again and again', async () => {
      const peer = await enter(door, server, 'bob');
      let { seat, jid } = await enter(door, server, 'carol');
      for (let round = 1; round <= 3; round++) {
        expect(await exchange(seat, jid, peer)).toBe(true);
        const tokens = await firstValueFrom(seat.client.detach());
        seat = door.open(server.service, { attachTimeout: ATTACH_MS });
        seat.attach(tokens);
        expect(await within(seat.outcome$, 'the attach')).toEqual({ type: 'online', how: 'attached', jid });
      }
      seat.close();
      peer.seat.close();
    });

    it('never says goodbye with tokens that may be somebody else’s', () => {
      expect(reports.slice(1).map(({ goodbyes }) => goodbyes)).toEqual(TRIALS.slice(1).map(() => 0));
    });
  });
});
