import { memoryStorage } from 'rxmpp/testing';

import type { SessionRecord, Snapshot } from '../../lib/protocol/record.js';
import { fenceAt } from '../../lib/session/fence.js';
import { createWriter, lazily } from '../../lib/session/writer.js';

interface Shape {
  readonly flights?: readonly number[];
  readonly inbox?: readonly number[];
}

const snapshot = (rid: number, { flights = [], inbox = [] }: Shape = {}): Snapshot => ({
  record: {
    jid: 'alice@example.com/home',
    sid: 'abc',
    rid,
    v: 2,
    gen: 0,
    url: '/http-bind',
    ts: 1000,
    st: 'open',
    fl: flights.map((r) => ({ r, k: 'data', n: 1 })),
    q: 0,
    paused: false,
    inb: inbox.map((r) => ({ r, c: 0 })),
    done: rid - 1,
  },
  bodies: new Map(flights.map((r) => [r, `<body rid="${r}"/>`])),
  answers: new Map(inbox.map((r) => [r, `<body ack="${r}"/>`])),
});

const recordIn = (storage: Storage | ReturnType<typeof memoryStorage>): SessionRecord =>
  JSON.parse(storage.getItem('k') ?? '{}') as SessionRecord;

/** A storage without room for answers. */
const full = () => {
  const storage = memoryStorage();
  const faults: unknown[] = [];
  const cramped = {
    get length() {
      return storage.length;
    },
    key: (index: number) => storage.key(index),
    getItem: (key: string) => storage.getItem(key),
    removeItem: (key: string) => storage.removeItem(key),
    setItem: (key: string, value: string) => {
      if (key.includes(':i:')) throw new Error('full');
      storage.setItem(key, value);
    },
  };
  const writer = createWriter({ storage: cramped, key: 'k', onFault: (error) => faults.push(error) });
  return { storage, faults, writer };
};

describe('writer', () => {
  it('leaves an answer with the server that the storage has no room for, until it is dispatched', () => {
    const { storage, faults, writer } = full();
    writer.write(snapshot(11, { flights: [10] }));
    writer.write(snapshot(11, { inbox: [10] }));
    expect(recordIn(storage)).toMatchObject({ fl: [{ r: 10, c: 0 }], inb: [] });
    expect(storage.getItem('k:f:10')).toBe('<body rid="10"/>');

    writer.write(snapshot(12, { flights: [11], inbox: [10] }));
    expect(recordIn(storage)).toMatchObject({ fl: [{ r: 10 }, { r: 11 }], inb: [] });

    writer.write(snapshot(12, { flights: [11] }));
    expect(recordIn(storage)).toMatchObject({ fl: [{ r: 11 }], inb: [] });
    expect(storage.getItem('k:f:10')).toBeNull();
    expect(faults.length).toBeGreaterThan(0);
  });

  it('leaves the answers after it there too, since the requests of a record have no gap, each with what is done of it', () => {
    const { storage, writer } = full();
    writer.write(snapshot(12, { flights: [10, 11] }));
    writer.write(snapshot(12, { flights: [11], inbox: [10] }));
    const both = snapshot(12, { inbox: [10, 11] });
    writer.write({ ...both, record: { ...both.record, inb: [{ r: 10, c: 2 }, { r: 11, c: 0 }] } }); // prettier-ignore
    expect(recordIn(storage)).toMatchObject({ fl: [{ r: 10, c: 2 }, { r: 11, c: 0 }], inb: [] }); // prettier-ignore
    writer.write(snapshot(12, { inbox: [11] }));
    expect(recordIn(storage)).toMatchObject({ fl: [{ r: 11 }], inb: [] });
  });

  it('sweeps texts that no record refers to when a kept session goes on, and leaves the queue alone', () => {
    const storage = memoryStorage();
    for (const name of ['k:f:3', 'k:f:10', 'k:i:4', 'k:q:7', 'kk:f:3']) storage.setItem(name, 'x');
    createWriter({ storage, key: 'k', gen: 41 }).write(snapshot(11, { flights: [10] }));
    const names = Array.from({ length: storage.length }, (_, i) => storage.key(i)).sort();
    expect(names).toEqual(['k', 'k:f:10', 'k:q:7', 'kk:f:3']);
    expect(recordIn(storage).gen).toBe(42);
  });

  it('raises the fence with every commit and takes it away with the session', () => {
    const storage = memoryStorage();
    const shared = memoryStorage();
    const nameOf = ({ sid }: Pick<SessionRecord, 'sid'>): string => `fence of ${sid}`;
    const writer = createWriter({ storage, key: 'k', fence: { storage: shared, prefix: 'fence', nameOf } });
    writer.write(snapshot(11));
    writer.write(snapshot(12));
    expect(fenceAt(shared, 'fence of abc')).toBe(2);
    writer.remove();
    expect([storage.length, shared.length]).toEqual([0, 0]);
  });

  it('has nothing to take away before the first commit', () => {
    const shared = memoryStorage();
    const fence = { storage: shared, prefix: 'fence', nameOf: () => 'fence' };
    createWriter({ storage: memoryStorage(), key: 'k', fence }).remove();
    expect(shared.length).toBe(0);
  });
});

describe('a lazy writer', () => {
  it('writes the latest commit, once somebody wants to read', () => {
    const storage = memoryStorage();
    const writer = lazily(() => createWriter({ storage, key: 'k' }));
    writer.write(snapshot(11, { flights: [10] }));
    writer.write(snapshot(12, { flights: [11], inbox: [10] }));
    expect(storage.length).toBe(0);
    writer.flush();
    expect(storage.keys()).toEqual(['k:f:11', 'k:i:10', 'k']);
    writer.write(snapshot(13, { flights: [12] }));
    writer.flush();
    writer.flush();
    expect(storage.keys()).toEqual(['k', 'k:f:12']);
    expect(recordIn(storage).rid).toBe(13);
  });

  it('forgets what it has not written', () => {
    const storage = memoryStorage();
    const writer = lazily(() => createWriter({ storage, key: 'k' }));
    writer.write(snapshot(11));
    writer.flush();
    writer.write(snapshot(12));
    writer.remove();
    writer.flush();
    expect(storage.length).toBe(0);
  });
});
