import { parseArgs } from 'node:util';
import type { Mode } from '../page.js';

/** What lies between page and server: nothing, 80 ms there and back, or that and as much for each new connection. */
export const NETWORKS = {
  loopback: { oneWayMs: 0, handshakeMs: 0 },
  rtt80: { oneWayMs: 40, handshakeMs: 0 },
  'rtt80+handshake': { oneWayMs: 40, handshakeMs: 80 },
} as const;

export type Network = keyof typeof NETWORKS;

/**
 * How the page is killed: reloaded; reloaded again while it restores; its tab closed and another opened with its storage;
 * reloaded with 30 stanzas waiting behind a pause.
 */
export type Variant = 'reload' | 'double' | 'close' | 'paused';

export interface ChaosOptions {
  readonly server: 'prosody' | 'ejabberd';
  readonly transport: 'bosh' | 'websocket';
  readonly mode: Mode;
  readonly network: Network;
  readonly variant: Variant;
  /** Whose sessions are tried. */
  readonly contender: 'rxmpp' | 'strophe';
  /** Whether the client is kept from knowing the server, and thereby from asking twice for what the server may have lost. */
  readonly unknown: boolean;
  readonly reloads: number;
  readonly seed: number;
  /** Shortest and longest time from online to the next reload. */
  readonly gapMs: readonly [number, number];
  /** Takes in every event of the run, for looking closer. */
  readonly trace?: ((event: object) => void) | undefined;
}

export interface Command {
  readonly options: ChaosOptions;
  /** How often to open a second tab with the session of the first; undefined: this is about reloads. */
  readonly duplicates: number | undefined;
  readonly json: boolean;
  readonly trace: string | undefined;
}

const MODES: readonly Mode[] = ['random', '50', '50+flush', '150', 'inbound'];
const SERVERS = ['prosody', 'ejabberd'] as const;

const oneOf = <T extends string>(known: readonly T[], given: string, what: string): T => {
  const found = known.find((one) => one === given);
  if (found === undefined) throw new Error(`--${what} is one of ${known.join(', ')}, not ${given}`);
  return found;
};

const DEFINITIONS = {
  server: { type: 'string', default: 'prosody' },
  transport: { type: 'string', default: 'bosh' },
  mode: { type: 'string', default: 'random' },
  network: { type: 'string', default: 'loopback' },
  reloads: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  gap: { type: 'string', default: '200-1700' },
  contender: { type: 'string', default: 'rxmpp' },
  unknown: { type: 'boolean', default: false },
  double: { type: 'boolean', default: false },
  close: { type: 'boolean', default: false },
  paused: { type: 'boolean', default: false },
  duplicate: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  trace: { type: 'string' },
} as const;

/** Reads the command line. Throws an error that says what is wrong with it. */
export const readCommand = (args: readonly string[]): Command => {
  const { values } = parseArgs({ args: [...args], options: DEFINITIONS });
  const [least = 200, most = 1700] = values.gap.split('-').map(Number);
  const variants = (['double', 'close', 'paused'] as const).filter((name) => values[name]);
  if (variants.length > 1) throw new Error(`Only one of ${variants.map((name) => `--${name}`).join(', ')}`);
  const reloads = Number(values.reloads);
  return {
    options: {
      server: oneOf(SERVERS, values.server, 'server'),
      transport: oneOf(['bosh', 'websocket'], values.transport, 'transport'),
      mode: oneOf(MODES, values.mode, 'mode'),
      network: oneOf(Object.keys(NETWORKS) as Network[], values.network, 'network'),
      variant: variants[0] ?? 'reload',
      contender: oneOf(['rxmpp', 'strophe'], values.contender, 'contender'),
      unknown: values.unknown,
      reloads,
      seed: Number(values.seed),
      gapMs: [least, most],
    },
    duplicates: values.duplicate ? Math.min(reloads, 10) : undefined,
    json: values.json,
    trace: values.trace,
  };
};
