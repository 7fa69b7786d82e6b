import { config } from 'rxjs';
import { $iq, $msg, type Client, NS, type Sendable, type Stanza, stx } from 'rxmpp';
import { body } from 'rxmpp/testing';
import { idIn, logInByHand, message } from './support/by-hand.js';
import { type Actor, type DomainStage, inDomain, ROMEO, withServer } from './support/stage.js';
import { like } from './support/expected.js';

const JULIET = 'juliet@example.com/balcony';
const roster = () => $iq({ type: 'get' }).c('query', { xmlns: NS.ROSTER });
const ping = (id: string) =>
  $iq({ type: 'get', id, from: JULIET, to: ROMEO.jid }).c('ping', { xmlns: NS.PING }).tree();
const strange = (id: string, type = 'get') =>
  $iq({ type, id, from: JULIET, to: ROMEO.jid }).c('secret', { xmlns: 'urn:example:strange' }).tree();

const online = ({ actor, pass }: DomainStage, options = {}): Actor => {
  const romeo = actor(options);
  romeo.client.connect(ROMEO);
  pass(1000);
  return romeo;
};

/** Asks, and writes down what becomes of it. */
const ask = (client: Client, iq: Sendable, options?: { timeout: number }) => {
  const outcome: unknown[] = [];
  const subscription = client.request(iq, options).subscribe({
    next: (answer: Stanza) => outcome.push(answer),
    error: (error: unknown) => outcome.push(error),
    complete: () => outcome.push('done'),
  });
  return { outcome, subscription };
};

/** RFC 6120 §8.2.3. */
describe('asking', () => {
  it(
    'is answered once',
    inDomain((stage) => {
      const romeo = online(stage);
      const { outcome } = ask(romeo.client, roster());
      stage.pass(200);
      expect(outcome).toEqual([like({ name: 'iq' }), 'done']);
      expect((outcome[0] as Stanza).child('query', NS.ROSTER)).toBeDefined();
      expect(romeo.stanzas).toEqual([]);
      expect(romeo.timers).toBe(1);
    }),
  );

  it(
    'starts when somebody subscribes, for each of them',
    inDomain((stage) => {
      const romeo = online(stage);
      const answer$ = romeo.client.request(roster());
      stage.pass(1000);
      expect(stage.domain.received(ROMEO.jid)).toEqual([]);
      const answers: unknown[] = [];
      answer$.subscribe((answer) => answers.push(answer.attrs['id']));
      answer$.subscribe((answer) => answers.push(answer.attrs['id']));
      stage.pass(200);
      expect(answers).toHaveLength(2);
      expect(new Set(answers).size).toBe(2);
    }),
  );

  it(
    'finds its answer on whichever request that comes',
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo);
      const { outcome } = ask(romeo.client, roster());
      stage.pass(100);
      const [held, asked] = romeo.open;
      stage.server.answer(
        held!.rid!,
        body({}, `<iq xmlns="jabber:client" type="result" id="${idIn(asked!)}"/>`),
      );
      stage.pass(0);
      expect(outcome).toHaveLength(2);
      expect(asked!.state).toBe('open');
    }),
  );

  it(
    'ends with the error that comes as the answer',
    inDomain((stage) => {
      const romeo = online(stage);
      const { outcome } = ask(
        romeo.client,
        $iq({ type: 'get', to: 'juliet@example.com/nowhere' }).c('x', { xmlns: 'urn:x' }),
      );
      stage.pass(200);
      expect(outcome).toEqual([
        like({ name: 'StanzaError', condition: 'service-unavailable', stanza: like({ name: 'iq' }) }),
      ]);
    }),
  );

  it.each([
    [undefined, 30_000],
    [2000, 2000],
  ])('ends after a while without an answer: timeout %s', (timeout, ms) => {
    inDomain((stage) => {
      stage.domain.user(JULIET);
      const romeo = online(stage);
      const { outcome } = ask(
        romeo.client,
        $iq({ type: 'get', to: JULIET }),
        timeout === undefined ? undefined : { timeout },
      );
      stage.pass(ms - 1);
      expect(outcome).toEqual([]);
      stage.pass(1);
      expect(outcome).toEqual([like({ name: 'TimeoutError', condition: 'timeout' })]);
    })();
  });

  it(
    'can be forgotten; an answer that nobody waits for is a stanza like any other',
    inDomain((stage) => {
      const juliet = stage.domain.user(JULIET);
      const romeo = online(stage);
      const { outcome, subscription } = ask(romeo.client, $iq({ type: 'get', to: JULIET, id: 'q1' }));
      stage.pass(200);
      subscription.unsubscribe();
      expect(romeo.timers).toBe(1);
      juliet.send($iq({ type: 'result', to: ROMEO.jid, id: 'q1' }).tree());
      stage.pass(200);
      expect(outcome).toEqual([]);
      expect(romeo.stanzas.map(({ attrs }) => attrs['id'])).toEqual(['q1']);
    }),
  );

  it(
    'does not take the word of others for the answer',
    inDomain((stage) => {
      const mercutio = stage.domain.user('mercutio@example.com/square');
      const juliet = stage.domain.user(JULIET);
      const romeo = online(stage);
      const { outcome } = ask(romeo.client, $iq({ type: 'get', to: JULIET, id: 'q1' }));
      stage.pass(200);
      mercutio.send($iq({ type: 'result', to: ROMEO.jid, id: 'q1' }).tree());
      juliet.send($iq({ type: 'get', to: ROMEO.jid, id: 'q1' }).tree());
      stage.pass(200);
      expect(outcome).toEqual([]);
      juliet.send($iq({ type: 'result', to: ROMEO.jid, id: 'q1' }).tree());
      stage.pass(200);
      expect(outcome).toHaveLength(2);
    }),
  );

  it(
    'ends with the session',
    inDomain((stage) => {
      stage.domain.user(JULIET);
      const romeo = online(stage);
      const asked = [
        ask(romeo.client, $iq({ type: 'get', to: JULIET })),
        ask(romeo.client, $iq({ type: 'set', to: JULIET })),
      ];
      stage.pass(200);
      stage.domain.terminate(ROMEO.jid, 'system-shutdown');
      stage.pass(0);
      expect(asked.map(({ outcome }) => outcome)).toEqual([
        [like({ condition: 'system-shutdown' })],
        [like({ condition: 'system-shutdown' })],
      ]);
    }),
  );

  it(
    'ends with a logout, and with the client',
    inDomain((stage) => {
      stage.domain.user(JULIET);
      for (const end of ['disconnect', 'close'] as const) {
        const romeo = online(stage);
        const { outcome } = ask(romeo.client, $iq({ type: 'get', to: JULIET }));
        stage.pass(200);
        romeo.client[end]();
        stage.pass(200);
        expect(outcome).toEqual([like({ name: 'TransportError', kind: 'closed' })]);
        expect(romeo.timers).toBe(0);
      }
    }),
  );

  it(
    'before the login waits for it',
    inDomain(
      (stage) => {
        const romeo = stage.actor();
        const { outcome } = ask(romeo.client, roster());
        romeo.client.connect(ROMEO);
        stage.pass(1000);
        expect(outcome).toHaveLength(2);
      },
      { latencyMs: 10 },
    ),
  );
});

describe('being asked', () => {
  const answersTo = (stage: DomainStage) =>
    stage.domain.user(JULIET).received.map(({ attrs }) => [attrs['type'], attrs['id']]);

  it(
    'if one is there (XEP-0199) is answered, once',
    inDomain((stage) => {
      const romeo = online(stage);
      const juliet = stage.domain.user(JULIET);
      juliet.send(ping('p1'));
      stage.pass(1000);
      expect(juliet.received.map(({ attrs }) => attrs)).toEqual([
        like({ type: 'result', id: 'p1', from: ROMEO.jid, to: JULIET }),
      ]);
      expect(romeo.stanzas.map(({ attrs }) => attrs['id'])).toEqual(['p1']);
    }),
  );

  it.each(['get', 'set'])('for what nobody knows (%s) is refused, once', (type) => {
    inDomain((stage) => {
      online(stage);
      const juliet = stage.domain.user(JULIET);
      juliet.send(strange('s1', type));
      stage.pass(1000);
      expect(answersTo(stage)).toEqual([['error', 's1']]);
      const error = juliet.received[0]!.child('error')!;
      expect(error.attrs['type']).toBe('cancel');
      expect(error.child('service-unavailable', NS.STANZAS)).toBeDefined();
    })();
  });

  it(
    'is left to the app where it answers',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.client.stanza$.subscribe(({ name, attrs: { from, id } }) => {
        if (name === 'iq') romeo.client.send(stx`<iq type="result" to="${from}" id="${id}"/>`);
      });
      stage.domain.user(JULIET).send(strange('s1'));
      stage.domain.user(JULIET).send(ping('p1'));
      stage.pass(1000);
      expect(answersTo(stage)).toEqual([
        ['result', 's1'],
        ['result', 'p1'],
      ]);
    }),
  );

  it(
    'is left to the app where it has said that it will answer',
    inDomain((stage) => {
      const romeo = online(stage, { answers: (iq: Stanza) => iq.children[0]?.ns === 'urn:example:strange' });
      stage.domain.user(JULIET).send(strange('s1'));
      stage.domain.user(JULIET).send(ping('p1'));
      stage.pass(5000);
      expect(answersTo(stage)).toEqual([['result', 'p1']]);
      romeo.client.send($iq({ type: 'result', id: 's1', to: JULIET }));
      stage.pass(200);
      expect(answersTo(stage)).toEqual([
        ['result', 'p1'],
        ['result', 's1'],
      ]);
    }),
  );

  it(
    'goes for iqs only: no answer to anything else, least of all to answers',
    inDomain((stage) => {
      online(stage);
      const juliet = stage.domain.user(JULIET);
      juliet.send($msg({ to: ROMEO.jid }).c('body').t('hello').tree());
      juliet.send($iq({ type: 'result', id: 'r1', to: ROMEO.jid }).tree());
      juliet.send($iq({ type: 'error', id: 'r2', to: ROMEO.jid }).tree());
      stage.pass(1000);
      expect(juliet.received).toEqual([]);
    }),
  );

  it(
    'while a session is being taken over is answered afterwards',
    withServer((stage) => {
      const romeo = stage.actor();
      romeo.client.attach({ jid: ROMEO.jid, sid: 'a1', rid: 1000 });
      stage.pass(0);
      const pong = `<iq xmlns="jabber:client" type="result" id="${idIn(romeo.open[0]!)}" from="example.com"/>`;
      stage.server.answer('oldest', body({}, ping('p1'), message('hello'), pong));
      stage.pass(200);
      const sent = romeo.requests.flatMap((request) =>
        request.body.children.map(({ attrs }) => [attrs['type'], attrs['id']]),
      );
      expect(sent.slice(1)).toEqual([['result', 'p1']]);
      expect(romeo.stanzas).toHaveLength(2);
    }),
  );

  it(
    'is answered also where the app fails on it, and the next stanza still comes',
    inDomain((stage) => {
      const romeo = online(stage);
      const [seen, reported]: [unknown[], unknown[]] = [[], []];
      config.onUnhandledError = (error) => reported.push(error);
      romeo.client.stanza$.subscribe((stanza) => {
        if (stanza.attrs['id'] === 's1') throw new Error('oops');
      });
      romeo.client.stanza$.subscribe((stanza) => seen.push(stanza.attrs['id']));
      stage.domain.user(JULIET).send(strange('s1'));
      stage.domain.user(JULIET).send(ping('p1'));
      stage.pass(1000);
      config.onUnhandledError = null;
      expect(reported).toEqual([new Error('oops')]);
      expect(seen).toEqual(['s1', 'p1']);
      expect(answersTo(stage)).toEqual([
        ['error', 's1'],
        ['result', 'p1'],
      ]);
    }),
  );
});
