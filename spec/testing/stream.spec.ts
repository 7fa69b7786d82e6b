import * as NS from '../../lib/protocol/ns.js';
import { bindIq, logIn, message, plainAuth, stage, type Sent, type Stage } from './support/hand.js';

const named = (sent: Sent): readonly string[] => sent.body.children.map(({ name }) => name);

/** Sends these bodies, one each millisecond, after the creation request. */
const play = (
  options: Parameters<typeof stage>[0],
  bodies: readonly Parameters<Stage['hand']['send']>[],
): Sent[] => {
  const sent: Sent[] = [];
  stage(options, ({ hand, at }) => {
    at(0, () => sent.push(hand.create()));
    bodies.forEach((content, index) => at(index + 1, () => sent.push(hand.send(...content))));
  });
  return sent;
};

const restart: Parameters<Stage['hand']['send']> = ['', { 'xmpp:restart': true }];
const auth = plainAuth('romeo', 'montague');

describe('a login', () => {
  it('goes through success, restart and bind', () => {
    const sent = play({}, [[auth], restart, [bindIq('balcony')]]);
    expect(sent.map(named)).toEqual([['features'], ['success'], ['features'], ['iq']]);
    expect(sent[2]?.body.child('features')?.children.map(({ name }) => name)).toEqual(['bind', 'session']);
    const jid = sent[3]?.body.child('iq')?.child('bind', NS.BIND)?.child('jid')?.text;
    expect(jid).toBe('romeo@example.com/balcony');
  });

  it('generates a resource when none is asked for', () => {
    const sent = play({}, [[auth], restart, [bindIq()]]);
    expect(sent[3]?.body.child('iq')?.textContent).toBe('romeo@example.com/resource-1');
  });

  it('may bind another resource than asked for', () => {
    const sent = play({ resource: (asked) => `my-${asked ?? ''}` }, [[auth], restart, [bindIq('balcony')]]);
    expect(sent[3]?.body.child('iq')?.textContent).toBe('romeo@example.com/my-balcony');
  });

  it('says why it failed, and can be tried again', () => {
    const sent = play({}, [[plainAuth('romeo', 'wrong')], [`<abort xmlns="${NS.SASL}"/>`], [auth]]);
    expect(sent.slice(1).map((one) => one.body.children[0]?.children[0]?.name)).toEqual([
      'not-authorized',
      'aborted',
      undefined,
    ]);
    expect(sent[3] && named(sent[3])).toEqual(['success']);
  });

  it.each([
    ['before the login', [[message('x')]]],
    ['before bind', [[auth], restart, [message('x')]]],
    ['by another login', [[auth], [auth]]],
  ] as const)('ends with a stream error by a stanza %s', (_, bodies) => {
    const last = play(
      {},
      bodies.map((content) => [...content]),
    ).at(-1);
    expect(last?.body.attrs).toMatchObject({ type: 'terminate', condition: 'remote-stream-error' });
    expect(last?.body.child('error', NS.STREAM)?.child('not-authorized', NS.STREAMS)).toBeDefined();
  });

  it.each([
    ['optional', ['bind', 'session'], 1],
    ['required', ['bind', 'session'], 0],
    ['none', ['bind'], undefined],
  ] as const)('offers the session feature as %s', (session, features, optionals) => {
    const sent = play({ session }, [[auth], restart]);
    const offered = sent[2]?.body.child('features');
    expect(offered?.children.map(({ name }) => name)).toEqual(features);
    expect(offered?.child('session')?.children.length).toBe(optionals);
  });
});

describe('a resource that is taken', () => {
  const twice = (conflict: 'replace' | 'refuse' | 'rename') => {
    const held: Sent[] = [];
    let jids: (string | undefined)[] = [];
    stage({ conflict }, (set) => {
      logIn(set, 0, 'romeo', 'balcony');
      set.at(5, () => held.push(set.hand.send()));
      logIn(set, 10, 'romeo', 'balcony');
      set.at(14, () => (jids = set.domain.sessions.map(({ jid }) => jid)));
    });
    return { held: held[0], jids };
  };

  it('is taken over: the older session ends with conflict', () => {
    const { held, jids } = twice('replace');
    expect(held?.body.child('error', NS.STREAM)?.child('conflict', NS.STREAMS)).toBeDefined();
    expect(jids).toEqual(['romeo@example.com/balcony']);
  });

  it('stays taken', () => {
    expect(twice('refuse').jids).toEqual(['romeo@example.com/balcony', undefined]);
  });

  it('gets another name', () => {
    expect(twice('rename').jids).toEqual(['romeo@example.com/balcony', 'romeo@example.com/resource-1']);
  });
});
