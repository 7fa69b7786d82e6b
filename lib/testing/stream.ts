import * as NS from '../protocol/ns.js';
import { element, type XmlElement } from '../xml/element.js';
import type { DomainSettings } from './options.js';
import type { Presences } from './presence.js';
import { stamp, type Endpoint, type Router } from './router.js';
import { createSaslServer, type SaslStep } from './sasl.js';
import { boundFeatures, errorOf, loginFeatures, resultOf, streamError } from './stanzas.js';

/** What lies under a stream: the session of a transport. */
export interface StreamCarrier {
  readonly send: (element: XmlElement) => void;
  /** Ends the session with a stream error. */
  readonly end: (error: XmlElement) => void;
  /** Whether stream management is to be had (XEP-0198). */
  readonly managed?: boolean;
}

/** The server's side of one XMPP stream, whatever carries it (RFC 6120 §4–§8). */
export interface Stream {
  /** The full JID, once bound. */
  readonly jid: string | undefined;
  /** Who has logged in. */
  readonly node: string | undefined;
  /** A stream header came, the first or a restart: answers with the features. */
  open(): void;
  receive(element: XmlElement): void;
  /** The carrier has ended; `undelivered` never reached the client. */
  close(undelivered: readonly XmlElement[]): void;
}

export interface StreamHost {
  readonly settings: DomainSettings;
  readonly router: Router;
  readonly presences: Presences;
  /** Is told every stanza of a bound stream before it is routed. */
  readonly record: (jid: string, stanza: XmlElement) => void;
}

export const createStream = (host: StreamHost, carrier: StreamCarrier): Stream => {
  const { settings, router, presences } = host;
  const sasl = createSaslServer(settings);
  let node: string | undefined;
  let endpoint: Endpoint | undefined;

  const reply = (step: SaslStep): void => {
    const content = step.type === 'failure' ? [element(step.condition, NS.SASL)] : [step.data];
    carrier.send(
      element(
        step.type,
        NS.SASL,
        {},
        content.filter((item) => item !== ''),
      ),
    );
    if (step.type === 'success') node = step.node;
  };

  const negotiate = ({ name, attrs, text }: XmlElement): void => {
    if (node !== undefined) carrier.end(streamError('not-authorized'));
    else if (name === 'auth') reply(sasl.auth(attrs['mechanism'] ?? '', text));
    else if (name === 'response') reply(sasl.response(text));
    else reply({ type: 'failure', condition: 'aborted' });
  };

  /** The full JID for a wanted resource; undefined where it is taken and stays so. */
  const allot = (asked: string | undefined): string | undefined => {
    const bare = `${node}@${settings.domain}`;
    const jid = `${bare}/${settings.resource(asked)}`;
    const holder = router.find(jid);
    if (!holder || settings.conflict === 'replace') return jid;
    return settings.conflict === 'rename' ? `${bare}/${settings.ids('resource')}` : undefined;
  };

  const bind = (iq: XmlElement): void => {
    const asked = iq.child('bind', NS.BIND)?.child('resource')?.text;
    const jid = allot(asked === '' ? undefined : asked);
    if (jid === undefined) {
      carrier.send(errorOf(iq, 'conflict', 'modify'));
      return;
    }
    router.find(jid)?.evict?.();
    endpoint = {
      jid,
      isAvailable: false,
      deliver: carrier.send,
      evict: () => carrier.end(streamError('conflict')),
    };
    router.add(endpoint);
    carrier.send(resultOf(iq, element('bind', NS.BIND, {}, [element('jid', NS.BIND, {}, [jid])])));
  };

  const receiveBound = (stanza: XmlElement, from: Endpoint): void => {
    host.record(from.jid, stanza);
    const stamped = stamp(stanza, from.jid);
    const answer = presences.roster(stamped, from);
    if (answer) from.deliver(answer);
    else if (stanza.name === 'presence') presences.take(stamped, from);
    else router.route(stamped);
  };

  return {
    get jid() {
      return endpoint?.jid;
    },
    get node() {
      return node;
    },
    open: () =>
      carrier.send(
        node === undefined
          ? loginFeatures(settings.mechanisms)
          : boundFeatures(settings.session, carrier.managed === true),
      ),
    receive(item) {
      if (item.ns === NS.SASL) negotiate(item);
      else if (endpoint) receiveBound(item, endpoint);
      else if (node !== undefined && item.child('bind', NS.BIND)) bind(item);
      else carrier.end(streamError('not-authorized'));
    },
    close(undelivered) {
      if (!endpoint) return;
      const gone = endpoint;
      endpoint = undefined;
      router.remove(gone);
      presences.leave(gone);
      for (const stanza of undelivered) if (stanza.attrs['to'] !== undefined) router.route(stanza);
    },
  };
};
