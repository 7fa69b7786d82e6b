import * as NS from '../protocol/ns.js';
import { element, type XmlElement } from '../xml/element.js';
import { bareJid } from '../xml/jid.js';

/** What an account knows of somebody (RFC 6121 §2.1.2, §A.1). */
export interface Contact {
  readonly jid: string;
  readonly name?: string | undefined;
  readonly groups: readonly string[];
  /** Whether it is in the roster; one who has only asked is not. */
  readonly isListed: boolean;
  /** Whether the account sees their presence. */
  readonly to: boolean;
  /** Whether they see that of the account. */
  readonly from: boolean;
  /** Whether the account has asked to see theirs. */
  readonly asks: boolean;
  /** Whether they have asked, and wait for an answer. */
  readonly isWaiting: boolean;
}

/** The contacts of every account, by bare JID. */
export interface Rosters {
  all(owner: string): readonly Contact[];
  find(owner: string, jid: string): Contact | undefined;
  /** Writes down what has changed; a contact that was not known is made. */
  change(owner: string, jid: string, change: Partial<Contact>): Contact;
  remove(owner: string, jid: string): void;
}

const stranger = (jid: string): Contact => ({
  ...{ jid, groups: [], isListed: false, to: false, from: false, asks: false, isWaiting: false },
});

export const createRosters = (): Rosters => {
  const rosters = new Map<string, Map<string, Contact>>();
  const of = (owner: string): Map<string, Contact> => {
    const roster = rosters.get(owner) ?? new Map<string, Contact>();
    rosters.set(owner, roster);
    return roster;
  };
  return {
    all: (owner) => [...of(owner).values()],
    find: (owner, jid) => of(owner).get(jid),
    change(owner, jid, change) {
      const contact = { ...(of(owner).get(jid) ?? stranger(jid)), ...change };
      of(owner).set(jid, contact);
      return contact;
    },
    remove: (owner, jid) => void of(owner).delete(jid),
  };
};

const subscriptionOf = ({ to, from }: Contact): string => {
  if (to) return from ? 'both' : 'to';
  return from ? 'from' : 'none';
};

/** The item of a contact (RFC 6121 §2.1.2). */
export const itemOf = (contact: Contact): XmlElement =>
  element(
    'item',
    NS.ROSTER,
    {
      jid: contact.jid,
      name: contact.name,
      subscription: subscriptionOf(contact),
      ask: contact.asks ? 'subscribe' : undefined,
    },
    contact.groups.map((group) => element('group', NS.ROSTER, {}, [group])),
  );

/** The item that says that somebody is a contact no more. */
export const removedItem = (jid: string): XmlElement =>
  element('item', NS.ROSTER, { jid, subscription: 'remove' });

/** What a roster set asks for: a bare JID and what is to be known of it; undefined where it makes no sense (RFC 6121 §2.3). */
export const readItem = (
  iq: XmlElement,
): { readonly jid: string; readonly change: Partial<Contact> | undefined } | undefined => {
  const items = iq.child('query', NS.ROSTER)?.childrenOf('item') ?? [];
  const [item] = items;
  const { jid, name, subscription } = item?.attrs ?? {};
  if (!item || items.length !== 1 || jid === undefined) return undefined;
  const groups = item.childrenOf('group').map(({ text }) => text);
  const change = subscription === 'remove' ? undefined : { name, groups, isListed: true };
  return { jid: bareJid(jid), change };
};
