import { StropheSessionError } from 'rxmpp';
import { body, memoryStorage, type MemoryStorage } from 'rxmpp/testing';

import { type Kept, readKept } from '../../lib/client/kept.js';

const KEY = 'strophe-bosh-session';
const JID = 'alice@Example.com/home';
const TOKENS = { jid: JID, sid: 'abc', rid: 12 };

const MESSAGES = ['<message xmlns="jabber:client" id="0"/>', '<message xmlns="jabber:client" id="1"/>'];

/** A session kept by a page that had sent 11, had not dispatched the second child of 9, and was paused. */
const RECORD = {
  ...TOKENS,
  ...{ v: 2, gen: 5, url: '/http-bind', ts: 1_000, st: 'open', q: 3, paused: true, done: 10 },
  ...{ wait: 60, hold: 1, requests: 2, inactivity: 30 },
  fl: [{ r: 11, k: 'data', n: 1 }],
  inb: [{ r: 9, c: 1 }],
};

const BODY = '<body xmlns="http://jabber.org/protocol/httpbind" rid="11" sid="abc"/>';

const stored = (record: unknown = RECORD): MemoryStorage =>
  memoryStorage({
    [KEY]: typeof record === 'string' ? record : JSON.stringify(record),
    [`${KEY}:f:11`]: BODY,
    [`${KEY}:i:9`]: body({}, ...MESSAGES),
  });

const conditionOf = (read: () => Kept): string => {
  try {
    read();
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(StropheSessionError);
    return (error as StropheSessionError).condition;
  }
};

describe('readKept', () => {
  it('reads the whole session back', () => {
    const { tokens, restored } = readKept(stored(), KEY, undefined);
    expect(tokens).toEqual(TOKENS);
    expect(restored).toMatchObject({
      paused: true,
      moved: 3,
      gen: 5,
      params: { wait: 60, hold: 1, requests: 2 },
    });
    expect(restored?.flights.map(({ rid, kind, body: text }) => [rid, kind, text])).toEqual([
      [11, 'data', BODY],
    ]);
    expect(restored?.inbox.map(({ rid, next, children }) => [rid, next, children.length])).toEqual([
      [9, 1, 2],
    ]);
  });

  it.each([
    ['by Strophe.js', { jid: JID, sid: 'abc', rid: 12 }],
    ['with the rid as a text', { jid: JID, sid: 'abc', rid: '12' }],
    ['by a version to come', { ...RECORD, v: 3 }],
    [
      'whose bodies are gone',
      {
        ...RECORD,
        rid: 12,
        fl: [
          { r: 10, k: 'data', n: 1 },
          { r: 11, k: 'poll', n: 1 },
        ],
      },
    ],
  ])('takes the tokens only from a record %s', (_, record) => {
    expect(readKept(stored(record), KEY, undefined)).toMatchObject({ tokens: TOKENS, restored: undefined });
  });

  it.each([
    [undefined, 'none'],
    ['', 'none'],
    ['alice@example.com', 'none'],
    ['ALICE@example.com/elsewhere', 'none'],
    ['example.com', 'none'],
    ['EXAMPLE.COM', 'none'],
    ['bob@example.com', 'jid-mismatch'],
    ['alice@example.org', 'jid-mismatch'],
    ['example.org', 'jid-mismatch'],
  ])('of %p: %s', (jid, condition) => {
    expect(conditionOf(() => readKept(stored(), KEY, jid))).toBe(condition);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no sid', { jid: JID, rid: 12 }],
    ['no rid', { jid: JID, sid: 'abc' }],
    ['a rid that is none', { jid: JID, sid: 'abc', rid: 0 }],
    ['a rid with a fraction', { jid: JID, sid: 'abc', rid: 1.5 }],
  ])('says that there is no session where there is %s', (_, record) => {
    const storage = record === null ? memoryStorage() : stored(record);
    expect(conditionOf(() => readKept(storage, KEY, undefined))).toBe('no-session');
    expect(conditionOf(() => readKept(stored(), 'another key', undefined))).toBe('no-session');
  });

  it('says that there is no storage where there is none, or it can not be read', () => {
    expect(conditionOf(() => readKept(undefined, KEY, undefined))).toBe('no-storage');
    for (const key of [/^strophe-bosh-session$/, /:f:/, /:i:/]) {
      const storage = stored();
      const error = new Error('denied');
      storage.failOn('getItem', { key, error });
      expect(() => readKept(storage, KEY, undefined)).toThrow(
        expect.objectContaining({ condition: 'no-storage', cause: error }) as Error,
      );
    }
  });

  it('changes nothing, whatever comes of it', () => {
    const storage = stored();
    readKept(storage, KEY, undefined);
    conditionOf(() => readKept(storage, KEY, 'bob@example.com'));
    expect(new Set(storage.calls.map(({ operation }) => operation))).toEqual(new Set(['getItem']));
  });
});

describe('isDone', () => {
  it.each([
    ['a child that was dispatched', { rid: 9, index: 0 }, true],
    ['one that was not', { rid: 9, index: 1 }, false],
    ['of an answer before that', { rid: 8, index: 7 }, true],
    ['of the last one journaled', { rid: 10, index: 0 }, true],
    ['of a request that is not answered', { rid: 11, index: 0 }, false],
    ['of one that never was', { rid: 12, index: 0 }, false],
  ])('of %s is %p', (_, ref, expected) => {
    expect(readKept(stored(), KEY, undefined).isDone(ref)).toBe(expected);
  });

  it('goes by the tokens where there is no more', () => {
    const { isDone } = readKept(stored(TOKENS), KEY, undefined);
    expect([isDone({ rid: 11, index: 0 }), isDone({ rid: 12, index: 0 })]).toEqual([true, false]);
  });
});
