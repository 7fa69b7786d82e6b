import { $pres } from 'rxmpp';
import { type FaultAction, memoryStorage } from 'rxmpp/testing';
import { like } from './support/expected.js';
import { KEY } from './support/pages.js';
import { type Actor, inDomain, ROMEO } from './support/stage.js';

const TOKENS = { jid: ROMEO.jid, sid: 'a1', rid: 1000 };
const CUT_OFF = '<body xmlns="http://jabber.org/protocol/httpbind" sid="a1"';
const HTML = '<html><p>Welcome to our <b>Wi-Fi</p></html>';

/** Each way to a session, the phase in which it fails, and what it says when it never gets a usable answer. */
const WAYS = [
  ['connect', 'connect', (romeo: Actor) => romeo.client.connect(ROMEO)],
  ['attach', 'attach', (romeo: Actor) => romeo.client.attach(TOKENS)],
  ['restore', 'attach', (romeo: Actor) => romeo.client.restore()],
] as const;

type Trouble = readonly [what: string, action: FaultAction, atLogin: string, later: string];

/** What the network does to every request, and the condition that a login and the two others fail with. */
const TROUBLES: readonly Trouble[] = [
  ['nobody can be reached', { drop: true }, 'network', 'timeout'],
  ['nobody ever answers', { hang: true }, 'timeout', 'timeout'],
  ['HTML answers', { answer: { body: HTML } }, 'bad-answer', 'timeout'],
  [
    'HTML answers with status 404',
    { answer: { status: 404, body: HTML } },
    'item-not-found',
    'item-not-found',
  ],
  ['HTML answers with status 502', { answer: { status: 502, body: HTML } }, 'http', 'timeout'],
  ['the answer is cut off', { answer: { body: CUT_OFF } }, 'bad-answer', 'timeout'],
  ['the answer is empty', { answer: { body: '' } }, 'bad-answer', 'timeout'],
  [
    'other XML answers',
    { answer: { body: '<feed xmlns="http://www.w3.org/2005/Atom"/>' } },
    'bad-answer',
    'timeout',
  ],
];

const CASES = WAYS.flatMap(([way, during, open]) =>
  TROUBLES.map(([what, action, atLogin, later]) => {
    const condition = way === 'connect' ? atLogin : later;
    return { way, what, during, open, action, condition };
  }),
);

describe('no way to a session hangs, or loses what was sent', () => {
  it.each(CASES)('$way when $what: $condition', ({ during, open, action, condition }) => {
    inDomain(({ actor, domain, pass }) => {
      const storage = memoryStorage({ [KEY]: JSON.stringify(TOKENS) });
      domain.intercept(() => action);
      const romeo = actor({ keepalive: true, storage });
      romeo.client.send($pres({ id: 'early' }));
      open(romeo);
      pass(60_000);
      expect(romeo.status).toMatchObject({
        ...{ type: 'failed', during, error: { condition }, uncertain: [], undispatched: [] },
        unsent: [like({ name: 'presence', attrs: { id: 'early' } })],
      });
      expect(romeo.statuses.filter(({ type }) => type === 'failed')).toHaveLength(1);
      const asked = romeo.requests.length;
      pass(600_000);
      expect([romeo.requests.length, romeo.open, romeo.timers]).toEqual([asked, [], 0]);
    })();
  });
});
