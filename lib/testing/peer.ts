import { Subject, type Observable } from 'rxjs';
import { withAttributes, type XmlElement } from '../xml/element.js';
import { nodeOf, resourceOf } from '../xml/jid.js';
import type { Presences } from './presence.js';
import type { Endpoint, Router } from './router.js';

/** Somebody in the domain, or beyond it, who needs no connection: for tests and demonstrations. */
export interface Peer {
  /** The full JID; for a service, its domain. */
  readonly jid: string;
  /** Everything that came, in order. */
  readonly received: readonly XmlElement[];
  /** What comes from now on. Hot; never errors; completes when the peer leaves. */
  readonly received$: Observable<XmlElement>;
  /** Routes a stanza; `from` is the peer's JID unless given. */
  send(stanza: XmlElement): void;
  /** Goes away, and gets nothing any more. */
  leave(): void;
}

/** A bare JID gets the resource `peer`. A domain alone is a service: it gets what goes to any of its addresses. */
export const peerJid = (jid: string): string =>
  nodeOf(jid) === undefined || resourceOf(jid) !== undefined ? jid : `${jid}/peer`;

export interface PeerHost {
  readonly router: Router;
  readonly presences: Presences;
}

export const createPeer = ({ router, presences }: PeerHost, jid: string, onLeave: () => void): Peer => {
  const received: XmlElement[] = [];
  const arrived$ = new Subject<XmlElement>();
  const deliver = (stanza: XmlElement): void => {
    received.push(stanza);
    arrived$.next(stanza);
  };
  const endpoint: Endpoint = { jid, isAvailable: true, deliver };
  router.add(endpoint);
  return {
    jid,
    received,
    received$: arrived$.asObservable(),
    send(stanza) {
      const stamped = withAttributes(stanza, { from: stanza.attrs['from'] ?? jid });
      if (stanza.name === 'presence') presences.take(stamped, endpoint);
      else router.route(stamped);
    },
    leave() {
      router.remove(endpoint);
      presences.leave(endpoint);
      onLeave();
      arrived$.complete();
    },
  };
};
