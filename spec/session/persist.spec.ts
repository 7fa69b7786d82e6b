import { EMPTY, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { memoryStorage } from 'rxmpp/testing';

import type { SessionRecord, Snapshot } from '../../lib/protocol/record.js';
import { persist as persistTo } from '../../lib/session/persist.js';
import { createWriter, type WriterOptions } from '../../lib/session/writer.js';
import { marbles } from '../marbles.js';

const KEY = 'strophe-bosh-session';

const persist = (options: WriterOptions) => persistTo(createWriter(options));

const snapshot = (
  rid: number,
  more: Partial<SessionRecord> = {},
  bodies: readonly number[] = [],
): Snapshot => ({
  record: {
    jid: 'alice@example.com/home',
    sid: 'abc',
    rid,
    v: 2,
    gen: 0,
    url: '/http-bind',
    ts: 1000,
    st: 'open',
    fl: bodies.map((r) => ({ r, k: 'data' as const, n: 1 })),
    q: 0,
    paused: false,
    inb: [],
    done: rid - 1,
    ...more,
  },
  bodies: new Map(bodies.map((n) => [n, `<body rid="${n}"/>`])),
  answers: new Map(),
});

const [a, b] = [snapshot(10), snapshot(11)];

describe('persist', () => {
  it(
    'passes on what has been kept, once per change of the tokens',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values = { a, A: snapshot(10, { ts: 2000 }), b, x: undefined };
      const snapshots$ = hot('-a-A-b-x-x-|', values);
      const expected = '      -a---b-x---|';
      const watched = '       ^----------!';
      const storage = memoryStorage();

      expectObservable(snapshots$.pipe(persist({ storage, key: KEY }))).toBe(expected, {
        a: a.record,
        b: b.record,
        x: null,
      });
      expectSubscriptions(snapshots$.subscriptions).toBe(watched);
    }),
  );

  it(
    'passes an error of the source on and stops listening when nobody does',
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const storage = memoryStorage();
      const snapshots$ = hot(' -a--b--', { a, b });
      const until = '          ^--!    ';
      expectObservable(cold('a#', { a }).pipe(persist({ storage, key: KEY }))).toBe('a#', { a: a.record });
      expectObservable(snapshots$.pipe(persist({ storage, key: KEY })), until).toBe('-a', { a: a.record });
      expectSubscriptions(snapshots$.subscriptions).toBe(until);
    }),
  );

  it('has written before it emits', () => {
    const storage = memoryStorage();
    const seen: (string | null)[] = [];
    of(a, b)
      .pipe(persist({ storage, key: KEY }))
      .subscribe(() => seen.push(storage.getItem(KEY)));
    expect(seen.map((text) => JSON.parse(text ?? '{}') as SessionRecord)).toEqual([
      { ...a.record, gen: 1 },
      { ...b.record, gen: 2 },
    ]);
  });

  it('writes a text before the record that refers to it, and removes it after the record that does not', () => {
    const storage = memoryStorage();
    const log: string[] = [];
    const spied = {
      ...storage,
      get length() {
        return storage.length;
      },
      setItem: (key: string, value: string) => {
        log.push(`set ${key}`);
        storage.setItem(key, value);
      },
      removeItem: (key: string) => {
        log.push(`remove ${key}`);
        storage.removeItem(key);
      },
    };
    of(snapshot(11, {}, [10]), snapshot(12, {}, [11]))
      .pipe(persist({ storage: spied, key: 'k' }))
      .subscribe();
    expect(log).toEqual(['set k:f:10', 'set k', 'set k:f:11', 'set k', 'remove k:f:10']);
  });

  it('removes queue entries only after the record says that they have moved', () => {
    const storage = memoryStorage();
    storage.setItem('k:q:1', 'one');
    storage.setItem('k:q:2', 'two');
    storage.setItem('k:q:3', 'three');
    of(snapshot(10, { q: 0 }), snapshot(11, { q: 2 }))
      .pipe(persist({ storage, key: 'k' }))
      .subscribe();
    expect([1, 2, 3].map((n) => storage.getItem(`k:q:${n}`))).toEqual([null, null, 'three']);
  });

  it('keeps the tokens only when there is no journal, as Strophe.js writes them', () => {
    const storage = memoryStorage();
    of(snapshot(11, {}, [10]))
      .pipe(persist({ storage, key: KEY, journal: false }))
      .subscribe();
    expect(storage.length).toBe(1);
    expect(JSON.parse(storage.getItem(KEY) ?? '')).toEqual({
      jid: 'alice@example.com/home',
      rid: 11,
      sid: 'abc',
    });
  });

  it('leaves nothing of a session that is over, and nothing of others alone', () => {
    const storage = memoryStorage();
    storage.setItem('other', 'theirs');
    storage.setItem(`${KEY}2:f:1`, 'theirs too');
    of(snapshot(11, {}, [10]), undefined)
      .pipe(persist({ storage, key: KEY }))
      .subscribe();
    expect([storage.key(0), storage.key(1), storage.length]).toEqual(['other', `${KEY}2:f:1`, 2]);
  });

  it('reports a storage that fails and goes on', () => {
    const fault = new Error('full');
    const faults: unknown[] = [];
    const storage = memoryStorage();
    const broken = {
      ...storage,
      length: 0,
      setItem: () => {
        throw fault;
      },
    };
    const out: unknown[] = [];
    of(a, b)
      .pipe(persist({ storage: broken, key: KEY, onFault: (error) => faults.push(error) }))
      .subscribe((record) => out.push(record));
    expect(out).toEqual([a.record, b.record]);
    expect(faults).toEqual([fault, fault]);
    expect(storage.length).toBe(0);
  });

  it('touches no storage before the first commit', () => {
    const storage = memoryStorage();
    storage.setItem(KEY, 'kept');
    const broken$ = throwError(() => new Error('x'));
    const sources: readonly Observable<Snapshot>[] = [EMPTY, NEVER, broken$, new Subject<Snapshot>()];
    for (const source$ of sources) {
      source$.pipe(persist({ storage, key: KEY })).subscribe({ error: () => undefined });
    }
    expect(storage.getItem(KEY)).toBe('kept');
  });
});
