import type { BoshState } from '../protocol/bosh-state.js';
import type { Deliveries } from '../session/deliveries.js';
import type { Outbox } from '../session/outbox.js';
import type { Writer } from '../session/writer.js';
import { boshTransport } from '../transport/bosh.js';
import type { Transport } from '../transport/transport.js';
import type { WireEvent } from '../transport/wire.js';
import { headersFor } from './headers.js';
import { limitsOf } from './limits.js';
import type { ClientOptions, KeepaliveOptions } from './options.js';
import { mayTalkTo } from './origins.js';
import type { Platform } from './platform.js';

/** Answers with more children than this are committed as a whole, unless asked otherwise. */
const COMMIT_EACH = 20;

const commitEach = (mode: KeepaliveOptions['dispatchCommit']): number =>
  mode === 'stanza' ? Infinity : mode === 'body' ? 0 : COMMIT_EACH;

/** What a transport is made of. */
export interface TransportRequest {
  readonly service: string;
  readonly options: ClientOptions;
  readonly platform: Platform;
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly writer: Writer;
  readonly wire: (event: WireEvent) => void;
}

/** The BOSH transport for a service, with everything it needs from the platform. */
export const openTransport = (request: TransportRequest, initial: BoshState): Transport => {
  const { service, options, platform, outbox, deliveries, writer, wire } = request;
  const keepalive = typeof options.keepalive === 'object' ? options.keepalive : {};
  return boshTransport(initial, {
    url: service,
    headers: headersFor(options),
    uploadEvents: options.uploadEvents ?? true,
    maxAnswer: limitsOf(options.limits).maxAnswer,
    mayTalkTo: mayTalkTo(service, platform.baseUrl, options.allowedOrigins),
    retry: options.retry,
    withCredentials: options.withCredentials ?? false,
    http: platform.http,
    scheduler: platform.scheduler,
    outbox,
    deliveries,
    writer,
    commitEach: commitEach(keepalive.dispatchCommit),
    wire,
  });
};
