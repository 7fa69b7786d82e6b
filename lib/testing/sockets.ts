import { Observable, type SchedulerLike, type Subscriber } from 'rxjs';
import type { WebSocketEvent, WebSocketRequest } from '../protocol/web-socket.js';
import { element, type XmlElement } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import type { Latency } from './wire.js';

/** The WebSocket port of a client: subscribing opens a socket, unsubscribing closes it. */
export type WebSocketPort = (request: WebSocketRequest) => Observable<WebSocketEvent>;

/** One message that was put on a socket. */
export interface SeenFrame {
  /** When it left, in ms of the scheduler. */
  readonly at: number;
  /** Who has sent it. */
  readonly from: 'client' | 'server';
  readonly text: string;
  /** The text parsed; an empty `<invalid/>` where it is no XML. */
  readonly element: XmlElement;
}

/** One WebSocket that a client of the test has opened. */
export interface SeenSocket {
  readonly at: number;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly state: 'connecting' | 'open' | 'closed';
  /** What was put on it, in order, also what never arrived. */
  readonly frames: readonly SeenFrame[];
}

/** The server's end of a socket. */
export interface ServerLink {
  send(text: string): void;
  close(): void;
  onFrame: ((text: string) => void) | undefined;
  /** The connection is gone, whoever has closed it. Is called once. */
  onGone: (() => void) | undefined;
}

/** What the test does to the sockets. */
export interface SocketFaults {
  /** Breaks every socket that is open, now: what is on its way is lost, both ways. */
  readonly cut: () => void;
  /** From now on sockets can not be opened; `offline` does that too. Returns what ends it. */
  readonly refuseSockets: () => () => void;
  /** From now on nothing arrives any more, on either side of the sockets that are open, and nobody notices. */
  readonly muteSockets: () => void;
}

export interface SocketWireOptions {
  readonly scheduler: SchedulerLike;
  readonly latency: Latency;
  readonly protocol: string;
  readonly accept: (link: ServerLink) => void;
}

interface Line {
  readonly seen: { -readonly [Key in keyof SeenSocket]: SeenSocket[Key] } & { frames: SeenFrame[] };
  readonly link: ServerLink;
  readonly subscriber: Subscriber<WebSocketEvent>;
  muted: boolean;
}

const readFrame = (text: string): XmlElement => {
  try {
    return parse(text);
  } catch {
    return element('invalid', '');
  }
};

/** A network of WebSockets on which every message takes its time, also where that is none. */
export const createSocketWire = (options: SocketWireOptions) => {
  const { scheduler } = options;
  let { latency } = options;
  const seen: SeenSocket[] = [];
  const lines = new Set<Line>();
  const refusals = new Set<object>();
  let isOffline = false;

  const isOpen = (line: Line): boolean => line.seen.state === 'open';

  const end = (line: Line, code: number, told: boolean): void => {
    if (!lines.delete(line)) return;
    const wasOpen = isOpen(line);
    line.seen.state = 'closed';
    if (wasOpen) scheduler.schedule(() => line.link.onGone?.(), latency.upMs);
    if (!told) return;
    line.subscriber.next({ type: 'close', code, reason: '' });
    line.subscriber.complete();
  };

  const note = (line: Line, from: SeenFrame['from'], text: string): void => {
    const at = scheduler.now();
    line.seen.frames.push({ at, from, text, element: readFrame(text) });
  };

  const later = (line: Line, ms: number, work: () => void): void => {
    const pass = (): void => {
      if (isOpen(line) && !line.muted) work();
    };
    scheduler.schedule(pass, ms);
  };

  const open = (line: Line): void => {
    if (!lines.has(line)) return;
    if (isOffline || refusals.size > 0) {
      end(line, 1006, true);
      return;
    }
    line.seen.state = 'open';
    options.accept(line.link);
    const send = (text: string): void => {
      note(line, 'client', text);
      later(line, latency.upMs, () => line.link.onFrame?.(text));
    };
    line.subscriber.next({ type: 'open', protocol: options.protocol, send });
  };

  const lineFor = ({ url, protocols }: WebSocketRequest, subscriber: Subscriber<WebSocketEvent>): Line => {
    const line: Line = {
      seen: { at: scheduler.now(), url, protocols, state: 'connecting', frames: [] },
      subscriber,
      muted: false,
      link: {
        onFrame: undefined,
        onGone: undefined,
        send(text) {
          note(line, 'server', text);
          later(line, latency.downMs, () => subscriber.next({ type: 'message', text }));
        },
        close: () => void scheduler.schedule(() => end(line, 1000, true), latency.downMs),
      },
    };
    return line;
  };

  const webSocket: WebSocketPort = (request) =>
    new Observable((subscriber) => {
      const line = lineFor(request, subscriber);
      seen.push(line.seen);
      lines.add(line);
      scheduler.schedule(() => open(line), latency.upMs + latency.downMs);
      return () => end(line, 1000, false);
    });

  const cut = (): void => {
    for (const line of [...lines]) end(line, 1006, true);
  };

  return {
    webSocket,
    sockets: seen as readonly SeenSocket[],
    cut,
    refuseSockets() {
      const refusal = {};
      refusals.add(refusal);
      return () => void refusals.delete(refusal);
    },
    slow: (next: Latency): void => {
      latency = next;
    },
    muteSockets() {
      for (const line of lines) line.muted = true;
    },
    offline(value: boolean) {
      isOffline = value;
      if (value) cut();
    },
  };
};
