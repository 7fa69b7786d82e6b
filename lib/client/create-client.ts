import { defer, distinctUntilChanged, EMPTY, map, noop, of, throwError } from 'rxjs';

import { inTurn } from '../operators/in-turn.js';
import { maxPark } from '../protocol/bosh-park.js';
import { UsageError } from '../protocol/errors.js';
import * as NS from '../protocol/ns.js';
import type { Status } from '../protocol/status.js';
import { toElement } from '../xml/convert.js';
import { element } from '../xml/element.js';
import type { Client, Sendable, SendOptions, Sent } from './client.js';
import { clientClosed, createHub, type Hub, type InnerOptions } from './hub.js';
import { openingCommands } from './opening-commands.js';
import type { ClientOptions } from './options.js';

const ANSWER_MS = 30_000;

/** Saying twice that we connect is saying it once; any other status is news. */
const sameStatus = (a: Status, b: Status): boolean =>
  a === b || (a.type === 'connecting' && b.type === 'connecting' && a.how === b.how);

/**
 * A client for one service; nothing is touched or opened before a command. `http:` and `https:` URLs and paths mean BOSH,
 * `ws:` and `wss:` WebSocket. A domain alone, such as `example.com`, is asked where it can be reached ({@link discover}), and its
 * addresses are tried in turn; the reason of each that failed is told by `status$` as `retrying`.
 */
export const createClient = (service: string, options: ClientOptions = {}): Client =>
  createInner(service, options, {});

/** What is told to the session that runs. */
type Orders = Pick<Client, 'bind' | 'disconnect' | 'detach' | 'park'>;

const sessionCommands = ({ outside, command$, record$, paused$, last }: Hub): Orders => ({
  bind: () => outside(() => command$.next({ type: 'bind' })),

  park(given) {
    if (given !== undefined && !(Number.isSafeInteger(given) && given > 0)) {
      throw new UsageError('bad-pause', `A pause takes a whole number of seconds, not ${String(given)}`);
    }
    const longest = maxPark(record$.value ?? {});
    if (longest === undefined) return false;
    const seconds = Math.min(given ?? longest, longest);
    outside(() => {
      paused$.next(true);
      command$.next({ type: 'park', seconds });
    });
    return true;
  },

  disconnect(reason) {
    const status = reason === undefined ? [] : [element('status', NS.CLIENT, {}, [reason])];
    const elements = [element('presence', NS.CLIENT, { type: 'unavailable' }, status)];
    outside(() => command$.next({ type: 'disconnect', elements, upTo: last() }));
  },

  detach() {
    const record = record$.value;
    outside(() => command$.next({ type: 'leave' }));
    if (!record || record.rid === 0) return EMPTY;
    const { jid, sid, rid } = record;
    return of({ jid, sid, rid });
  },
});

const isMany = (given: Sendable | readonly Sendable[]): given is readonly Sendable[] => Array.isArray(given);

/** `createClient` with what only other doors of the library need. */
export const createInner = (service: string, options: ClientOptions, inner: InnerOptions): Client => {
  const hub = createHub(service, options, inner);
  const { outside, sending, requests, status$, stanza$, record$, paused$, wire$, flush$, lives, close } = hub;

  function send(stanzas: readonly Sendable[], options?: SendOptions): readonly Sent[];
  function send(stanza: Sendable, options?: SendOptions): Sent;
  function send(given: Sendable | readonly Sendable[], how?: SendOptions): Sent | readonly Sent[] {
    const one = (stanza: Sendable): Sent => sending.send(stanza, how);
    return outside(() => (isMany(given) ? given.map(toElement).map(one) : one(given)));
  }

  const pausing = (paused: boolean) => (): void => {
    outside(() => paused$.next(paused));
  };

  return {
    status$: inTurn(status$).pipe(distinctUntilChanged(sameStatus)),
    stanza$: stanza$.asObservable(),
    session$: record$.pipe(
      map((record) =>
        record && record.rid > 0 ? { jid: record.jid, sid: record.sid, rid: record.rid } : null,
      ),
      distinctUntilChanged(),
    ),
    paused$: paused$.pipe(distinctUntilChanged()),
    wire$: wire$.asObservable(),
    delivery$: hub.deliveries.delivery$,
    outbox: { next: (stanza) => void send(stanza), error: noop, complete: noop },
    ...openingCommands(service, options, inner, hub),
    ...sessionCommands(hub),
    send,
    request: (iq, { timeout = ANSWER_MS } = {}) =>
      defer(() =>
        lives.closed ? throwError(() => clientClosed()) : requests.request(toElement(iq), timeout),
      ),
    pause: pausing(true),
    resume: pausing(false),
    flush: () => outside(() => flush$.next()),
    close,
    [Symbol.dispose]: close,
  };
};
