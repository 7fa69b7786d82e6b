import { $msg } from 'rxmpp';
import { body } from 'rxmpp/testing';
import { CREATED, logInByHand, message } from './support/by-hand.js';
import { inDomain, ROMEO, withServer } from './support/stage.js';

const text = (content: string) =>
  $msg({ to: 'juliet@example.com/balcony', type: 'chat' }).c('body').t(content);
const MAX_RID = Number.MAX_SAFE_INTEGER;

/** XEP-0124 §11, §14.1, §14.2. */
describe('requests, their numbers and their order', () => {
  it(
    'keeps no more requests open than the server allows, however much is sent',
    inDomain(
      ({ actor, domain, pass }) => {
        const juliet = domain.user('juliet@example.com/balcony');
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(1000);
        const said = Array.from({ length: 10 }, (_, i) => `${i}`);
        for (const one of said) {
          romeo.client.send(text(one));
          romeo.client.flush();
          pass(30);
        }
        pass(1000);
        expect(romeo.mostOpen).toBe(2);
        expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(said);
      },
      { latencyMs: 70 },
    ),
  );

  it(
    'keeps to two requests when the server does not say how many it allows',
    inDomain(
      ({ actor, domain, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(1000);
        for (let i = 0; i < 10; i++) {
          romeo.client.send(text(`${i}`));
          romeo.client.flush();
          pass(30);
        }
        pass(1000);
        expect(romeo.mostOpen).toBe(2);
        expect(domain.received(ROMEO.jid)).toHaveLength(10);
      },
      { latencyMs: 70, bosh: { requests: undefined } },
    ),
  );

  it(
    'keeps to one request, and to the pace of the server, where the session is a polling one',
    inDomain(
      ({ actor, domain, pass }) => {
        const juliet = domain.user('juliet@example.com/balcony');
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        const [online] = domain.requests.slice(5).map(({ at }) => at);
        pass(21_000);
        expect(online).toBe(0);
        expect(domain.requests.slice(5).map(({ at }) => at)).toEqual([0, 5000, 10_000, 15_000, 20_000]);
        romeo.client.send(text('at once'));
        pass(100);
        expect(juliet.received).toHaveLength(1);
        pass(60_000);
        expect(romeo.mostOpen).toBe(1);
        expect(romeo.status).toMatchObject({ type: 'online' });
      },
      { bosh: { wait: 0, hold: 0, requests: 1, polling: 5 } },
    ),
  );

  it(
    'gives nothing to the app before its turn: answers are read in the order of the requests',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.send(text('hello'));
      pass(100);
      const [poll, data] = romeo.open;
      server.answer(data!.rid!, body({}, message('second')));
      pass(1000);
      expect(romeo.stanzas).toEqual([]);
      server.answer(poll!.rid!, body({}, message('first')));
      pass(0);
      expect(romeo.stanzas.map((stanza) => stanza.child('body')?.text)).toEqual(['first', 'second']);
    }),
  );

  it(
    'keeps the order of two answers that arrive in the same moment',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo);
      romeo.client.send(text('hello'));
      pass(100);
      const [poll, data] = romeo.open;
      server.answer(poll!.rid!, body({}, message('first')));
      server.answer(data!.rid!, body({}, message('second')));
      expect(romeo.stanzas.map((stanza) => stanza.child('body')?.text)).toEqual(['first', 'second']);
    }),
  );

  it(
    'ends the session before its request numbers pass 2^53 - 1',
    withServer((stage) => {
      const { actor, server, pass } = stage;
      const romeo = actor();
      romeo.client.attach({ jid: ROMEO.jid, sid: 'a1', rid: MAX_RID - 3 });
      pass(0);
      const { id } = romeo.requests[0]!.body.children[0]!.attrs;
      server.answer(
        'oldest',
        body({}, `<iq xmlns="jabber:client" type="result" id="${id}" to="${ROMEO.jid}"/>`),
      );
      pass(0);
      expect(romeo.status).toMatchObject({ type: 'online' });
      const said = romeo.client.send(text('the last one'));
      expect(said.id).not.toBe('');
      pass(100);
      while (romeo.open.length > 0) {
        server.answer('newest', body({ type: 'terminate' }));
        pass(0);
      }
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'session',
        error: { condition: 'rid-exhausted' },
      });
      expect(romeo.requests.map(({ rid }) => rid)).toEqual([MAX_RID - 3, MAX_RID - 2, MAX_RID - 1]);
      expect(romeo.requests.at(-1)!.body.attrs['type']).toBe('terminate');
      expect(romeo.status).toMatchObject({ unsent: [expect.objectContaining({ name: 'message' })] });
    }),
  );

  it(
    'sends a stanza with the next request, not behind an empty one, when none is open',
    inDomain(
      ({ actor, domain, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(0);
        romeo.client.pause();
        pass(60_000);
        expect(romeo.open).toEqual([]);
        const before = romeo.requests.length;
        romeo.client.send(text('hello'));
        romeo.client.resume();
        pass(100);
        expect(romeo.requests[before]!.body.children.map(({ name }) => name)).toEqual(['message']);
        expect(domain.received(ROMEO.jid)).toHaveLength(1);
      },
      { bosh: { inactivity: 120 } },
    ),
  );

  it(
    'sends no second empty request while the server holds one',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      const before = romeo.requests.length;
      pass(59_999);
      expect(romeo.requests).toHaveLength(before);
      expect(romeo.open).toHaveLength(1);
    }),
  );

  it(
    'asks again exactly once, at once, when the server answers with nothing',
    inDomain(({ actor, pass }) => {
      const romeo = actor();
      romeo.client.connect(ROMEO);
      pass(0);
      const before = romeo.requests.length;
      pass(60_000);
      expect(romeo.requests.slice(before)).toMatchObject([{ at: 60_000, body: { children: [] } }]);
      pass(150);
      expect(romeo.requests).toHaveLength(before + 1);
    }),
  );

  it(
    'starts no request before the one below it has left completely',
    withServer(
      (stage) => {
        const { actor, server, pass } = stage;
        const romeo = actor();
        logInByHand(stage, romeo);
        const [poll] = romeo.open;
        romeo.client.send(text('hello'));
        pass(5000);
        expect(romeo.open).toEqual([poll]);
        server.upload(poll!.rid!);
        pass(0);
        expect(romeo.open.map(({ rid }) => rid)).toEqual([poll!.rid, poll!.rid! + 1]);
      },
      { uploads: 'manual' },
    ),
  );

  it(
    'says goodbye in a third request while two are open',
    withServer((stage) => {
      const { actor, pass } = stage;
      const romeo = actor();
      logInByHand(stage, romeo, { created: { ...CREATED, hold: 1, requests: 2 } });
      romeo.client.send(text('hello'));
      pass(100);
      expect(romeo.open).toHaveLength(2);
      romeo.client.disconnect();
      pass(0);
      expect(romeo.open).toHaveLength(3);
      expect(romeo.open[2]!.body.attrs).toMatchObject({
        type: 'terminate',
        sid: 'a1',
        rid: String(romeo.open[0]!.rid! + 2),
      });
    }),
  );

  it(
    'counts without a gap, and says its session id in every request but the first',
    inDomain(
      ({ actor, domain, pass }) => {
        const romeo = actor();
        romeo.client.connect(ROMEO);
        pass(1000);
        for (let i = 0; i < 20; i++) {
          romeo.client.send(text(`${i}`));
          domain.deliver(ROMEO.jid, text('?').tree());
          pass(137);
        }
        const [first, ...rest] = romeo.requests;
        expect(romeo.requests.map(({ rid }) => rid! - first!.rid!)).toEqual(romeo.requests.map((_, i) => i));
        expect(first!.sid).toBeUndefined();
        expect(new Set(rest.map(({ sid }) => sid))).toEqual(new Set([domain.sessions[0]!.sid]));
      },
      { latencyMs: 20 },
    ),
  );
});
