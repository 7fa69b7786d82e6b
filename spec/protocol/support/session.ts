import { TransportError } from '../../../lib/protocol/errors.js';
import { newSession, stepSession } from '../../../lib/protocol/session.js';
import type {
  AttachPlan,
  LoginPlan,
  Plan,
  SessionEffect,
  SessionEvent,
} from '../../../lib/protocol/session-state.js';
import type { Status } from '../../../lib/protocol/status.js';
import type { Outgoing } from '../../../lib/protocol/stream.js';
import { parse } from '../../../lib/xml/parse.js';
import { JID, TOKENS } from './bosh.js';

export const login: LoginPlan = {
  how: 'login',
  jid: 'user@example.com',
  anonymous: false,
  credentials: { jid: 'user@example.com', username: 'user', password: 'pencil' },
  resource: undefined,
  mechanisms: undefined,
  plainAllowed: true,
  nonce: 'fyko+d2lbbFgONRv9qkxdawL',
  iqId: 'b1',
  timeoutMs: 30_000,
  polling: true,
  bindWhenTold: false,
};

export const attach: AttachPlan = {
  how: 'attach',
  tokens: TOKENS,
  verify: true,
  iqId: 'p1',
  timeoutMs: 20_000,
};

const SASL = 'xmlns="urn:ietf:params:xml:ns:xmpp-sasl"';
const BIND = 'xmlns="urn:ietf:params:xml:ns:xmpp-bind"';

export const mechanisms = (...names: readonly string[]): string =>
  `<stream:features><mechanisms ${SASL}>${names.map((name) => `<mechanism>${name}</mechanism>`).join('')}` +
  '</mechanisms><starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/></stream:features>';
export const bindFeatures = (more = ''): string =>
  `<stream:features><bind ${BIND}/>${more}</stream:features>`;
export const success = (data = ''): string => `<success ${SASL}>${data}</success>`;
export const challenge = (data: string): string => `<challenge ${SASL}>${data}</challenge>`;
export const saslFailure = (condition: string): string => `<failure ${SASL}><${condition}/></failure>`;
export const bound = (jid = JID): string =>
  `<iq xmlns="jabber:client" type="result" id="b1"><bind ${BIND}><jid>${jid}</jid></bind></iq>`;
export const refusal = (id: string): string =>
  `<iq xmlns="jabber:client" type="error" id="${id}"><error type="wait">` +
  '<conflict xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>';

export type Fed = { readonly event: SessionEvent; readonly at: number };

/** A session machine that has begun; elements are fed as XML text. */
export const talk = (plan: Plan) => {
  const log: SessionEffect[] = [];
  let state = newSession(plan);
  let now = 1_000;
  let index = 0;

  const feed = (event: SessionEvent): readonly SessionEffect[] => {
    const next = stepSession(state, { at: now, event });
    state = next.state;
    log.push(...next.effects);
    return next.effects;
  };
  feed({ type: 'begin' });

  return {
    state: () => state,
    log,
    feed,
    /** The next element of the server, each in an answer of its own. */
    say: (xml: string): readonly SessionEffect[] => {
      index += 1;
      return feed({ type: 'element', element: parse(xml), ref: { rid: index, index: 0 } });
    },
    /** The app is done with a stanza that was given to it. */
    dispatched: (effect: SessionEffect | undefined, answered: boolean): readonly SessionEffect[] => {
      if (effect?.type !== 'dispatch') throw new Error('nothing was dispatched');
      return feed({ ...effect, type: 'dispatched', answered });
    },
    seen: (probed: boolean, ...xmls: readonly string[]): readonly SessionEffect[] =>
      feed({ type: 'seen', probed, elements: xmls.map((xml) => parse(xml)) }),
    at: (at: number): readonly SessionEffect[] => {
      now = at;
      return feed({ type: 'wake' });
    },
    close: (error?: TransportError): readonly SessionEffect[] =>
      feed({ type: 'closed', error, leftovers: { uncertain: [], undispatched: [] } }),
    statuses: (): readonly Status[] =>
      log.flatMap((effect) => (effect.type === 'status' ? [effect.status] : [])),
  };
};

export type Talk = ReturnType<typeof talk>;

export const told = (effects: readonly SessionEffect[]): readonly Outgoing[] =>
  effects.flatMap((effect) => (effect.type === 'tell' ? [effect.outgoing] : []));

/** What is told apart from confirmations, elements as XML text. */
export const said = (effects: readonly SessionEffect[]): readonly string[] =>
  told(effects).flatMap((outgoing) => {
    if (outgoing.type === 'handled') return [];
    return ['element' in outgoing ? outgoing.element.toString() : outgoing.type];
  });

/** A login by PLAIN that waits for the features after its restart. */
export const restarting = (plan: Partial<LoginPlan> = {}): Talk => {
  const session = talk({ ...login, ...plan });
  session.say(mechanisms('PLAIN'));
  session.say(success());
  return session;
};

export const binding = (plan: Partial<LoginPlan> = {}): Talk => {
  const session = restarting(plan);
  session.say(bindFeatures());
  return session;
};

export const onlineByLogin = (plan: Partial<LoginPlan> = {}): Talk => {
  const session = binding(plan);
  session.say(bound());
  session.feed({ type: 'ready' });
  return session;
};

export const broken = new TransportError('expired', 'It broke');
