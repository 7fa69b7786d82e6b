import * as NS from '../protocol/ns.js';
import { element, withAttributes, type XmlElement } from '../xml/element.js';
import { bareJid } from '../xml/jid.js';
import { type Contact, createRosters, itemOf, readItem, removedItem } from './roster.js';
import type { Endpoint, Router } from './router.js';
import { errorOf, isRequest, resultOf } from './stanzas.js';
import {
  arrived,
  isSubscription,
  sees,
  seenBy,
  sent,
  subscription,
  type Subscription,
} from './subscriptions.js';

/** Who is there, and who may know (RFC 6121 §2–§4). */
export interface Presences {
  /** Takes presence from an endpoint, for all who see it or for whom it says. */
  take(presence: XmlElement, from: Endpoint): void;
  /** The endpoint is gone. */
  leave(endpoint: Endpoint): void;
  /** The answer to what an endpoint asks of its roster; undefined for any other stanza. */
  roster(iq: XmlElement, from: Endpoint): XmlElement | undefined;
}

export interface PresencesOptions {
  readonly router: Router;
  readonly isAccount: (bare: string) => boolean;
  readonly id: () => string;
}

const unavailable = (jid: string): XmlElement =>
  element('presence', NS.CLIENT, { from: jid, type: 'unavailable' });

export const createPresences = ({ router, isAccount, id }: PresencesOptions): Presences => {
  const rosters = createRosters();
  /** Endpoints that have asked for their roster are told when it changes (RFC 6121 §2.1.6). */
  const interested = new Set<Endpoint>();
  const directed = new Map<Endpoint, Set<string>>();

  const push = (owner: string, item: XmlElement): void => {
    for (const endpoint of router.all(owner)) {
      const query = element('query', NS.ROSTER, {}, [item]);
      const iq = element('iq', NS.CLIENT, { type: 'set', id: id(), to: endpoint.jid, from: owner }, [query]);
      if (interested.has(endpoint)) endpoint.deliver(iq);
    }
  };

  const change = (owner: string, jid: string, what: Partial<Contact>): void => {
    const contact = rosters.change(owner, jid, what);
    if (contact.isListed) push(owner, itemOf(contact));
  };

  const deliver = (presence: XmlElement, to: string): void => {
    for (const taker of router.takers(to)) taker.deliver(withAttributes(presence, { to }));
  };

  /** Tells one account about every resource of another that is there, or that they are not for it any more. */
  const show = (owner: string, to: string, visible: boolean): void => {
    for (const { jid, presence } of router.all(owner))
      if (presence) deliver(visible ? presence : unavailable(jid), to);
  };

  const arrive = (type: Subscription, from: string, to: string): void => {
    if (!isAccount(to)) {
      deliver(subscription(type, from, to), to);
      return;
    }
    const contact = rosters.find(to, from);
    const what = arrived(type, contact);
    if (!what) {
      // Who may see it already is told so at once (RFC 6121 §3.1.3).
      if (type === 'subscribe') arrive('subscribed', to, from);
      return;
    }
    change(to, from, what);
    deliver(subscription(type, from, to), to);
    if (type === 'unsubscribe') show(to, from, false);
  };

  const subscribe = (type: Subscription, from: string, to: string): void => {
    const what = isAccount(from) ? sent(type, rosters.find(from, to)) : {};
    if (!what) return;
    if (isAccount(from)) change(from, to, what);
    arrive(type, from, to);
    if (type === 'subscribed') show(from, to, true);
    if (type === 'unsubscribed') show(from, to, false);
  };

  /** Subscriptions end both ways (RFC 6121 §2.5.2). */
  const forget = (owner: string, { jid, to, from, asks }: Contact): void => {
    rosters.remove(owner, jid);
    if (to || asks) arrive('unsubscribe', owner, jid);
    if (from) {
      arrive('unsubscribed', owner, jid);
      show(owner, jid, false);
    }
    push(owner, removedItem(jid));
  };

  /** What waits for somebody who has just come: who is there, and who wants to know (RFC 6121 §3.1.3, §4.2.2). */
  const greet = (endpoint: Endpoint): void => {
    const owner = bareJid(endpoint.jid);
    for (const jid of [owner, ...sees(rosters, owner)])
      for (const { presence, ...other } of router.all(jid))
        if (presence && other.jid !== endpoint.jid)
          endpoint.deliver(withAttributes(presence, { to: endpoint.jid }));
    for (const { jid, isWaiting } of rosters.all(owner))
      if (isWaiting) endpoint.deliver(subscription('subscribe', jid, owner));
    for (const message of router.takeStored(owner)) endpoint.deliver(message);
  };

  const broadcast = (presence: XmlElement, from: Endpoint): void => {
    const owner = bareJid(from.jid);
    const wasThere = from.isAvailable;
    const isThere = presence.attrs['type'] !== 'unavailable';
    for (const taker of router.all(owner)) if (taker.isAvailable || taker === from) taker.deliver(presence);
    from.isAvailable = isThere;
    from.presence = isThere ? presence : undefined;
    const watchers = wasThere || isThere ? seenBy(rosters, owner) : [];
    const others = isThere ? [] : (directed.get(from) ?? []);
    for (const jid of new Set([...watchers, ...others])) deliver(presence, jid);
    if (!isThere) directed.delete(from);
    else if (!wasThere) greet(from);
  };

  const direct = (presence: XmlElement, from: Endpoint, to: string): void => {
    const known = directed.get(from) ?? new Set();
    if (presence.attrs['type'] === 'unavailable') known.delete(to);
    else known.add(to);
    directed.set(from, known);
    router.route(presence);
  };

  return {
    take(presence, from) {
      const { to, type } = presence.attrs;
      if (isSubscription(type)) subscribe(type, bareJid(from.jid), bareJid(to ?? from.jid));
      else if (to === undefined) broadcast(presence, from);
      else if (type === undefined || type === 'unavailable') direct(presence, from, to);
      else router.route(presence);
    },
    leave(endpoint) {
      interested.delete(endpoint);
      if (endpoint.isAvailable || directed.has(endpoint)) broadcast(unavailable(endpoint.jid), endpoint);
    },
    roster(iq, from) {
      const owner = bareJid(from.jid);
      const isOwn = (iq.attrs['to'] ?? owner) === owner;
      if (!isOwn || !isRequest(iq) || !iq.child('query', NS.ROSTER)) return undefined;
      if (iq.attrs['type'] === 'get') {
        interested.add(from);
        const items = rosters.all(owner).flatMap((contact) => (contact.isListed ? [itemOf(contact)] : []));
        return resultOf(iq, element('query', NS.ROSTER, {}, items));
      }
      const asked = readItem(iq);
      if (!asked) return errorOf(iq, 'bad-request');
      if (asked.change) change(owner, asked.jid, asked.change);
      else {
        const contact = rosters.find(owner, asked.jid);
        if (!contact?.isListed) return errorOf(iq, 'item-not-found');
        forget(owner, contact);
      }
      return resultOf(iq);
    },
  };
};
