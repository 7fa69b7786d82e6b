import { defer, distinctUntilChanged, EMPTY, map, noop, of, throwError } from 'rxjs';

import { inTurn } from '../operators/in-turn.js';
import { StropheSessionError, UsageError } from '../protocol/errors.js';
import { NS } from '../protocol/ns.js';
import type { Status } from '../protocol/status.js';
import { toElement } from '../xml/convert.js';
import { element } from '../xml/element.js';
import { parseJid } from '../xml/jid.js';
import type { Client, Sendable, Sent } from './client.js';
import { clientClosed, createHub, type Hub, type InnerOptions } from './hub.js';
import { finishGoodbye, followLifecycle } from './lifecycle.js';
import { createOpenings, webSocketMissing } from './openings.js';
import { type AttachOptions, checkTokens, type ClientOptions, isWebSocket } from './options.js';

const ANSWER_MS = 30_000;

/** Saying twice that we connect is saying it once; any other status is news. */
const sameStatus = (a: Status, b: Status): boolean =>
  a === b || (a.type === 'connecting' && b.type === 'connecting' && a.how === b.how);

/**
 * A client for one service; nothing is touched or opened before a command. `http:` and `https:` URLs and paths mean BOSH,
 * `ws:` and `wss:` WebSocket.
 */
export const createClient = (service: string, options: ClientOptions = {}): Client =>
  createInner(service, options, {});

type Commands = Pick<Client, 'connect' | 'attach' | 'restore'>;

const openingCommands = (
  service: string,
  options: ClientOptions,
  inner: InnerOptions,
  hub: Hub,
): Commands => {
  const { keeping, platform, run, status$, paused$, command$ } = hub;
  const polling = inner.polling ?? true;
  const openings = createOpenings({ service, options, platform, keeping, polling, run, command$ });
  let followed = false;

  const open: Hub['open'] = (session$) => {
    if (hub.lives.closed) throw new UsageError('closed', 'The client was closed');
    const { type } = status$.value;
    if (type !== 'offline' && type !== 'failed' && type !== 'disconnecting') {
      throw new UsageError('busy', 'There is a session already: disconnect() or detach() it first');
    }
    if (!followed) hub.lives.add(followLifecycle(service, options, hub, openings));
    followed = true;
    hub.open(session$);
  };

  const needBosh = (what: string): void => {
    if (!isWebSocket(service)) return;
    throw new StropheSessionError('not-bosh', `${what} needs a BOSH session, not WebSocket`);
  };

  return {
    connect(credentials, limits = {}) {
      if (typeof credentials !== 'function') parseJid(credentials.jid);
      open(defer(() => (isWebSocket(service) ? webSocketMissing() : openings.login(credentials, limits))));
    },

    attach(tokens, limits = {}) {
      needBosh('attach()');
      parseJid(tokens.jid);
      const checked = checkTokens(tokens);
      open(defer(() => openings.attach(checked, limits)));
    },

    restore(jid?: string, limits: AttachOptions = {}) {
      needBosh('restore()');
      const kept = keeping.read(jid);
      if (kept.restored?.closing) {
        finishGoodbye(service, options, hub, kept);
        throw new StropheSessionError('no-session', 'The session to restore was being ended');
      }
      open(defer(() => openings.restore(kept, limits)));
      if (kept.restored?.paused) paused$.next(true);
    },
  };
};

/** What is told to the session that runs. */
type Orders = Pick<Client, 'bind' | 'disconnect' | 'detach'>;

const sessionCommands = ({ outside, command$, record$, last }: Hub): Orders => ({
  bind: () => outside(() => command$.next({ type: 'bind' })),

  disconnect(reason) {
    const status = reason === undefined ? [] : [element('status', NS.CLIENT, {}, [reason])];
    const elements = [element('presence', NS.CLIENT, { type: 'unavailable' }, status)];
    outside(() => command$.next({ type: 'disconnect', elements, upTo: last() }));
  },

  detach() {
    const record = record$.value;
    outside(() => command$.next({ type: 'leave' }));
    if (!record) return EMPTY;
    const { jid, sid, rid } = record;
    return of({ jid, sid, rid });
  },
});

const isMany = (given: Sendable | readonly Sendable[]): given is readonly Sendable[] => Array.isArray(given);

/** `createClient` with what only other doors of the library need. */
export const createInner = (service: string, options: ClientOptions, inner: InnerOptions): Client => {
  const hub = createHub(service, options, inner);
  const { outside, sending, requests, status$, stanza$, record$, paused$, wire$, flush$, lives, close } = hub;

  function send(stanzas: readonly Sendable[]): readonly Sent[];
  function send(stanza: Sendable): Sent;
  function send(given: Sendable | readonly Sendable[]): Sent | readonly Sent[] {
    return outside(() => (isMany(given) ? given.map(toElement).map(sending.send) : sending.send(given)));
  }

  const pausing = (paused: boolean) => (): void => {
    outside(() => paused$.next(paused));
  };

  return {
    status$: inTurn(status$).pipe(distinctUntilChanged(sameStatus)),
    stanza$: stanza$.asObservable(),
    session$: record$.pipe(map((record) => record && { jid: record.jid, sid: record.sid, rid: record.rid })),
    paused$: paused$.pipe(distinctUntilChanged()),
    wire$: wire$.asObservable(),
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
