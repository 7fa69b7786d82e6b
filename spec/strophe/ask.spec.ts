import { $iq, $msg, type Stanza, Strophe } from 'rxmpp';
import type { Peer } from 'rxmpp/testing';
import { inDomain, JULIET, ROMEO, refusal } from './support/page.js';

const question = (id?: string): Strophe.Builder =>
  $iq({ type: 'get', to: ROMEO, id }).c('query', { xmlns: 'urn:example:question' });

/** Answers the last question. */
const answer = (peer: Peer, type: 'result' | 'error'): void => {
  const { id, from } = peer.received.at(-1)?.attrs ?? {};
  const reply = $iq({ type, id, to: from });
  if (type === 'error') reply.c('error', { type: 'cancel' }).c('forbidden', { xmlns: Strophe.NS.STANZAS });
  peer.send(reply.tree());
};

/** Notes which callback got what. */
const noted = () => {
  const notes: string[] = [];
  const note = (name: string) => (stanza: Stanza | null) => {
    notes.push(`${name}: ${stanza?.attrs['type'] ?? 'null'}`);
    return true;
  };
  return { notes, onResult: note('onResult'), onError: note('onError'), handler: note('handler') };
};

describe('sendIQ', () => {
  it(
    'sends the iq and gives its result to the first callback',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { notes, onResult, onError } = noted();
      const id = online().connection.sendIQ(question('q1'), onResult, onError);
      pass(1000);
      expect(id).toBe('q1');
      expect(romeo.received.map(({ attrs }) => attrs)).toEqual([
        { type: 'get', id: 'q1', to: ROMEO, from: JULIET },
      ]);
      expect(romeo.received[0]?.child('query', 'urn:example:question')).toBeDefined();
      answer(romeo, 'result');
      pass(1000);
      expect(notes).toEqual(['onResult: result']);
    }),
  );

  it(
    'needs only one of the callbacks',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { notes, onResult, onError } = noted();
      const { connection } = online();
      for (const type of ['result', 'error'] as const) {
        connection.sendIQ(question(), onResult);
        pass(1000);
        answer(romeo, type);
        connection.sendIQ(question(), null, onError);
        pass(1000);
        answer(romeo, type);
        pass(1000);
      }
      expect(notes).toEqual(['onResult: result', 'onError: error']);
    }),
  );

  it(
    'names an iq without an id, each by another one',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      const ids = [question(), question(), question('')].map((iq) => connection.sendIQ(iq));
      pass(1000);
      expect(
        domain
          .received(JULIET)
          .slice(-3)
          .map(({ attrs }) => attrs['id']),
      ).toEqual(ids);
      expect(new Set(ids).size).toBe(3);
      expect(ids).toEqual(ids.map(() => expect.stringMatching(/^\w{20,}:sendIQ$/) as string));
    }),
  );

  it(
    'gives up after the timeout: null to the second callback; a later answer is for handlers',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { notes, onResult, onError, handler } = noted();
      const { connection } = online();
      connection.addHandler(handler, null, 'iq', ['result', 'error']);
      connection.sendIQ(question(), onResult, onError, 5000);
      pass(4999);
      expect(notes).toEqual([]);
      pass(1);
      expect(notes).toEqual(['onError: null']);
      answer(romeo, 'result');
      pass(1000);
      expect(notes).toEqual(['onError: null', 'handler: result']);
    }),
  );

  it(
    'waits without a timeout as long as the session lasts',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { notes, onResult, onError } = noted();
      const { connection } = online();
      connection.sendIQ(question(), onResult, onError);
      pass(3_600_000);
      expect(notes).toEqual([]);
      answer(romeo, 'result');
      pass(1000);
      expect(notes).toEqual(['onResult: result']);
    }),
  );

  it(
    'tells the second callback null when the session ends first, before DISCONNECTED',
    inDomain(({ page, pass, domain }) => {
      domain.user(ROMEO);
      const { notes, onResult, onError } = noted();
      const { connection } = page();
      connection.connect(JULIET, 'capulet', (status) => {
        if (status === Strophe.Status.DISCONNECTED) notes.push('DISCONNECTED');
      });
      pass(1000);
      connection.sendIQ(question(), onResult, onError);
      pass(1000);
      connection.disconnect();
      pass(1000);
      expect(notes).toEqual(['onError: null', 'DISCONNECTED']);
    }),
  );

  it(
    'leaves the answer to handlers when there is no callback',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { notes, handler } = noted();
      const { connection } = online();
      const id = connection.sendIQ(question());
      connection.addHandler(handler, null, 'iq', null, id);
      pass(1000);
      answer(romeo, 'result');
      pass(1000);
      expect(notes).toEqual(['handler: result']);
    }),
  );

  it(
    'gives the answer to handlers that match it as well',
    inDomain(({ online, pass, domain }) => {
      const romeo = domain.user(ROMEO);
      const { notes, onResult, onError, handler } = noted();
      const { connection } = online();
      connection.addHandler(handler);
      for (const type of ['result', 'error'] as const) {
        connection.sendIQ(question(), onResult, onError);
        pass(1000);
        answer(romeo, type);
        pass(1000);
      }
      expect(notes).toEqual(['handler: result', 'onResult: result', 'handler: error', 'onError: error']);
    }),
  );

  it(
    'reports what a callback throws, and goes on',
    inDomain(({ online, pass, domain, unhandled }) => {
      const romeo = domain.user(ROMEO);
      const { connection, heard } = online();
      const fail = (stanza: Stanza | null): never => {
        throw new Error(stanza?.attrs['type'] ?? 'null');
      };
      for (const type of ['result', 'error'] as const) {
        connection.sendIQ(question(), fail, fail);
        pass(1000);
        answer(romeo, type);
        pass(1000);
      }
      expect(unhandled()).toEqual([new Error('result'), new Error('error')]);
      connection.send($msg({ to: ROMEO }));
      pass(1000);
      expect(romeo.received.at(-1)?.name).toBe('message');
      expect(heard.at(-1)).toBe('CONNECTED');
    }),
  );

  it(
    'refuses what is no element, at the call',
    inDomain(({ online }) => {
      const { connection } = online();
      const text: unknown = question().toString();
      const send = (): unknown => connection.sendIQ(text as Stanza, () => undefined);
      expect(send).toThrow(refusal('UsageError', 'not-an-element'));
    }),
  );
});
