import { isResponse } from '../protocol/stanza.js';
import type { Ref } from '../protocol/stream.js';
import type { Outbox } from '../session/outbox.js';
import { toElement } from '../xml/convert.js';
import { withAttributes, type XmlElement } from '../xml/element.js';
import type { Sendable, Sent } from './client.js';

/** The way from `send` into the outbox. */
export interface Sending {
  readonly send: (stanza: Sendable) => Sent;
  /**
   * Runs the handlers of an incoming stanza. What they send belongs to it, and is kept only if the stanza counts as
   * handled. Returns the ids of the iqs that they answered.
   */
  readonly within: (ref: Ref, handlers: () => void) => ReadonlySet<string>;
}

const NAMELESS = new Set(['message', 'iq']);

export const createSending = (outbox: Outbox, newId: () => string): Sending => {
  let current: { readonly ref: Ref; readonly answered: Set<string> } | undefined;

  const withId = (stanza: XmlElement): XmlElement =>
    stanza.attrs['id'] === undefined && NAMELESS.has(stanza.name)
      ? withAttributes(stanza, { ...stanza.attrs, id: newId() })
      : stanza;

  return {
    send(given) {
      const stanza = withId(toElement(given));
      const id = stanza.attrs['id'] ?? '';
      if (current && isResponse(stanza)) current.answered.add(id);
      return { id, cancel: outbox.add(stanza, current?.ref) };
    },

    within(ref, handlers) {
      const answered = new Set<string>();
      const outer = current;
      current = { ref, answered };
      try {
        handlers();
      } finally {
        current = outer;
      }
      return answered;
    },
  };
};
