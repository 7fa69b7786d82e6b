import type { Subscription } from 'rxjs';
import * as NS from '../protocol/ns.js';
import type { Attributes } from '../xml/attributes.js';
import { element, type XmlElement } from '../xml/element.js';
import type { ServerLink } from './sockets.js';
import { streamError } from './stanzas.js';
import { createStream, type Stream, type StreamHost } from './stream.js';

/** The server's half of stream management (XEP-0198). */
interface Management {
  readonly id: string;
  handled: number;
  acked: number;
  queue: XmlElement[];
}

/** A stream of the server's that outlives its connections, if it is managed. */
export interface Seat {
  readonly stream: Stream;
  readonly id: string | undefined;
  /** Whether it has a connection. */
  readonly isLinked: boolean;
  /** What the client has not acknowledged. */
  readonly waiting: readonly XmlElement[];
  receive(element: XmlElement): void;
  enable(): void;
  /** Goes on over another connection: says so, and repeats what the client has not got. */
  resume(link: ServerLink, h: number): void;
  /** Says what has been handled. */
  answer(): void;
  acknowledge(h: number): void;
  /** This connection is gone. */
  lose(gone: ServerLink): void;
  /** Ends the stream, with an error or without. */
  end(error?: XmlElement): void;
  /** Forgets it without a word. */
  kill(): void;
}

const frameOf = (content: XmlElement): string => content.toString();

const isStanza = ({ ns }: XmlElement): boolean => ns === NS.CLIENT;

export const createSeat = (host: StreamHost, first: ServerLink, onEnd: () => void): Seat => {
  const { scheduler, socket } = host.settings;
  let link: ServerLink | undefined = first;
  let sm: Management | undefined;
  let expiry: Subscription | undefined;
  let isEnded = false;

  const say = (name: string, attrs: Attributes): void => link?.send(frameOf(element(name, NS.SM, attrs)));

  const send = (content: XmlElement): void => {
    const isCounted = sm !== undefined && isStanza(content);
    if (isCounted) sm?.queue.push(content);
    link?.send(frameOf(content));
    if (isCounted && socket.asks) say('r', {});
  };

  const finish = (): void => {
    isEnded = true;
    expiry?.unsubscribe();
    stream.close(sm?.queue ?? []);
    onEnd();
  };

  const end = (error?: XmlElement): void => {
    if (isEnded) return;
    if (error) link?.send(frameOf(error));
    link?.send(frameOf(element('close', NS.FRAMING)));
    link?.close();
    link = undefined;
    finish();
  };

  const acknowledge = (h: number): void => {
    if (!sm) return;
    sm.queue = sm.queue.slice(Math.max(0, h - sm.acked));
    sm.acked = h;
  };

  const isOverfull = (): boolean => (sm?.queue.length ?? 0) > socket.keeps;

  const stream = createStream(host, { send, end, managed: socket.management });

  return {
    stream,
    end,
    acknowledge,
    get id() {
      return sm?.id;
    },
    get isLinked() {
      return link !== undefined;
    },
    get waiting() {
      return [...(sm?.queue ?? [])];
    },
    receive(content) {
      if (sm && isStanza(content)) sm.handled += 1;
      stream.receive(content);
    },
    enable() {
      if (sm || stream.jid === undefined || !socket.management) {
        say('failed', {});
        return;
      }
      const id = host.settings.ids('stream');
      sm = { id, handled: 0, acked: 0, queue: [] };
      say('enabled', { id, resume: 'true', max: socket.resume });
    },
    resume(next, h) {
      link?.close();
      expiry?.unsubscribe();
      link = next;
      acknowledge(h);
      if (isOverfull()) {
        say('failed', { previd: sm?.id ?? '', h: sm?.handled ?? 0 });
        end(streamError('resource-constraint'));
        return;
      }
      say('resumed', { previd: sm?.id ?? '', h: sm?.handled ?? 0 });
      for (const content of sm?.queue ?? []) link.send(frameOf(content));
      if (socket.asks && sm?.queue.length) say('r', {});
    },
    answer: () => say('a', { h: sm?.handled ?? 0 }),
    lose(gone) {
      if (isEnded || link !== gone) return;
      link = undefined;
      if (!sm) finish();
      else expiry = scheduler.schedule(finish, socket.resume * 1000);
    },
    kill() {
      link = undefined;
      sm = undefined;
      finish();
    },
  };
};
