import { Subscription, type SchedulerLike } from 'rxjs';
import type { Exchange } from './connection.js';

/** A request that was processed and is not answered yet. */
export interface Slot {
  readonly rid: number;
  /** Where the answer will go; undefined once the connection is known to be dead. */
  exchange: Exchange | undefined;
  /** Whether the answer repeats the request (see `BoshManner.echo`). */
  echo: boolean;
  timer: Subscription;
}

/** The processed, unanswered requests of a session in rid order, each with its own `wait` timer and no other. */
export interface HeldRequests {
  readonly slots: readonly Slot[];
  /** Those with a connection that is not known to be dead. */
  readonly live: readonly Slot[];
  find(rid: number): Slot | undefined;
  add(rid: number, exchange: Exchange | undefined): Slot;
  /** Another copy of the request came: the answer goes there, `wait` counts from now. */
  renew(slot: Slot, exchange: Exchange): void;
  /** The connection is known to be dead. */
  lose(slot: Slot): void;
  remove(slot: Slot): void;
  clear(): void;
}

export const createHeldRequests = (
  scheduler: SchedulerLike,
  waitMs: number,
  onTimeout: (slot: Slot) => void,
): HeldRequests => {
  const slots: Slot[] = [];
  const clock = (slot: Slot): void => {
    slot.timer.unsubscribe();
    slot.timer = scheduler.schedule(() => onTimeout(slot), waitMs);
  };
  return {
    slots,
    get live() {
      return slots.filter(({ exchange }) => exchange !== undefined);
    },
    find: (rid) => slots.find((slot) => slot.rid === rid),
    add(rid, exchange) {
      const slot: Slot = { rid, exchange, echo: false, timer: Subscription.EMPTY };
      const higher = slots.findIndex((other) => other.rid > rid);
      slots.splice(higher < 0 ? slots.length : higher, 0, slot);
      clock(slot);
      return slot;
    },
    renew(slot, exchange) {
      slot.exchange = exchange;
      clock(slot);
    },
    lose(slot) {
      slot.exchange = undefined;
      slot.timer.unsubscribe();
    },
    remove(slot) {
      slot.timer.unsubscribe();
      const index = slots.indexOf(slot);
      if (index >= 0) slots.splice(index, 1);
    },
    clear() {
      for (const slot of slots.splice(0)) slot.timer.unsubscribe();
    },
  };
};
