import { BehaviorSubject, defer, type Observable, of, Subject } from 'rxjs';

/** What has become of a stanza that was accepted. `id` is that of the stanza; '' for a presence that was sent without one. */
export type Delivery =
  /** It waits, and can be taken back. */
  | { readonly state: 'queued'; readonly id: string }
  /** It has left in the request `rid`, and is sent again with it until that is answered. */
  | { readonly state: 'dispatched'; readonly id: string; readonly rid: number }
  /** The server has taken it over. What the receiver does with it is not known. */
  | { readonly state: 'acknowledged'; readonly id: string }
  /** It has surely not been delivered: it was taken back, its time was over, or the session has ended before. */
  | { readonly state: 'unsent'; readonly id: string; readonly reason: UnsentReason }
  /** The session has ended before the server answered: perhaps delivered. */
  | { readonly state: 'uncertain'; readonly id: string };

/** Why a stanza was not sent: taken back, its time over, or the session over for good. */
export type UnsentReason = 'cancelled' | 'expired' | 'ended';

/** One stanza on its way. */
export interface Ticket {
  readonly id: string;
  now: Delivery;
  watch: BehaviorSubject<Delivery> | undefined;
}

/** A request that carries stanzas of the app, as it is read back after a reload. */
export interface Carrier {
  readonly rid: number;
  readonly ids: readonly string[];
}

/** Follows every stanza from the queue to its end. */
export interface Deliveries {
  /** Every change, in order. */
  readonly delivery$: Observable<Delivery>;
  /** A new one; or the one that has been put aside under this id. */
  readonly ticket: (id: string) => Ticket;
  /** What it waits for is read from a storage again, where somebody else may have taken it meanwhile. */
  readonly putAside: (ticket: Ticket) => void;
  /** The present state of one and what follows; completes after the last. */
  readonly follow: (ticket: Ticket) => Observable<Delivery>;
  readonly queued: (ticket: Ticket) => void;
  readonly unsent: (ticket: Ticket, reason: UnsentReason) => void;
  /** It is on its way from the queue into the next request. */
  readonly taken: (ticket: Ticket) => void;
  /** What was taken, or the first `count` of it, has left in this request; on a WebSocket, as the stanza of this number. */
  readonly dispatched: (rid: number, count?: number) => void;
  /** The last `count` of this request have gone back to the queue. */
  readonly returned: (rid: number, count: number) => readonly Ticket[];
  /** Everything in requests up to this one has been taken over by the server. */
  readonly acknowledged: (rid: number) => void;
  /** A session begins, or goes on, with these requests unanswered: all others that were under way are answered. */
  readonly begin: (carriers: readonly Carrier[]) => void;
  /** The session is over; nothing more is heard of what is still under way. */
  readonly ended: () => void;
  readonly close: () => void;
}

const FINAL: ReadonlySet<Delivery['state']> = new Set(['acknowledged', 'unsent', 'uncertain']);

/** `tell` runs the work where the app sees what changes. */
export const createDeliveries = (tell: (work: () => void) => void = (work) => work()): Deliveries => {
  const change$ = new Subject<Delivery>();
  const watches = new Set<BehaviorSubject<Delivery>>();
  let carried = new Map<number, readonly Ticket[]>();
  let pending: Ticket[] = [];
  const aside = new Map<string, Ticket>();

  const announce = ({ now, watch }: Ticket): void => {
    watch?.next(now);
    if (watch && FINAL.has(now.state)) {
      watches.delete(watch);
      watch.complete();
    }
    change$.next(now);
  };

  const set = (ticket: Ticket, now: Delivery): void => {
    ticket.now = now;
    if (ticket.watch || change$.observed) tell(() => announce(ticket));
  };

  const ticket = (id: string): Ticket => {
    const known = aside.get(id);
    aside.delete(id);
    return known ?? { id, now: { state: 'queued', id }, watch: undefined };
  };

  const dispatch = (tickets: readonly Ticket[], rid: number): void => {
    carried.set(rid, tickets);
    for (const one of tickets) set(one, { state: 'dispatched', id: one.id, rid });
  };

  const settle = (rid: number, state: 'acknowledged' | 'uncertain'): void => {
    const tickets = carried.get(rid) ?? [];
    carried.delete(rid);
    for (const one of tickets) set(one, { state, id: one.id });
  };

  const watch = (one: Ticket): BehaviorSubject<Delivery> => {
    const made = new BehaviorSubject(one.now);
    one.watch = made;
    watches.add(made);
    return made;
  };

  return {
    delivery$: change$.asObservable(),
    ticket,
    follow: (one) =>
      defer(() => (FINAL.has(one.now.state) ? of(one.now) : (one.watch ?? watch(one)).asObservable())),
    putAside: (one) => void aside.set(one.id, one),
    queued: (one) => set(one, one.now),
    unsent: (one, reason) => set(one, { state: 'unsent', id: one.id, reason }),
    taken: (one) => void pending.push(one),
    dispatched(rid, count = pending.length) {
      dispatch(pending.splice(0, count), rid);
    },
    returned(rid, count) {
      const tickets = carried.get(rid) ?? [];
      const stay = Math.max(0, tickets.length - count);
      carried.set(rid, tickets.slice(0, stay));
      const back = tickets.slice(stay);
      for (const one of back) set(one, { state: 'queued', id: one.id });
      return back;
    },
    acknowledged(upTo) {
      for (const rid of carried.keys()) if (rid <= upTo) settle(rid, 'acknowledged');
    },
    begin(carriers) {
      for (const one of aside.values()) set(one, { state: 'uncertain', id: one.id });
      aside.clear();
      const open = new Set(carriers.map(({ rid }) => rid));
      for (const rid of carried.keys()) if (!open.has(rid)) settle(rid, 'acknowledged');
      for (const { rid, ids } of carriers) if (!carried.has(rid)) dispatch(ids.map(ticket), rid);
    },
    ended() {
      const unsent = pending;
      pending = [];
      for (const one of unsent) set(one, { state: 'unsent', id: one.id, reason: 'ended' });
      for (const rid of [...carried.keys()]) settle(rid, 'uncertain');
    },
    close() {
      carried = new Map();
      change$.complete();
      for (const one of watches) one.complete();
      watches.clear();
    },
  };
};
