import { memoryStorage } from 'rxmpp/testing';

import { createOutbox, type Outbox } from '../../lib/session/outbox.js';
import { element } from '../../lib/xml/element.js';

const message = (id: string) => element('message', 'jabber:client', { id });
const fill = (outbox: Outbox, count: number): void => {
  for (let i = 1; i <= count; i++) outbox.add(message(`m${i}`));
};
const ids = (outbox: Outbox, upTo = Infinity, size = Infinity): readonly string[] =>
  outbox.take(upTo, size).stanzas.map(({ xml }) => /id="([^"]+)"/.exec(xml)?.[1] ?? '');

describe('outbox', () => {
  it('numbers what is added and hands it out in order', () => {
    const outbox = createOutbox();
    const numbers: number[] = [];
    outbox.added$.subscribe((n) => numbers.push(n));
    fill(outbox, 3);
    expect(numbers).toEqual([1, 2, 3]);
    expect(outbox.take(2, Infinity)).toMatchObject({ stanzas: [{ n: 1 }, { n: 2 }], upTo: 2, more: false });
    expect(outbox.take(9, Infinity)).toMatchObject({ stanzas: [{ n: 3 }], upTo: 3, more: false });
    expect(outbox.take(9, Infinity)).toEqual({ stanzas: [], upTo: 3, more: false });
  });

  it('hands out no more than fits, but always one', () => {
    const outbox = createOutbox();
    fill(outbox, 3);
    const { length } = message('m1').toString();
    expect(outbox.take(3, 1)).toMatchObject({ stanzas: [{ n: 1 }], upTo: 1, more: true });
    expect(outbox.take(3, length * 2)).toMatchObject({ stanzas: [{ n: 2 }, { n: 3 }], upTo: 3, more: false });
  });

  it('takes back what has not left, once', () => {
    const outbox = createOutbox();
    const [first, second] = ['m1', 'm2', 'm3'].map((id) => outbox.add(message(id)));
    expect(second?.()).toBe(true);
    expect(second?.()).toBe(false);
    expect(ids(outbox)).toEqual(['m1', 'm3']);
    expect(first?.()).toBe(false);
  });

  it('is emptied by drain, and numbers go on', () => {
    const outbox = createOutbox();
    outbox.add(message('m1'))();
    for (const id of ['m2', 'm3']) outbox.add(message(id));
    expect(outbox.drain().map((one) => one.attrs['id'])).toEqual(['m2', 'm3']);
    expect(outbox.drain()).toEqual([]);
    outbox.add(message('m4'));
    expect(outbox.last()).toBe(4);
    expect(ids(outbox)).toEqual(['m4']);
  });

  it('holds 100,000 in order in linear time', () => {
    const outbox = createOutbox();
    fill(outbox, 100_000);
    const all: string[] = [];
    while (outbox.last() > all.length) all.push(...ids(outbox, Infinity, 5_000));
    expect(all).toHaveLength(100_000);
    expect(all.every((id, i) => id === `m${i + 1}`)).toBe(true);
  });

  it('keeps what waits, and what is added, under a key each', () => {
    const storage = memoryStorage();
    const outbox = createOutbox();
    fill(outbox, 1);
    const cancel = outbox.add(message('m2'));
    outbox.keep({ storage, key: 'k' });
    outbox.add(message('m3'), { rid: 7, index: 1 });
    expect(JSON.parse(storage.getItem('k:q:1') ?? '')).toEqual({ xml: message('m1').toString() });
    expect(JSON.parse(storage.getItem('k:q:3') ?? '')).toMatchObject({ in: { rid: 7, index: 1 } });
    cancel();
    expect(storage.getItem('k:q:2')).toBeNull();
    outbox.keep(undefined);
    outbox.add(message('m4'));
    expect(storage.keys()).toEqual([]);
    expect(ids(outbox)).toEqual(['m1', 'm3', 'm4']);
  });

  it('loads what another page has kept, ahead of what was sent since, without what unfinished handlers sent', () => {
    const storage = memoryStorage();
    const before = createOutbox();
    before.keep({ storage, key: 'k' });
    before.add(message('moved'));
    before.add(message('waiting'));
    before.add(message('of a handler that will run again'), { rid: 7, index: 1 });
    before.add(message('of a handler that is done'), { rid: 7, index: 0 });
    storage.setItem('k:q:9', 'not JSON');

    const after = createOutbox();
    after.add(message('sent since'));
    const cancel = after.add(message('taken back'));
    after.load({ storage, key: 'k' }, 1, ({ index }) => index < 1);
    expect(storage.keys()).toEqual(['k:q:2', 'k:q:4']);
    after.keep({ storage, key: 'k' });
    expect(cancel()).toBe(true);
    expect(storage.keys()).toEqual(['k:q:2', 'k:q:4', 'k:q:5']);
    expect(after.last()).toBe(6);
    expect(ids(after)).toEqual(['waiting', 'of a handler that is done', 'sent since']);
  });

  it('leaves every stanza under its number while it loads: a page may die in between', () => {
    const storage = memoryStorage({
      'k:q:2': JSON.stringify({ xml: '<message/>', in: { rid: 7, index: 1 } }),
      'k:q:3': JSON.stringify({ xml: '<presence/>' }),
    });
    createOutbox().load({ storage, key: 'k' }, 1, () => false);
    const writes = storage.calls.filter(({ operation }) => operation === 'setItem');
    expect([writes, storage.keys()]).toEqual([[], ['k:q:3']]);
  });

  it('keeps behind what a storage has already, which it can take in later', () => {
    const storage = memoryStorage({ 'k:q:4': JSON.stringify({ xml: message('kept').toString() }) });
    const keeper = { storage, key: 'k' };
    const outbox = createOutbox();
    outbox.add(message('sent before'));
    outbox.keepBehind(keeper, 2);
    const cancel = outbox.add(message('taken back'));
    outbox.add(message('sent since'));
    expect(storage.keys()).toEqual(['k:q:4', 'k:q:5', 'k:q:6', 'k:q:7']);

    const inherited = createOutbox();
    inherited.load({ ...keeper, storage: storage.clone() }, 2, () => true);
    expect(ids(inherited)).toEqual(['kept', 'sent before', 'taken back', 'sent since']);

    outbox.load(keeper, 3, () => true);
    expect(cancel()).toBe(true);
    expect([outbox.last(), storage.keys()]).toEqual([7, ['k:q:4', 'k:q:5', 'k:q:7']]);
    expect(ids(outbox)).toEqual(['kept', 'sent before', 'sent since']);
  });

  it('gives what it keeps other numbers when another page has used them meanwhile', () => {
    const storage = memoryStorage();
    const outbox = createOutbox();
    outbox.keepBehind({ storage, key: 'k' }, 2);
    fill(outbox, 2);
    outbox.load({ storage, key: 'k' }, 3, () => true);
    expect([...storage.keys()].sort()).toEqual(['k:q:4', 'k:q:5']);
    expect(ids(outbox)).toEqual(['m1', 'm2']);
  });

  it('reports a storage that takes nothing and keeps the stanza in memory', () => {
    const faults: unknown[] = [];
    const outbox = createOutbox();
    const broken = {
      ...memoryStorage(),
      length: 0,
      setItem: () => {
        throw new Error('full');
      },
    };
    outbox.keep({ storage: broken, key: 'k', onFault: (error) => faults.push(error) });
    fill(outbox, 1);
    expect(faults).toEqual([new Error('full')]);
    expect(ids(outbox)).toEqual(['m1']);
  });
});
