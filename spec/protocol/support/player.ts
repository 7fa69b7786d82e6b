import type { BoshEffect, BoshEvent, BoshState, Taken } from '../../../lib/protocol/bosh-state.js';
import { stepBosh } from '../../../lib/protocol/bosh-window.js';
import * as NS from '../../../lib/protocol/ns.js';
import type { Outgoing } from '../../../lib/protocol/stream.js';

export type Effect<T extends BoshEffect['type']> = Extract<BoshEffect, { type: T }>;

/** A stanza of an answer as the app gets it. */
export interface Given {
  readonly xml: string;
  readonly rid: number;
  readonly index: number;
  readonly redelivered: boolean;
}

export interface PlayOptions {
  /** The clock at first, in ms. */
  readonly at?: number;
  /** Stanzas that wait already. */
  readonly queue?: readonly Taken[];
  /** Highest queue number given out so far. */
  readonly last?: number;
  /** Whether every child is confirmed as soon as it is given. Default true. */
  readonly handles?: boolean;
  /** Every state, before its effects are performed. False: the page is killed here. */
  readonly commit?: (state: BoshState, at: number) => boolean;
  /** Every effect, after the player has done its own share of it. */
  readonly perform?: (effect: BoshEffect, at: number) => void;
  readonly given?: (child: Given) => void;
}

/**
 * Runs a BOSH machine the way the transport does: one event at a time, each state before its effects, answers settled in
 * rid order, stanzas taken from a list, and a clock that stands still unless it is told to go on.
 */
export const play = (initial: BoshState, options: PlayOptions = {}) => {
  const { handles = true, commit, perform, given } = options;
  const log: { readonly at: number; readonly effect: BoshEffect }[] = [];
  const app: Given[] = [];
  const waiting: (BoshEvent | Outgoing)[] = [];
  const arrived = new Map<number, Effect<'settle'>>();
  let queue = [...(options.queue ?? [])];
  let last = options.last ?? queue.at(-1)?.n ?? 0;
  let expected = initial.done + 1;
  let state = initial;
  let now = options.at ?? 0;
  let alive = true;
  let busy = false;

  const settle = (effect: Effect<'settle'>): void => {
    if (effect.rid < expected || arrived.has(effect.rid)) return;
    arrived.set(effect.rid, effect);
    for (let next = arrived.get(expected); next; next = arrived.get(expected)) {
      waiting.push({ type: 'settled', rid: next.rid, answer: next.answer });
      expected += 1;
    }
  };

  const take = ({ upTo, maxSize }: Effect<'take'>): void => {
    const stanzas: Taken[] = [];
    let size = 0;
    for (const one of queue) {
      size += one.xml.length;
      if (one.n > upTo || (stanzas.length > 0 && size > maxSize)) break;
      stanzas.push(one);
    }
    queue = queue.slice(stanzas.length);
    const next = queue[0]?.n ?? last + 1;
    waiting.push({ type: 'taken', stanzas, upTo: Math.min(next, upTo + 1) - 1, more: next <= upTo });
  };

  const give = ({ inbound: { rid, children, restoredAt }, from, to }: Effect<'give'>): void =>
    children.forEach((child, index) => {
      if (index < from || index >= to) return;
      if (child.ns === NS.CLIENT) {
        app.push({ xml: child.toString(), rid, index, redelivered: index === restoredAt });
        given?.(app.at(-1) as Given);
      }
      if (handles) waiting.push({ type: 'handled', ref: { rid, index } });
    });

  const run = (effect: BoshEffect): void => {
    log.push({ at: now, effect });
    if (effect.type === 'settle') settle(effect);
    else if (effect.type === 'take') take(effect);
    else if (effect.type === 'putBack') {
      const taken = queue[0]?.n ?? last + 1;
      const back = effect.xmls.map((xml, i): Taken => ({ n: taken - effect.xmls.length + i, xml }));
      queue = [...back, ...queue];
      waiting.push({ ...effect, type: 'lightened' });
    } else if (effect.type === 'give') {
      give(effect);
      waiting.push({ type: 'given' });
    } else if (effect.type === 'expect') {
      arrived.clear();
      expected = effect.rid;
    }
    perform?.(effect, now);
  };

  const step = (event: BoshEvent | Outgoing): void => {
    const next = stepBosh(state, { at: now, event });
    state = next.state;
    alive = commit?.(state, now) ?? true;
    for (const effect of next.effects) if (alive) run(effect);
  };

  /** Tells the machine something now; gives back the effects of it and of all that follows at once. */
  const tell = (...events: readonly (BoshEvent | Outgoing)[]): readonly BoshEffect[] => {
    const from = log.length;
    waiting.push(...events);
    if (busy) return [];
    busy = true;
    for (let event = waiting.shift(); event && alive; event = waiting.shift()) step(event);
    busy = false;
    return log.slice(from).map(({ effect }) => effect);
  };

  /** Lets time pass up to `at`, waking the machine whenever it wants that; gives back the effects. */
  const until = (at: number): readonly BoshEffect[] => {
    const from = log.length;
    while (alive && state.wakeAt !== undefined && state.wakeAt <= at) {
      now = Math.max(now, state.wakeAt);
      tell({ type: 'wake' });
    }
    now = Math.max(now, at);
    return log.slice(from).map(({ effect }) => effect);
  };

  return {
    state: (): BoshState => state,
    now: (): number => now,
    alive: (): boolean => alive,
    queue: (): readonly Taken[] => queue,
    last: (): number => last,
    log,
    given: app,
    all: <T extends BoshEffect['type']>(type: T): readonly Effect<T>[] =>
      log.flatMap(({ effect }) => (effect.type === type ? [effect as Effect<T>] : [])),
    tell,
    until,
    later: (ms: number): readonly BoshEffect[] => until(now + ms),
    /** Puts stanzas in the queue; they may leave once their numbers are released. */
    queued: (...xmls: readonly string[]): number => {
      queue.push(...xmls.map((xml, i): Taken => ({ n: last + 1 + i, xml })));
      return (last += xmls.length);
    },
    /** Puts stanzas in the queue and releases them. */
    send: (...xmls: readonly string[]): readonly BoshEffect[] => {
      queue.push(...xmls.map((xml, i): Taken => ({ n: last + 1 + i, xml })));
      last += xmls.length;
      return tell({ type: 'released', upTo: last });
    },
  };
};

export type Play = ReturnType<typeof play>;
