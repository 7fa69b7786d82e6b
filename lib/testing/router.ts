import { withDelay } from '../protocol/delay.js';
import { withAttributes, type XmlElement } from '../xml/element.js';
import { bareJid, domainOf, nodeOf } from '../xml/jid.js';
import { answerAccount } from './account.js';
import type { DomainSettings } from './options.js';
import { errorOf, isRequest } from './stanzas.js';

/** Somebody with an address who gets stanzas. */
export interface Endpoint {
  readonly jid: string;
  /** Whether it takes what goes to its bare JID. */
  isAvailable: boolean;
  /** What it has said last of being there. */
  presence?: XmlElement | undefined;
  deliver(stanza: XmlElement): void;
  /** Makes room for another with the same JID. */
  evict?(): void;
}

/** Brings stanzas from one address to another (RFC 6120 §10, RFC 6121 §8). */
export interface Router {
  add(endpoint: Endpoint): void;
  remove(endpoint: Endpoint): void;
  /** Who takes what goes to this JID exactly. */
  find(jid: string): Endpoint | undefined;
  /** Who takes what is for everybody at this JID: those available of a bare one, a whole domain, or exactly that one. */
  takers(jid: string): readonly Endpoint[];
  /** The endpoints of a bare JID. */
  all(bare: string): readonly Endpoint[];
  /** Routes a stanza whose `from` is true. */
  route(stanza: XmlElement): void;
  /** Takes what was stored for a bare JID. */
  takeStored(bare: string): readonly XmlElement[];
}

/** Whether somebody can log in under this bare JID with a password. */
export const isAccount = ({ domain, users }: DomainSettings, bare: string): boolean =>
  domainOf(bare) === domain && Object.hasOwn(users, nodeOf(bare) ?? '');

export const createRouter = (settings: DomainSettings): Router => {
  const endpoints = new Map<string, Endpoint>();
  const stored = new Map<string, XmlElement[]>();

  /** Another domain may be one endpoint as a whole. */
  const find = (jid: string): Endpoint | undefined => {
    const domain = domainOf(jid);
    return endpoints.get(jid) ?? (domain === settings.domain ? undefined : endpoints.get(domain));
  };

  const all = (bare: string): readonly Endpoint[] =>
    [...endpoints.values()].filter(({ jid }) => bareJid(jid) === bare);
  /** A negative priority wants nothing that is for the bare JID (RFC 6121 §8.5.2.1.1). */
  const wants = ({ isAvailable, presence }: Endpoint): boolean =>
    isAvailable && !(Number(presence?.child('priority')?.text ?? 0) < 0);
  const available = (bare: string): readonly Endpoint[] => all(bare).filter(wants);

  /** Sends an error back, unless the stanza is an answer itself. */
  const bounce = (stanza: XmlElement, condition: string): void => {
    const { type } = stanza.attrs;
    const answers = stanza.name === 'iq' ? isRequest(stanza) : stanza.name === 'message' && type !== 'error';
    if (answers) find(stanza.attrs['from'] ?? '')?.deliver(errorOf(stanza, condition));
  };

  const store = (stanza: XmlElement, bare: string): void => {
    const { type = 'normal' } = stanza.attrs;
    const keeps = settings.offlineMessages === 'store' && (type === 'normal' || type === 'chat');
    if (!keeps) {
      bounce(stanza, 'service-unavailable');
      return;
    }
    const kept = withDelay(stanza, settings.scheduler.now(), settings.domain);
    stored.set(bare, [...(stored.get(bare) ?? []), kept]);
  };

  const toBare = (stanza: XmlElement, bare: string): void => {
    const takers = available(bare);
    if (stanza.name === 'iq') {
      bounce(stanza, 'service-unavailable');
      return;
    }
    if (takers.length > 0) for (const taker of takers) taker.deliver(stanza);
    else if (stanza.name === 'message' && isAccount(settings, bare)) store(stanza, bare);
    else bounce(stanza, 'service-unavailable');
  };

  const route = (stanza: XmlElement): void => {
    const { from = '' } = stanza.attrs;
    const to = stanza.attrs['to'] ?? bareJid(from);
    const exact = find(to);
    if (exact) {
      exact.deliver(stanza);
      return;
    }
    if (domainOf(to) !== settings.domain) {
      bounce(stanza, 'remote-server-not-found');
      return;
    }
    const answer = answerAccount(stanza, to, settings.domain);
    if (answer) return find(from)?.deliver(answer);
    const isFull = to !== bareJid(to);
    if (!isFull) {
      toBare(stanza, to);
      return;
    }
    if (stanza.name === 'message') toBare(stanza, bareJid(to));
    else bounce(stanza, 'service-unavailable');
  };

  return {
    route,
    find,
    takers: (jid) => [find(jid) ?? all(jid).filter(({ isAvailable }) => isAvailable)].flat(),
    all,
    add: (endpoint) => void endpoints.set(endpoint.jid, endpoint),
    remove(endpoint) {
      if (endpoints.get(endpoint.jid) === endpoint) endpoints.delete(endpoint.jid);
    },
    takeStored(bare) {
      const taken = stored.get(bare) ?? [];
      stored.delete(bare);
      return taken;
    },
  };
};

/** The stanza as it leaves an entity: with its true address as `from`. */
export const stamp = (stanza: XmlElement, from: string): XmlElement => withAttributes(stanza, { from });
