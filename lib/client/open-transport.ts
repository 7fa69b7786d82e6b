import type { BoshState } from '../protocol/bosh-state.js';
import type { Keeper, Outbox } from '../session/outbox.js';
import type { PersistOptions } from '../session/persist.js';
import { unkept } from '../session/storage.js';
import { boshTransport } from '../transport/bosh.js';
import type { Transport } from '../transport/transport.js';
import type { WireEvent } from '../transport/wire.js';
import { type ClientOptions, type KeepaliveOptions, KEY } from './options.js';
import type { Platform } from './platform.js';

/** Bodies with more children than this are committed as a whole, unless asked otherwise. */
const COMMIT_EACH = 20;

const commitEach = (mode: KeepaliveOptions['dispatchCommit']): number =>
  mode === 'stanza' ? Infinity : mode === 'body' ? 0 : COMMIT_EACH;

export interface TransportRequest {
  readonly service: string;
  readonly options: ClientOptions;
  /** Undefined: nothing is kept. */
  readonly keepalive: KeepaliveOptions | undefined;
  readonly platform: Platform;
  readonly outbox: Outbox;
  readonly initial: BoshState;
  readonly wire: (event: WireEvent) => void;
}

/** The transport for a service, with everything it needs from the platform. */
export const openTransport = (request: TransportRequest): Transport => {
  const { service, options, keepalive, platform, outbox, initial, wire } = request;
  const storage = keepalive && (keepalive.storage ?? platform.storage);
  const onFault = (error: unknown): void => wire({ type: 'degraded', at: platform.scheduler.now(), error });
  const keep: PersistOptions = {
    storage: storage ?? unkept(),
    key: keepalive?.key ?? KEY,
    journal: keepalive?.journal ?? true,
    onFault,
  };
  return boshTransport(initial, {
    url: service,
    headers: { 'content-type': options.contentType ?? 'text/xml; charset=utf-8', ...options.headers },
    withCredentials: options.withCredentials ?? false,
    http: platform.http,
    scheduler: platform.scheduler,
    outbox,
    keep,
    commitEach: commitEach(keepalive?.dispatchCommit),
    wire,
  });
};

/** Where stanzas that wait are kept; nowhere unless the session is, journal and all. */
export const keeperOf = (keepalive: KeepaliveOptions | undefined, platform: Platform): Keeper | undefined => {
  const storage = keepalive && (keepalive.storage ?? platform.storage);
  return storage && keepalive.journal !== false ? { storage, key: keepalive.key ?? KEY } : undefined;
};
