import { parseBody } from '../../../lib/protocol/bosh-body.js';
import type { BoshState } from '../../../lib/protocol/bosh-state.js';
import { XmlError } from '../../../lib/protocol/errors.js';
import { stepSession } from '../../../lib/protocol/session.js';
import type { SessionState } from '../../../lib/protocol/session-state.js';
import { parse } from '../../../lib/xml/parse.js';
import { attached, message, online, opening, ping, uploaded } from '../../protocol/support/bosh.js';
import { play, type Play } from '../../protocol/support/player.js';
import { attach, binding, login, mechanisms, restarting, talk } from '../../protocol/support/session.js';

const sending = online();
sending.send(message('m'));
uploaded(sending, sending.state().rid - 1);
const probing = attached();
probing.tell({ type: 'probe', element: ping });
const leaving = online();
leaving.tell({ type: 'terminate', elements: [], upTo: 0 });

const authenticating = talk(login);
authenticating.say(mechanisms('SCRAM-SHA-1'));

/** BOSH sessions in which an answer can come: being opened, waiting, sending, being proven, being ended. */
const BOSH: readonly BoshState[] = [opening(), online(), sending, probing, leaving].map((one: Play) =>
  one.state(),
);

/** XMPP sessions in which an element can come. */
const SESSIONS: readonly SessionState[] = [
  talk(login),
  authenticating,
  restarting(),
  binding(),
  talk(attach),
  talk({ ...attach, verify: false }),
].map((one) => one.state());

const fail = (what: string): never => {
  throw new Error(what);
};

/** The parser either gives an element or says why not, in its own words. */
const feedParser = (text: string): void => {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    if (error.message.length > 400) fail('an error that quotes a document at length');
  }
};

const feedBosh = (state: BoshState, text: string, status: number): void => {
  const [flight] = state.flights;
  const session = play(state);
  const { rid = 0, sent: attempt = 0 } = flight ?? {};
  session.tell({ type: 'answered', rid, attempt, status, text, retryAfterMs: 0 });
  const { flights, online: isOnline, phase, wakeAt } = session.state();
  if (flights.length > 4) fail(`${flights.length} requests`);
  const idle = wakeAt === undefined && flights.every((one) => one.phase === 'waiting');
  if (isOnline && phase !== 'closed' && idle) fail('a session that waits for nothing');
  if (session.all('post').length > 3) fail('a flood of requests');
};

const feedSession = (state: SessionState, text: string): void => {
  const read = parseBody(text);
  const elements = read && 'answer' in read ? read.answer.children : [];
  let now = state;
  elements.slice(0, 50).forEach((element, index) => {
    now = stepSession(now, { at: 2_000, event: { type: 'element', element, ref: { rid: 1, index } } }).state;
  });
  now = stepSession(now, { at: 3_000, event: { type: 'seen', elements, probed: true } }).state;
  if (now.early.length > elements.length) fail('more stanzas than came');
};

/**
 * Gives a text to what reads what a server says: the parser, and a session of each layer, which one depends on the text. Throws
 * when something is not as it should be.
 */
export const feed = (text: string, status: number): void => {
  feedParser(text);
  const which = text.length + status;
  feedBosh(BOSH[which % BOSH.length] as BoshState, text, status);
  feedSession(SESSIONS[which % SESSIONS.length] as SessionState, text);
};
