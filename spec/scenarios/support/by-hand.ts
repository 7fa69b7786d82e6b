import { NS } from 'rxmpp';
import { body, type BodyAttributes, type SeenRequest } from 'rxmpp/testing';
import { type Actor, ROMEO, type ScriptedStage } from './stage.js';

/** What the scripted server says of a session unless told otherwise. */
export const CREATED: BodyAttributes = {
  ...{
    sid: 'a1',
    wait: 60,
    hold: 1,
    requests: 2,
    inactivity: 30,
    polling: 5,
    ver: '1.11',
    from: 'example.com',
  },
  ...{ 'xmpp:version': '1.0', 'xmpp:restartlogic': true },
};

const mechanism = (name: string): string => `<mechanism>${name}</mechanism>`;

/** The features before a login. */
export const offers = (mechanisms: readonly string[], more = ''): string =>
  `<stream:features>${more}<mechanisms xmlns="${NS.SASL}">${mechanisms.map(mechanism).join('')}</mechanisms></stream:features>`;

/** The features after it. */
export const bindOffer = (more = ''): string =>
  `<stream:features><bind xmlns="${NS.BIND}"/>${more}</stream:features>`;

export const SUCCESS = `<success xmlns="${NS.SASL}"/>`;

export const boundTo = (id: string, jid: string): string =>
  `<iq xmlns="jabber:client" type="result" id="${id}"><bind xmlns="${NS.BIND}"><jid>${jid}</jid></bind></iq>`;

export const message = (text: string, from = 'juliet@example.com/balcony'): string =>
  `<message xmlns="jabber:client" from="${from}" type="chat"><body>${text}</body></message>`;

/** The id of the only stanza in a request. */
export const idIn = (request: SeenRequest): string => request.body.children[0]?.attrs['id'] ?? '';

type Server = Pick<ScriptedStage, 'server' | 'pass'>;

/** Begins a login, for which the server offers these mechanisms. */
export const beginLogin = (
  { server, pass }: Server,
  { client }: Actor,
  mechanisms: readonly string[] = ['PLAIN'],
): void => {
  client.connect(ROMEO);
  pass(0);
  server.answer('oldest', body(CREATED, offers(mechanisms)));
  pass(0);
};

/** The same by PLAIN, with success: the restart of the stream is on its way. */
export const passLogin = (stage: Server, actor: Actor): void => {
  beginLogin(stage, actor);
  stage.server.answer('oldest', body({}, SUCCESS));
  stage.pass(0);
};

export interface HandLogin {
  readonly created?: BodyAttributes;
  readonly jid?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Logs in by PLAIN, answering every request as it comes; leaves one poll open. */
export const logInByHand = (
  { server, pass }: ScriptedStage,
  { client }: Actor,
  { created = CREATED, jid = ROMEO.jid, headers }: HandLogin = {},
): void => {
  const say = (attributes: BodyAttributes, ...children: readonly string[]): void => {
    pass(0);
    server.answer('oldest', { body: body(attributes, ...children), ...(headers && { headers }) });
  };
  client.connect(ROMEO);
  say(created, offers(['PLAIN']));
  say({}, SUCCESS);
  say({}, bindOffer());
  pass(0);
  say({}, boundTo(idIn(server.open[0]!), jid));
  pass(0);
};
