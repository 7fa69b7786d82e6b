import { $msg, $pres } from 'rxmpp';
import { body, type SeenRequest } from 'rxmpp/testing';
import { logInByHand } from './support/by-hand.js';
import { type Actor, type DomainStage, inDomain, ROMEO, withServer } from './support/stage.js';

const text = (content: string) =>
  $msg({ to: 'juliet@example.com/balcony', type: 'chat' }).c('body').t(content);

/** What a request carries: the texts of its messages. */
const said = ({ body: { children } }: SeenRequest) => children.map((child) => child.child('body')?.text);

/** Logs in; the answers take 7 ms each way, so that the cycle begins 70 ms after the start. */
const online = ({ actor, pass }: Pick<DomainStage, 'actor' | 'pass'>, options = {}): Actor => {
  const romeo = actor(options);
  romeo.client.connect(ROMEO);
  pass(70);
  expect(romeo.status).toMatchObject({ type: 'online' });
  return romeo;
};
const LATENCY = { latencyMs: 7 };

describe('the cycle', () => {
  it(
    'sends what is said within 100 ms in one body, in order',
    inDomain((stage) => {
      const romeo = online(stage);
      const before = romeo.requests.length;
      romeo.client.send(text('one'));
      stage.pass(40);
      romeo.client.send([text('two'), text('three')]);
      stage.pass(59);
      expect(romeo.requests).toHaveLength(before);
      stage.pass(1);
      expect(romeo.requests.slice(before)).toMatchObject([{ at: 170 }]);
      expect(said(romeo.requests[before]!)).toEqual(['one', 'two', 'three']);
    }, LATENCY),
  );

  it(
    'lets nobody wait longer than 100 ms, however steady the stream',
    inDomain((stage) => {
      const romeo = online(stage);
      const before = romeo.requests.length;
      const spoken = new Map<string, number>();
      for (let i = 0; i < 40; i++) {
        spoken.set(`${i}`, stage.now());
        romeo.client.send(text(`${i}`));
        stage.pass(50);
      }
      stage.pass(100);
      const bodies = romeo.requests.slice(before);
      expect(bodies.flatMap(said)).toEqual([...spoken.keys()]);
      const delays = bodies.flatMap((request) => said(request).map((one) => request.at - spoken.get(one!)!));
      expect(Math.max(...delays)).toBeLessThanOrEqual(100);
    }, LATENCY),
  );

  it(
    'sends at once what a flush finds waiting',
    inDomain((stage) => {
      const romeo = online(stage);
      const before = romeo.requests.length;
      stage.pass(30);
      romeo.client.send([text('one'), text('two')]);
      romeo.client.flush();
      expect(romeo.requests.slice(before).map(said)).toEqual([['one', 'two']]);
      expect(romeo.requests[before]!.at).toBe(100);
      stage.pass(1000);
      expect(romeo.requests).toHaveLength(before + 1);
    }, LATENCY),
  );

  it(
    'can be switched off: then every send leaves at once, those of one task together',
    inDomain((stage) => {
      const romeo = online(stage, { dispatchInterval: 0 });
      const before = romeo.requests.length;
      stage.pass(33);
      romeo.client.send(text('one'));
      romeo.client.send(text('two'));
      stage.pass(0);
      romeo.client.send(text('three'));
      stage.pass(20);
      expect(romeo.requests.slice(before).map(said)).toEqual([['one', 'two'], ['three']]);
      expect(romeo.requests[before]!.at).toBe(103);
    }, LATENCY),
  );

  it(
    'splits what is larger than a body may be, in order',
    inDomain((stage) => {
      const juliet = stage.domain.user('juliet@example.com/balcony');
      const romeo = online(stage, { maxBodySize: 1000 });
      const long = Array.from({ length: 6 }, (_, i) => `${i}`.repeat(300));
      romeo.client.send(long.map(text));
      stage.pass(1000);
      expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(long);
      expect(Math.max(...romeo.requests.map((request) => request.text.length))).toBeLessThan(1300);
    }, LATENCY),
  );

  it(
    'sets no timer while nothing waits: an idle client has that of its request and no other',
    inDomain((stage) => {
      const romeo = online(stage);
      expect(romeo.timers).toBe(1);
      const counts = Array.from({ length: 300 }, () => {
        stage.pass(1000);
        return romeo.timers;
      });
      expect(new Set(counts)).toEqual(new Set([1]));
      expect(romeo.status).toMatchObject({ type: 'online', stalled: false });
      romeo.client.send(text('hello'));
      expect(romeo.timers).toBe(2);
      stage.pass(200);
      expect(romeo.timers).toBe(1);
    }, LATENCY),
  );
});

describe('a pause', () => {
  it.each([[100], [0], [250]])(
    'holds what is sent; after it all leaves in one body with the next cycle (interval %i ms)',
    (dispatchInterval) => {
      inDomain((stage) => {
        const romeo = online(stage, { dispatchInterval });
        stage.pass(500);
        romeo.client.pause();
        const before = romeo.requests.length;
        for (const one of ['one', 'two', 'three']) {
          romeo.client.send(text(one));
          stage.pass(333);
        }
        romeo.client.flush();
        expect(romeo.requests).toHaveLength(before);
        romeo.client.resume();
        romeo.client.flush();
        expect(stage.now()).toBe(1569);
        stage.pass(0);
        expect(romeo.requests).toHaveLength(before);
        stage.pass(100);
        expect(romeo.requests.slice(before).map(said)).toEqual([['one', 'two', 'three']]);
        expect(romeo.requests[before]!.at).toBe(1570);
      }, LATENCY)();
    },
  );

  it(
    'goes on when it is only interrupted for less than a cycle',
    inDomain((stage) => {
      const romeo = online(stage, { dispatchInterval: 0 });
      romeo.client.pause();
      const before = romeo.requests.length;
      romeo.client.send(text('held'));
      stage.pass(20);
      romeo.client.resume();
      stage.pass(20);
      romeo.client.pause();
      stage.pass(10_000);
      expect(romeo.requests).toHaveLength(before);
    }, LATENCY),
  );

  it(
    'never says so to the server: five stanzas, one body, no pause attribute',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.client.pause();
      stage.pass(90_000);
      const before = romeo.requests.length;
      for (let i = 0; i < 5; i++) romeo.client.send($pres());
      romeo.client.resume();
      stage.pass(100);
      expect(romeo.requests[before]!.body.children).toHaveLength(5);
      expect(romeo.requests.filter(({ body: { attrs } }) => 'pause' in attrs)).toEqual([]);
    }, LATENCY),
  );

  it(
    'is told on paused$, and by nothing else',
    inDomain((stage) => {
      const romeo = online(stage);
      const paused: boolean[] = [];
      romeo.client.paused$.subscribe((value) => paused.push(value));
      const { statuses } = romeo;
      const before = statuses.length;
      for (const command of ['pause', 'pause', 'resume', 'resume', 'pause'] as const) romeo.client[command]();
      stage.pass(1000);
      expect(paused).toEqual([false, true, false, true]);
      expect(statuses).toHaveLength(before);
    }, LATENCY),
  );

  it(
    'still takes in what comes, and asks for no more',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.client.pause();
      stage.domain.deliver(ROMEO.jid, text('hello').tree());
      stage.pass(20_000);
      expect(romeo.stanzas).toHaveLength(1);
      expect(romeo.open).toEqual([]);
      stage.domain.deliver(ROMEO.jid, text('are you there?').tree());
      romeo.client.resume();
      stage.pass(200);
      expect(romeo.stanzas).toHaveLength(2);
    }, LATENCY),
  );

  it(
    'keeps what the cycle had not sent yet when it began',
    inDomain((stage) => {
      const romeo = online(stage);
      const before = romeo.requests.length;
      romeo.client.send(text('just before'));
      stage.pass(50);
      romeo.client.pause();
      stage.pass(10_000);
      expect(romeo.requests).toHaveLength(before);
      romeo.client.resume();
      stage.pass(100);
      expect(romeo.requests.slice(before).map(said)).toEqual([['just before']]);
    }, LATENCY),
  );

  it(
    'lets no retry through either; the broken request goes again after it',
    withServer((stage) => {
      const romeo = stage.actor({ dispatchInterval: 0 });
      logInByHand(stage, romeo);
      const [poll] = romeo.open;
      romeo.client.pause();
      stage.server.fail('oldest');
      const before = romeo.requests.length;
      romeo.client.send(text('later'));
      stage.pass(20_000);
      expect(romeo.requests).toHaveLength(before);
      romeo.client.resume();
      stage.pass(100);
      expect(romeo.requests[before]!.text).toBe(poll!.text);
      stage.server.answer('oldest', body());
      stage.pass(0);
      expect(romeo.requests.slice(before + 1).flatMap(said)).toEqual(['later']);
    }),
  );

  it(
    'does not cost the session: before the server loses patience one empty request goes',
    inDomain((stage) => {
      const { domain } = stage;
      const romeo = online(stage);
      romeo.client.pause();
      romeo.client.send(text('held'));
      const before = romeo.requests.length;
      stage.pass(600_000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      const alive = romeo.requests.slice(before);
      expect(alive.length).toBeGreaterThan(5);
      expect(alive.flatMap(({ body: { children } }) => children)).toEqual([]);
      expect(romeo.mostOpen).toBe(1);
      romeo.client.resume();
      stage.pass(120);
      expect(domain.received(ROMEO.jid).map((stanza) => stanza.child('body')?.text)).toEqual(['held']);
    }, LATENCY),
  );

  it(
    'does not cost the session when the last request broke: that one goes again, unchanged',
    withServer((stage) => {
      const romeo = stage.actor();
      logInByHand(stage, romeo);
      romeo.client.send(text('on its way'));
      stage.pass(100);
      const [poll, data] = romeo.open;
      romeo.client.pause();
      romeo.client.send(text('held'));
      stage.server.fail(poll!.rid!);
      stage.server.fail(data!.rid!);
      const before = romeo.requests.length;
      stage.pass(24_900);
      expect(romeo.requests).toHaveLength(before);
      stage.pass(5000);
      expect(romeo.requests.slice(before).map((request) => request.text)).toEqual([poll!.text]);
    }),
  );

  it(
    'from before the login holds stanzas and polls, not the login',
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.pause();
      romeo.client.send(text('early'));
      romeo.client.connect(ROMEO);
      stage.pass(1000);
      expect(romeo.status).toMatchObject({ type: 'online' });
      expect(romeo.requests).toHaveLength(5);
      expect(romeo.open).toEqual([]);
      romeo.client.resume();
      stage.pass(110);
      expect(stage.domain.received(ROMEO.jid)).toHaveLength(1);
    }, LATENCY),
  );

  it(
    'ends with the goodbye, which takes along what was held',
    inDomain((stage) => {
      const romeo = online(stage);
      romeo.client.pause();
      romeo.client.send([text('one'), text('two')]);
      stage.pass(1000);
      romeo.client.disconnect();
      stage.pass(100);
      expect(romeo.status).toEqual({ type: 'offline' });
      const received = stage.domain.received(ROMEO.jid).map(({ name }) => name);
      expect(received).toEqual(['message', 'message', 'presence']);
    }, LATENCY),
  );
});
