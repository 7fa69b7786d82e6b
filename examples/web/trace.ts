// What the diagram shows, as plain data: it is kept in the storage of the tab, so that a reload becomes part of the picture.
import type { Delivery, Status, WireEvent } from 'rxmpp';

/** What a stretch of a lane means, and so its colour. */
export type Tone = 'good' | 'busy' | 'bad' | 'idle' | 'held';

/** One POST, from when it left to its answer. Times in ms since the epoch. */
export interface Request {
  readonly rid: number;
  readonly attempt: number;
  readonly from: number;
  to?: number;
  /** The row it is drawn in: requests that are under way at the same time lie above each other. */
  readonly row: number;
  readonly what: string;
  outcome: 'open' | 'answered' | 'failed' | 'cut';
}

/** One stanza given to `send`. */
export interface Outgoing {
  readonly id: string;
  readonly at: number;
  readonly label: string;
  state: Delivery['state'];
  /** When it left. */
  leftAt?: number;
}

/** One stanza that came. */
export interface Incoming {
  readonly at: number;
  readonly label: string;
  readonly redelivered: boolean;
}

interface Change<T> {
  readonly at: number;
  readonly is: T;
}

/** Everything that happened lately, oldest first. */
export interface Trace {
  readonly statuses: Change<{ readonly label: string; readonly tone: Tone }>[];
  readonly gates: Change<'open' | 'closed'>[];
  readonly outgoing: Outgoing[];
  readonly incoming: Incoming[];
  readonly requests: Request[];
  /** When there was no page, for a reload. */
  readonly away: { readonly from: number; readonly to: number }[];
}

/** What is older than that is forgotten, in ms. */
export const KEPT_MS = 40_000;

export const emptyTrace = (): Trace => ({
  statuses: [],
  gates: [],
  outgoing: [],
  incoming: [],
  requests: [],
  away: [],
});

const TONES: Readonly<Record<Status['type'], Tone>> = {
  offline: 'idle',
  connecting: 'busy',
  authenticating: 'busy',
  binding: 'busy',
  online: 'good',
  retrying: 'bad',
  disconnecting: 'busy',
  failed: 'bad',
};

/** A status in a word or two. */
export const statusLabel = (status: Status): string => {
  switch (status.type) {
    case 'connecting':
      return `connecting: ${status.how}`;
    case 'authenticating':
      return status.mechanism;
    case 'online':
      return status.stalled ? `${status.how}, stalled` : status.how;
    case 'failed':
      return status.error.condition;
    case 'retrying':
      return `retrying: ${status.error.condition}`;
    default:
      return status.type;
  }
};

export const statusTone = (status: Status): Tone =>
  status.type === 'online' && status.stalled ? 'held' : TONES[status.type];

const KINDS = ['message', 'presence', 'iq', 'auth', 'response'] as const;

/** What a body carries, in a few words. */
const describe = (xml: string): string => {
  if (xml.includes('type="terminate"')) return 'goodbye';
  const counted = KINDS.map(
    (kind) => [kind, xml.match(new RegExp(`<${kind}[\\s/>]`, 'g'))?.length ?? 0] as const,
  );
  const parts = counted
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => (count > 1 ? `${count} ${kind}s` : kind));
  if (parts.length > 0) return parts.join(' + ');
  return /\b(ver|restart)="/.test(xml) ? 'stream' : 'poll';
};

const freeRow = ({ requests }: Trace): number => {
  const taken = new Set(requests.filter(({ outcome }) => outcome === 'open').map(({ row }) => row));
  return [0, 1, 2].find((row) => !taken.has(row)) ?? 0;
};

const openRequest = (trace: Trace, rid: number): Request | undefined =>
  trace.requests.find((one) => one.rid === rid && one.outcome === 'open');

const close = (request: Request | undefined, at: number, outcome: Request['outcome']): void => {
  if (!request) return;
  request.to = at;
  request.outcome = outcome;
};

/** Takes note of how far a stanza has come, which may be one that the page before this one has sent. */
export const noteDelivery = (trace: Trace, delivery: Delivery, at: number): void => {
  const stanza = trace.outgoing.find(({ id }) => id === delivery.id);
  if (!stanza) return;
  stanza.state = delivery.state;
  if (delivery.state === 'dispatched') stanza.leftAt ??= at;
};

/** Takes note of something on the wire. */
export const noteWire = (trace: Trace, event: WireEvent): void => {
  switch (event.type) {
    case 'sent':
      close(openRequest(trace, event.rid), event.at, 'failed');
      trace.requests.push({
        rid: event.rid,
        attempt: event.attempt,
        from: event.at,
        row: freeRow(trace),
        what: describe(event.xml),
        outcome: 'open',
      });
      return;
    case 'received':
      close(openRequest(trace, event.rid), event.at, event.status === 200 ? 'answered' : 'failed');
      return;
    case 'failed':
      close(openRequest(trace, event.rid), event.at, 'failed');
      return;
    default:
  }
};

/** Notes that from `from` to `to` there was no page: what was under way was cut off. */
export const noteAway = (trace: Trace, from: number, to: number): void => {
  trace.away.push({ from, to });
  for (const request of trace.requests) if (request.outcome === 'open') close(request, from, 'cut');
};

const forgetOld = <T>(list: T[], isOld: (item: T) => boolean): void => {
  const keep = list.findIndex((item) => !isOld(item));
  list.splice(0, keep < 0 ? list.length : keep);
};

/** Forgets what nobody sees any more; of what lasts, the latest stays. */
export const trim = (trace: Trace, now: number): void => {
  const old = now - KEPT_MS;
  forgetOld(trace.outgoing, ({ at }) => at < old);
  forgetOld(trace.incoming, ({ at }) => at < old);
  forgetOld(trace.requests, ({ to = now }) => to < old);
  forgetOld(trace.away, ({ to }) => to < old);
  for (const changes of [trace.statuses, trace.gates] as { at: number }[][]) {
    while (changes.length > 1 && (changes[1]?.at ?? now) < old) changes.shift();
  }
};
