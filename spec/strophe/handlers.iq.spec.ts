import { $iq, type Strophe } from 'rxmpp';
import { inDomain, JULIET, ROMEO } from './support/page.js';

describe('an iq request', () => {
  const ask = $iq({ type: 'get', id: 'q1', from: ROMEO })
    .c('query', { xmlns: 'urn:example:question' })
    .tree();

  /** The types of all answers that leave after the handlers have been added. */
  const answers = (
    prepare: (connection: Strophe.Connection) => void,
    answered?: boolean,
  ): readonly unknown[] => {
    const types: unknown[] = [];
    inDomain(({ online, pass, domain, unhandled }) => {
      const { connection } = online({ answers: () => answered === true });
      prepare(connection);
      domain.deliver(JULIET, ask);
      pass(1000);
      const iqs = domain.received(JULIET).filter(({ attrs }) => attrs['id'] === 'q1');
      types.push(...iqs.map(({ attrs }) => attrs['type']));
      unhandled();
    })();
    return types;
  };

  it('that no handler takes is refused', () => {
    expect(answers((connection) => connection.addHandler(() => true, 'urn:example:other'))).toEqual([
      'error',
    ]);
  });

  it('that a handler without conditions sees is refused all the same', () => {
    expect(answers((connection) => connection.addHandler(() => true))).toEqual(['error']);
  });

  it('that a handler with a condition takes is left to it, stays it or not', () => {
    expect(answers((connection) => connection.addHandler(() => true, 'urn:example:question'))).toEqual([]);
    expect(answers((connection) => connection.addHandler(() => false, null, 'iq', ['get', 'set']))).toEqual(
      [],
    );
  });

  it('that a handler answers is answered once', () => {
    const reply = $iq({ type: 'result', id: 'q1', to: ROMEO });
    expect(answers((connection) => connection.addHandler(() => connection.send(reply), null, 'iq'))).toEqual([
      'result',
    ]);
    expect(answers((connection) => connection.addHandler(() => connection.send(reply)))).toEqual(['result']);
  });

  it('at which a handler throws is refused', () => {
    const fail = (): never => {
      throw new Error('a mistake');
    };
    expect(answers((connection) => connection.addHandler(fail, null, 'iq'))).toEqual(['error']);
  });

  it('that options.answers claims is left to the app', () => {
    expect(answers(() => undefined, true)).toEqual([]);
  });
});
