import { createDeliveries } from '../../lib/session/deliveries.js';
import { createOutbox } from '../../lib/session/outbox.js';
import { createWaiting } from '../../lib/session/waiting.js';
import { memoryStorage, type MemoryStorage } from '../../lib/testing/storage.js';
import { element } from '../../lib/xml/element.js';

const ROMEO = 'romeo@example.com';
const message = (id: string) => element('message', 'jabber:client', { id });

const page = (storage = memoryStorage(), shared: MemoryStorage | null = memoryStorage(), name = 'a') => {
  const outbox = createOutbox(createDeliveries());
  const fence = shared ? { storage: shared, prefix: 'k:gen:' } : undefined;
  const waiting = createWaiting({ storage, key: 'k', outbox, fence, newName: () => name, now: () => 7 });
  const sends = () => outbox.take(Infinity, Infinity).stanzas.map(({ xml }) => /id="(\w+)"/.exec(xml)?.[1]);
  return { storage, outbox, waiting, sends };
};

const left = () => {
  const { storage, outbox, waiting } = page();
  outbox.add(message('one'));
  waiting.keep(`${ROMEO}/orchard`);
  outbox.add(message('two'));
  return storage;
};

it('keeps what waits, and whose it is, beside the place of the session', () => {
  const storage = left();
  expect(storage.keys()).toEqual(['k:w', 'k:w:q:1', 'k:w:q:2']);
  expect(storage.getItem('k:w')).toBe('{"jid":"romeo@example.com/orchard","name":"a"}');
});

it('is taken over under another name, and the one before is marked', () => {
  const shared = memoryStorage();
  const next = page(left(), shared, 'b');
  next.outbox.add(message('three'));
  expect(next.waiting.takeOver(ROMEO)).toBe(true);
  expect(shared.snapshot()).toEqual({ 'k:gen:a': '2 7' });
  expect(next.storage.getItem('k:w')).toContain('"name":"b"');
  expect(next.storage.keys()).toEqual(['k:w', 'k:w:q:1', 'k:w:q:2', 'k:w:q:3']);
  expect(next.sends()).toEqual(['one', 'two', 'three']);
});

it('is taken over also where nothing is shared', () => {
  const next = page(left(), null);
  expect(next.waiting.takeOver(ROMEO)).toBe(true);
  next.waiting.settle();
  expect(next.sends()).toEqual(['one', 'two']);
});

it.each([
  ['what was marked by another page', { 'k:gen:a': '1 7' }, ['two']],
  ['all of it', { 'k:gen:a': '2 7' }, []],
])('does not send %s', (_, marks, sent) => {
  const next = page(left(), memoryStorage(marks), 'b');
  next.waiting.takeOver(ROMEO);
  expect(next.sends()).toEqual(sent);
});

it.each([
  ['another account', 'juliet@example.com', {}],
  ['a session that is kept: that has its own', ROMEO, { k: '{}' }],
])('is removed for %s', (_, jid, session) => {
  const next = page(memoryStorage({ ...left().snapshot(), ...session }));
  expect(next.waiting.takeOver(jid)).toBe(false);
  expect(next.storage.snapshot()).toEqual(session);
  expect(next.sends()).toEqual([]);
});

describe('a session that goes on', () => {
  const died = (jid: string) => {
    const storage = memoryStorage({ ...left().snapshot(), k: '{}', 'k:q:1': 'there already' });
    page(storage).waiting.recover(jid);
    return storage.snapshot();
  };

  it('gets what had not arrived yet when its page died', () => {
    expect(died(ROMEO)).toEqual({ k: '{}', 'k:q:1': 'there already', 'k:q:2': left().getItem('k:w:q:2') });
  });

  it('gets nothing of another account', () => {
    expect(died('juliet@example.com')).toEqual({ k: '{}', 'k:q:1': 'there already' });
  });

  it('gets nothing where nothing is', () => {
    const { storage, waiting } = page(memoryStorage({ k: '{}' }));
    waiting.recover(ROMEO);
    expect(storage.snapshot()).toEqual({ k: '{}' });
  });
});

it.each([
  ['no mark', null],
  ['a mark that is none', 'x'],
  ['a mark without a name', '{"jid":"a@b"}'],
])('there is nothing to take over with %s', (_, mark) => {
  const next = page(memoryStorage(mark === null ? {} : { 'k:w': mark }));
  expect(next.waiting.takeOver(ROMEO)).toBe(false);
  expect(next.sends()).toEqual([]);
});

it('keeps nothing where the storage refuses, and breaks nothing', () => {
  const { storage, outbox, waiting, sends } = page();
  for (const operation of ['getItem', 'setItem', 'removeItem'] as const) storage.failOn(operation);
  outbox.add(message('one'));
  waiting.keep(ROMEO);
  expect(waiting.takeOver(ROMEO)).toBe(false);
  waiting.settle();
  waiting.clear();
  expect([storage.keys(), sends()]).toEqual([[], ['one']]);
});
