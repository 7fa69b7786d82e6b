import type { BoshEffect, BoshEvent, BoshState } from '../../../lib/protocol/bosh-state.js';
import { readBody } from '../../../lib/protocol/bosh-body.js';
import type { Effect } from './player.js';

/** What is known, outside of the machine, of a request that has not been answered. */
interface Open {
  readonly rid: number;
  readonly attempt: number;
  readonly uploaded: boolean;
  readonly postedAt: number;
  readonly alive: boolean;
}

export interface GuardOptions {
  readonly requests: number;
  readonly uploads: boolean;
  readonly inactivity: number;
  /** In seconds. */
  readonly polling: number;
}

/** Looks at everything that goes in and out of a machine, and throws when a rule is broken. */
export const guard = ({ requests, uploads, inactivity, polling }: GuardOptions) => {
  const bodies = new Map<number, string>();
  let open: readonly Open[] = [];
  let last = 0;
  let highestAnswered = 0;
  let silent = false;
  let online = false;
  let quietSince = 0;
  let keeping = false;
  let turns = 0;
  let closings = 0;
  let provenAt = 0;

  const check = (holds: boolean, rule: string): void => {
    if (!holds) throw new Error(`broken: ${rule}`);
  };
  const change = (rid: number, to: Partial<Open>): void => {
    open = open.map((one) => (one.rid === rid ? { ...one, ...to } : one));
  };

  const fresh = ({ rid, body }: Effect<'post'>, at: number): void => {
    const goodbye = body.includes('type="terminate"');
    check(last === 0 || rid === last + 1, 'request ids are consecutive');
    check(open.length < requests + (goodbye ? 1 : 0), 'the window is kept');
    check(
      goodbye || body.includes('><') || open.every(({ postedAt }) => at > postedAt + polling * 1000),
      'nothing empty goes while another has been outstanding for less than `polling` seconds',
    );
    const left = open.every((one) => one.uploaded || highestAnswered > one.rid);
    check(!uploads || left, 'a request goes only when all lower ones have been uploaded');
    last = rid;
  };

  const posted = (post: Effect<'post'>, at: number): void => {
    const { rid, attempt, body } = post;
    const before = bodies.get(rid);
    check(before === undefined || before === body, 'a repeated body is the same, byte for byte');
    const ends = body.includes('type="terminate"') || bodies.get(last)?.includes('type="terminate"');
    if (silent && online && ends !== true) {
      check(
        !open.some(({ alive }) => alive),
        'nothing leaves during a pause while a request is with the server',
      );
      const patience = inactivity * 1000 - Math.min(5_000, inactivity * 250);
      check(keeping || at >= quietSince + patience, 'during a pause nothing leaves before it must');
      const [lowest] = open;
      check(
        lowest ? lowest.rid === rid : !body.includes('><'),
        'a session is kept by its lowest request or an empty one',
      );
      keeping = true;
    }
    const lower = open.filter((one) => one.rid < rid);
    const told = lower.every(({ alive, uploaded, postedAt }) => alive && (uploaded || at >= postedAt + 250));
    check(
      before === undefined || told,
      'what is repeated goes lowest first, each when the one before has been uploaded, or 250 ms after it',
    );
    if (before === undefined) fresh(post, at);
    bodies.set(rid, body);
    open = [
      ...open.filter((one) => one.rid !== rid),
      { rid, attempt, uploaded: false, postedAt: at, alive: true },
    ];
    open = [...open].sort((a, b) => a.rid - b.rid);
  };

  const isAnswer = (event: Extract<BoshEvent, { type: 'answered' }>, at: number): boolean => {
    const read = event.status === 200 ? readBody(event.text) : undefined;
    if (read) provenAt = at;
    return read !== undefined && read.attrs['type'] !== 'error';
  };

  return {
    /** How often the session has ended. */
    closings: (): number => closings,
    provenAt: (): number => provenAt,
    performed: (effect: BoshEffect, at: number): void => {
      check(closings === 0, 'nothing happens after the end');
      if (effect.type === 'post') posted(effect, at);
      if (effect.type === 'closed') closings += 1;
      if (effect.type === 'ready') online = true;
    },
    committed: ({ wakeAt, phase }: BoshState, at: number): void => {
      turns += 1;
      check(wakeAt === undefined || wakeAt > at, 'a machine never wants to be woken in the past');
      check(phase !== 'closed' || wakeAt === undefined, 'nothing is awaited after the end');
      check(turns < 20_000, 'a machine comes to rest');
    },
    turned: (): void => {
      turns += 1;
    },
    heard: (event: BoshEvent, at: number): void => {
      if (!('attempt' in event)) return;
      const one = open.find(({ rid, attempt }) => rid === event.rid && attempt === event.attempt);
      if (!one) return;
      if (event.type === 'uploaded') change(event.rid, { uploaded: true });
      else if (event.type === 'answered' && isAnswer(event, at)) {
        open = open.filter(({ rid }) => rid !== event.rid);
        highestAnswered = Math.max(highestAnswered, event.rid);
        keeping = false;
      } else change(event.rid, { alive: false });
      if (event.type !== 'uploaded' && !open.some(({ alive }) => alive) && !keeping) quietSince = at;
    },
    paused: (paused: boolean, at: number): void => {
      if (paused && !silent) keeping = false;
      if (!online) quietSince = at;
      silent = paused;
    },
    /** Another page goes on with what was kept. */
    restarted: ({ flights, rid, paused }: BoshState, at: number): void => {
      for (const flight of flights)
        check(
          bodies.get(flight.rid) === undefined || bodies.get(flight.rid) === flight.body,
          'kept bodies are the same',
        );
      for (const flight of flights) bodies.set(flight.rid, flight.body);
      open = flights.map((flight) => ({
        rid: flight.rid,
        attempt: flight.sent,
        uploaded: false,
        postedAt: -Infinity,
        alive: false,
      }));
      last = rid - 1;
      highestAnswered = 0;
      silent = paused;
      online = false;
      keeping = false;
      quietSince = at;
    },
  };
};
