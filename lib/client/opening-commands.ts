import { catchError, defer, identity, type Observable } from 'rxjs';

import { isSessionError, StropheSessionError, TransportError, UsageError } from '../protocol/errors.js';
import { parseJid } from '../xml/jid.js';
import type { Chain } from './chain.js';
import type { Client } from './client.js';
import type { Hub, InnerOptions } from './hub.js';
import { finishGoodbye, followLifecycle } from './lifecycle.js';
import { chainOf, type OpenPorts } from './open.js';
import { failedBy, type Openings } from './openings.js';
import { type AttachOptions, checkTokens, type ClientOptions, isWebSocket } from './options.js';
import type { SessionNews } from './session.js';
import { createWays } from './ways.js';

type Commands = Pick<Client, 'connect' | 'attach' | 'restore' | 'open'>;

/** Statuses in which there is no session, or soon none, so that another may be opened. */
const FREE = new Set(['offline', 'retrying', 'disconnecting', 'failed']);

/** The commands that open a session. */
export const openingCommands = (
  service: string,
  options: ClientOptions,
  inner: InnerOptions,
  hub: Hub,
): Commands => {
  const { keeping, platform, run, status$, paused$, command$ } = hub;
  const polling = inner.polling ?? true;
  const { queueFor } = hub;
  const ports = { service, options, platform, keeping, polling, run, command$, queueFor };
  const ways = createWays(service, ports, hub);
  let followed = false;
  /** What becomes of a session that was taken up again. */
  let goOnWith: Chain['goOnWith'] = identity;

  const thawed = (): Observable<SessionNews> => {
    const toFailure = (cause: unknown): Observable<SessionNews> =>
      failedBy(
        'session',
        isSessionError(cause) ? cause : new TransportError('closed', 'The page was put aside'),
      );
    return goOnWith(defer(() => ways.thaw()).pipe(catchError(toFailure)));
  };

  const open = (session$: Observable<SessionNews>, goOn: Chain['goOnWith'] = identity): void => {
    if (hub.lives.closed) throw new UsageError('closed', 'The client was closed');
    if (!FREE.has(status$.value.type)) {
      throw new UsageError('busy', 'There is a session already: disconnect() or detach() it first');
    }
    if (!followed) hub.lives.add(followLifecycle(ways.url, options, hub, thawed));
    followed = true;
    goOnWith = goOn;
    hub.open(session$);
  };

  const needBosh = (what: string): void => {
    if (!isWebSocket(service)) return;
    throw new StropheSessionError('not-bosh', `${what} needs a BOSH session, not WebSocket`);
  };

  const attach: Openings['attach'] = (tokens, limits) => {
    needBosh('attach()');
    parseJid(tokens.jid);
    const checked = checkTokens(tokens);
    return defer(() => ways.attach(checked, limits));
  };

  const restore: OpenPorts['restore'] = (jid, limits) => {
    needBosh('restore()');
    const kept = keeping.read(jid);
    const { url, openings } = ways.home();
    if (kept.restored?.closing) {
      finishGoodbye(url, options, hub, kept);
      throw new StropheSessionError('no-session', 'The session to restore was being ended');
    }
    return defer(() => {
      if (kept.restored?.paused) paused$.next(true);
      return openings.restore(kept, limits);
    });
  };

  return {
    connect(credentials, limits = {}) {
      if (typeof credentials !== 'function') parseJid(credentials.jid);
      open(defer(() => ways.login(credentials, limits)));
    },

    attach(tokens, limits = {}) {
      open(attach(tokens, limits));
    },

    restore(jid?: string, limits: AttachOptions = {}) {
      open(restore(jid, limits));
    },

    open(wanted) {
      const { login } = ways;
      const chain = chainOf({ hub, login, attach, restore: ways.restoreBy(wanted.login, restore) }, wanted);
      open(chain.begin(), chain.goOnWith);
    },
  };
};
