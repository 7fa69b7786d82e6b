import { noop, of, type Subscription } from 'rxjs';
import { body, memoryStorage, type ScriptedServer, scriptedServer, terminateBody } from 'rxmpp/testing';
import { $msg, type WireEvent } from 'rxmpp';

import { attaching } from '../../lib/protocol/bosh-open.js';
import type { BoshSettings } from '../../lib/protocol/bosh-state.js';
import { readRestored, type Restored } from '../../lib/protocol/record.js';
import type { Incoming, Outgoing } from '../../lib/protocol/stream.js';
import { createDeliveries } from '../../lib/session/deliveries.js';
import { createOutbox, type Outbox } from '../../lib/session/outbox.js';
import { createWriter } from '../../lib/session/writer.js';
import { boshTransport } from '../../lib/transport/bosh.js';
import type { Transport } from '../../lib/transport/transport.js';
import { marbles } from '../marbles.js';

const KEY = 'k';
const JID = 'alice@example.com/home';

const SETTINGS: BoshSettings = {
  to: 'example.com',
  lang: 'en',
  wait: 60,
  hold: 1,
  maxBodySize: 262_144,
  uploads: true,
  rids: [100, 200, 300],
  seed: 1,
  disconnectMs: 3_000,
};

const message = (id: string): string => `<message xmlns="jabber:client" id="${id}"/>`;

/** A kept session with one journaled answer of `count` messages, of which `next` have been handled. */
const inboxOf = (count: number, next: number): Restored | undefined => {
  const text = body({}, ...Array.from({ length: count }, (_, i) => message(`m${i}`)));
  const record = { jid: JID, sid: 's', rid: 10, v: 2, fl: [], inb: [{ r: 9, c: next }], q: 0, done: 9 };
  return readRestored(
    JSON.stringify(record),
    () => null,
    () => text,
  );
};

interface Setting {
  readonly server: ScriptedServer;
  readonly outbox: Outbox;
  readonly transport: Transport;
  /** What was kept and what left, in the order it happened. */
  readonly log: string[];
  readonly wired: WireEvent[];
  readonly heard: Incoming[];
  readonly listen: () => Subscription;
  readonly online: () => void;
  readonly tell: (...things: readonly Outgoing[]) => void;
  /** Lets time pass until everything due now is done. */
  readonly pass: (ms?: number) => void;
}

/** A session with rid 10 next, taken over at time 0, that waits up to 60 s for an answer. */
const onStage = (test: (setting: Setting) => void, commitEach = 20, restored?: Restored): (() => void) =>
  marbles((_, scheduler) => {
    const log: string[] = [];
    const wired: WireEvent[] = [];
    const listening: Subscription[] = [];
    let until = 0;
    const heard: Incoming[] = [];
    const server = scriptedServer({ scheduler });
    const storage = memoryStorage();
    const deliveries = createDeliveries();
    const outbox = createOutbox(deliveries);
    const setItem = (key: string, value: string): void => {
      storage.setItem(key, value);
      const { rid } = JSON.parse(key === KEY ? value : '{}') as { rid?: number };
      log.push(key === KEY ? `keep, next ${String(rid)}` : `keep ${key}`);
    };
    const spied = { ...storage, get length() { return storage.length; }, setItem }; // prettier-ignore
    const initial = attaching(
      SETTINGS,
      { jid: JID, sid: 's', rid: 10 },
      { wait: 60, hold: 1, wind: 5 },
      restored,
      0,
    );
    const transport = boshTransport(initial, {
      url: '/http-bind',
      headers: { again: false, of: () => of({}) },
      withCredentials: false,
      http: (request) => {
        log.push(`post ${/rid="(\d+)"/.exec(request.body)?.[1] ?? ''}`);
        return server.http(request);
      },
      scheduler,
      outbox,
      deliveries,
      writer: createWriter({ storage: spied, key: KEY }),
      commitEach,
      wire: (event) => void wired.push(event),
    });
    const tell = (...things: readonly Outgoing[]): void => things.forEach((thing) => transport.send(thing));
    const setting: Setting = {
      ...{ server, outbox, transport, log, wired, heard, tell },
      listen() {
        const subscription = transport.incoming$.subscribe({
          next: (incoming) => {
            heard.push(incoming);
            if (incoming.type === 'element') log.push(`hear ${incoming.element.attrs['id'] ?? ''}`);
          },
          complete: () => log.push('the end'),
        });
        listening.push(subscription);
        return subscription;
      },
      online: () => tell({ type: 'online', jid: JID, polling: true }),
      pass(ms = 1) {
        until += ms;
        scheduler.schedule(noop, until - scheduler.now());
        scheduler.maxFrames = until;
        scheduler.flush();
      },
    };
    test(setting);
    for (const subscription of listening) subscription.unsubscribe();
    scheduler.maxFrames = Infinity;
  });

const say = ({ outbox, tell }: Setting, ...ids: readonly string[]): void => {
  for (const id of ids) outbox.add($msg({ id }).tree());
  tell({ type: 'released', upTo: outbox.last() });
};

const idsOf = (heard: readonly Incoming[]): readonly (string | undefined)[] =>
  heard.flatMap((one) => (one.type === 'element' ? [one.element.attrs['id']] : []));

const states = ({ server }: Setting): readonly string[] =>
  server.requests.map(({ rid, state }) => `${String(rid)} ${state}`);

const answerWith = (...ids: readonly string[]): string => body({}, ...ids.map(message));

describe('a BOSH transport', () => {
  it(
    'keeps a request before it leaves',
    onStage((setting) => {
      const { log, listen, online, pass } = setting;
      listen();
      online();
      pass();
      say(setting, 'a');
      pass();
      for (const rid of [10, 11]) {
        const before = log.slice(0, log.indexOf(`post ${rid}`));
        expect(before).toEqual(expect.arrayContaining([`keep k:f:${rid}`, `keep, next ${rid + 1}`]));
      }
      expect(states(setting)).toEqual(['10 open', '11 open']);
    }),
  );

  it(
    'keeps an answer before it gives it out',
    onStage((setting) => {
      const { log, listen, online, pass, server } = setting;
      listen();
      online();
      pass();
      server.answer(10, answerWith('x'));
      const since = log.slice(log.indexOf('keep k:i:10'));
      expect(since.slice(0, 3)).toEqual(['keep k:i:10', 'keep, next 12', 'hear x']);
    }),
  );

  it(
    'gives answers out in the order of their requests, each element with its place',
    onStage((setting) => {
      const { heard, listen, online, pass, server } = setting;
      listen();
      online();
      pass();
      say(setting, 'a');
      pass();
      server.answer(11, answerWith('c'));
      expect(idsOf(heard)).toEqual([]);
      server.answer(10, answerWith('a', 'b'));
      expect(idsOf(heard)).toEqual(['a', 'b', 'c']);
      expect(heard.flatMap((one) => (one.type === 'element' ? [one.ref] : []))).toEqual([
        { rid: 10, index: 0 },
        { rid: 10, index: 1 },
        { rid: 11, index: 0 },
      ]);
    }),
  );

  it(
    'repeats a request that nobody answers in time: the same body, the earlier attempt aborted',
    onStage((setting) => {
      const { listen, online, pass, server, wired } = setting;
      listen();
      online();
      pass();
      pass(64_900);
      expect(states(setting)).toEqual(['10 open']);
      pass(1_000);
      expect(states(setting)).toEqual(['10 aborted', '10 open']);
      expect(server.requests[1]?.text).toBe(server.requests[0]?.text);
      expect(wired.map((event) => event.type)).toEqual(['sent', 'failed', 'sent']);
      expect(wired[1]).toMatchObject({ at: 65_000, rid: 10, error: { kind: 'timeout' } });
      expect(wired[2]).toMatchObject({ rid: 10, attempt: 2 });
    }),
  );

  it(
    'aborts an attempt that a later one of the same request takes the place of',
    onStage((setting) => {
      const { heard, listen, online, pass, server } = setting;
      listen();
      online();
      pass();
      say(setting, 'a');
      pass();
      // A recoverable error (XEP-0124 §17.3): that request and all before it are to be repeated, lowest first.
      server.answer(11, body({ type: 'error' }));
      pass();
      expect(states(setting)).toEqual(['10 aborted', '11 answered', '10 open']);
      server.answer(10, answerWith('x'));
      pass();
      expect(states(setting)).toEqual(['10 aborted', '11 answered', '10 answered', '11 open']);
      expect(idsOf(heard)).toEqual(['x']);
      const texts = server.requests.map(({ text }) => text);
      expect([texts[2], texts[3]]).toEqual([texts[0], texts[1]]);
    }),
  );

  it(
    'aborts everything when unsubscribed from, without a word, and keeps what was kept',
    onStage((setting) => {
      const { listen, online, pass, server, heard, log } = setting;
      const listening = listen();
      online();
      pass();
      say(setting, 'a');
      pass();
      log.length = 0;
      listening.unsubscribe();
      pass(100_000);
      expect(states(setting)).toEqual(['10 aborted', '11 aborted']);
      expect(server.open).toEqual([]);
      expect(heard.filter(({ type }) => type === 'closed')).toEqual([]);
      expect(log).toEqual([]);
    }),
  );

  it(
    'opens nothing before somebody listens; what it was told before then is not lost',
    onStage((setting) => {
      const { listen, online, pass, server } = setting;
      say(setting, 'a');
      online();
      pass();
      expect(server.requests).toEqual([]);
      listen();
      pass();
      expect(server.requests.map(({ body: sent }) => sent.children.map(({ attrs }) => attrs['id']))).toEqual([
        ['a'],
      ]);
    }),
  );

  it(
    'ends with `closed`, and what it is told afterwards is dropped',
    onStage((setting) => {
      const { heard, listen, log, online, pass, server } = setting;
      listen();
      online();
      pass();
      server.answer(10, terminateBody('system-shutdown'));
      expect(heard.at(-1)).toMatchObject({
        type: 'closed',
        error: { name: 'StreamError', condition: 'system-shutdown' },
      });
      expect(log.at(-1)).toBe('the end');
      const { length } = heard;
      say(setting, 'a');
      pass();
      expect(states(setting)).toEqual(['10 answered']);
      expect(heard).toHaveLength(length);
    }),
  );

  it(
    'says what is committed when the tokens change, and that nothing is kept any more at the end',
    onStage((setting) => {
      const { heard, listen, online, pass, server } = setting;
      listen();
      online();
      pass();
      server.answer(10, terminateBody());
      const rids = heard.flatMap((one) => (one.type === 'committed' ? [one.record?.rid ?? null] : []));
      expect(rids).toEqual([10, 11, null]);
    }),
  );
});

describe('an answer that was read back from the storage', () => {
  const restoredWith = (count: number, next: number, commitEach: number): readonly boolean[] => {
    let seen: readonly boolean[] = [];
    onStage(
      (setting) => {
        const { heard, listen, online } = setting;
        listen();
        online();
        seen = heard.flatMap((one) => (one.type === 'element' ? [one.element.redelivered] : []));
        expect(seen).toHaveLength(count - next);
      },
      commitEach,
      inboxOf(count, next),
    )();
    return seen;
  };

  it('marks the stanza that may have been seen before, and goes on behind those that were', () => {
    expect(restoredWith(3, 0, 20)).toEqual([true, false, false]);
    expect(restoredWith(3, 2, 20)).toEqual([true]);
  });

  it('marks all of an answer that is committed only as a whole', () => {
    expect(restoredWith(3, 0, 2)).toEqual([true, true, true]);
  });
});
