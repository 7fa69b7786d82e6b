import { filter, type MonoTypeOperatorFunction } from 'rxjs';

import type { Stanza } from '../xml/element.js';
import { sameBareJid, sameJid } from '../xml/jid.js';

/** What a stanza must have; what is left out may be anything. */
export interface StanzaFilter {
  /** `message`, `presence` or `iq`. */
  readonly name?: string;
  readonly type?: string | readonly string[];
  /** Namespace of the stanza or of one of its children. */
  readonly ns?: string;
  /** A bare JID matches all of its resources, a full one only itself; only in a resource does case count. */
  readonly from?: string;
  readonly id?: string;
}

const hasNs = (stanza: Stanza, ns: string): boolean =>
  stanza.ns === ns || stanza.children.some((child) => child.ns === ns);

const isFrom = (stanza: Stanza, jid: string): boolean => {
  const from = stanza.attrs['from'];
  return from !== undefined && (jid.includes('/') ? sameJid(from, jid) : sameBareJid(from, jid));
};

const matches = (stanza: Stanza, { name, type, ns, from, id }: StanzaFilter): boolean =>
  (name === undefined || stanza.name === name) &&
  (type === undefined || [type].flat().includes(stanza.attrs['type'] ?? '')) &&
  (ns === undefined || hasNs(stanza, ns)) &&
  (from === undefined || isFrom(stanza, from)) &&
  (id === undefined || stanza.attrs['id'] === id);

/** Lets the stanzas through that match. */
export const ofStanza = (wanted: StanzaFilter): MonoTypeOperatorFunction<Stanza> =>
  filter((stanza) => matches(stanza, wanted));

/** Lets messages through. */
export const messages = (): MonoTypeOperatorFunction<Stanza> => ofStanza({ name: 'message' });

/** Lets presences through. */
export const presences = (): MonoTypeOperatorFunction<Stanza> => ofStanza({ name: 'presence' });

/** Lets iqs through. Answers that a `request` waits for do not come this way. */
export const iqs = (): MonoTypeOperatorFunction<Stanza> => ofStanza({ name: 'iq' });
