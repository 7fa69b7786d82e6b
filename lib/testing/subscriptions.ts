import * as NS from '../protocol/ns.js';
import { element, type XmlElement } from '../xml/element.js';
import type { Contact, Rosters } from './roster.js';

/** Presence that asks for presence, or grants, ends or refuses it (RFC 6121 §3). */
export type Subscription = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';

const KINDS: readonly string[] = ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'];

export const isSubscription = (type: string | undefined): type is Subscription => KINDS.includes(type ?? '');

/** What the account of the sender does about it: what it writes down; undefined where there is nothing to ask or to grant. */
export const sent = (type: Subscription, contact: Contact | undefined): Partial<Contact> | undefined => {
  switch (type) {
    case 'subscribe':
      return { asks: contact?.to !== true, isListed: true };
    case 'unsubscribe':
      return { to: false, asks: false };
    case 'subscribed':
      return contact?.isWaiting ? { from: true, isWaiting: false, isListed: true } : undefined;
    case 'unsubscribed':
      return contact?.from || contact?.isWaiting ? { from: false, isWaiting: false } : undefined;
  }
};

/** The same for the account it comes to. */
export const arrived = (type: Subscription, contact: Contact | undefined): Partial<Contact> | undefined => {
  switch (type) {
    case 'subscribe':
      return contact?.from ? undefined : { isWaiting: true };
    case 'unsubscribe':
      return contact?.from || contact?.isWaiting ? { from: false, isWaiting: false } : undefined;
    case 'subscribed':
      return contact?.asks ? { to: true, asks: false } : undefined;
    case 'unsubscribed':
      return contact?.to || contact?.asks ? { to: false, asks: false } : undefined;
  }
};

/** The presence that says so, as it arrives. */
export const subscription = (type: Subscription | 'unavailable', from: string, to: string): XmlElement =>
  element('presence', NS.CLIENT, { type, from, to });

/** Who sees the presence of an account. */
export const seenBy = (rosters: Rosters, owner: string): readonly string[] =>
  rosters.all(owner).flatMap(({ jid, from }) => (from ? [jid] : []));

/** Whose presence an account sees. */
export const sees = (rosters: Rosters, owner: string): readonly string[] =>
  rosters.all(owner).flatMap(({ jid, to }) => (to ? [jid] : []));
