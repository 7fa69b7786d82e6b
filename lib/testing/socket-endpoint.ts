import * as NS from '../protocol/ns.js';
import { element, type XmlElement } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import { createSeat, type Seat } from './socket-seat.js';
import type { ServerLink } from './sockets.js';
import { errorCondition, streamError } from './stanzas.js';
import type { StreamHost } from './stream.js';

/** The WebSocket end of a server: RFC 7395, and XEP-0198 on it. */
export interface SocketEndpoint {
  /** The streams alive, with and without a connection. */
  readonly seats: readonly Seat[];
  accept(link: ServerLink): void;
}

const read = (text: string): XmlElement | undefined => {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
};

export const createSocketEndpoint = (host: StreamHost): SocketEndpoint => {
  const seats = new Set<Seat>();

  const join = (link: ServerLink): Seat => {
    const seat = createSeat(host, link, () => void seats.delete(seat));
    seats.add(seat);
    return seat;
  };

  /** The seat that goes on, if it is one of the same account. */
  const find = (previd: string | undefined, node: string | undefined): Seat | undefined =>
    [...seats].find(({ id, stream }) => id !== undefined && id === previd && stream.node === node);

  const resume = (link: ServerLink, seat: Seat, { attrs }: XmlElement): Seat => {
    const former = seat.stream.jid === undefined ? find(attrs['previd'], seat.stream.node) : undefined;
    if (!former) {
      link.send(element('failed', NS.SM, {}, [errorCondition('item-not-found')]).toString());
      return seat;
    }
    seat.kill();
    former.resume(link, Number(attrs['h']));
    return former;
  };

  const manage = (link: ServerLink, seat: Seat, word: XmlElement): Seat => {
    if (word.name === 'resume') return resume(link, seat, word);
    if (word.name === 'enable') seat.enable();
    if (word.name === 'r') seat.answer();
    if (word.name === 'a') seat.acknowledge(Number(word.attrs['h']));
    return seat;
  };

  const frame = (link: ServerLink, seat: Seat, word: XmlElement): Seat => {
    if (word.ns === NS.SM) return manage(link, seat, word);
    if (word.ns !== NS.FRAMING) seat.receive(word);
    else if (word.name === 'close') seat.end();
    else {
      const { domain } = host.settings;
      link.send(
        element('open', NS.FRAMING, {
          from: domain,
          id: host.settings.ids('open'),
          version: '1.0',
        }).toString(),
      );
      seat.stream.open();
    }
    return seat;
  };

  return {
    get seats() {
      return [...seats];
    },
    accept(link) {
      let seat = join(link);
      let current = true;
      link.onFrame = (text) => {
        if (!current) return;
        const word = read(text);
        if (word) seat = frame(link, seat, word);
        else seat.end(streamError('not-well-formed'));
      };
      link.onGone = () => {
        current = false;
        seat.lose(link);
      };
    },
  };
};
