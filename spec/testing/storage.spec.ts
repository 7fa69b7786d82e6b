import { memoryStorage } from '../../lib/testing/storage.js';

const nameOf = (work: () => void): string => {
  try {
    work();
    return 'nothing thrown';
  } catch (error) {
    return (error as Error).name;
  }
};

it('keeps strings, in order, as sessionStorage does', () => {
  const storage = memoryStorage({ a: '1' });
  storage.setItem('b', '2');
  storage.setItem('a', '3');
  expect([storage.length, storage.key(0), storage.key(1), storage.key(2)]).toEqual([2, 'a', 'b', null]);
  expect([storage.getItem('a'), storage.getItem('z')]).toEqual(['3', null]);
  storage.removeItem('a');
  expect(storage.keys()).toEqual(['b']);
});

it('is copied as it is now', () => {
  const storage = memoryStorage({ a: '1' });
  const [copy, picture] = [storage.clone(), storage.snapshot()];
  storage.setItem('a', '2');
  copy.setItem('b', '3');
  expect(picture).toEqual({ a: '1' });
  expect(copy.snapshot()).toEqual({ a: '1', b: '3' });
  expect(storage.snapshot()).toEqual({ a: '2' });
});

it('fails when it is told to, and changes nothing then', () => {
  const storage = memoryStorage({ a: '1' });
  const mend = storage.failOn('setItem', { key: /^a/ });
  expect(nameOf(() => storage.setItem('a', '2'))).toBe('QuotaExceededError');
  storage.setItem('b', '2');
  mend();
  storage.setItem('a', '3');
  expect(storage.snapshot()).toEqual({ a: '3', b: '2' });
});

it('fails with the error it is given', () => {
  const storage = memoryStorage();
  storage.failOn('getItem', { error: new Error('denied') });
  storage.failOn('removeItem', { error: new Error('no') });
  expect(() => storage.getItem('a')).toThrow('denied');
  expect(() => storage.removeItem('a')).toThrow('no');
});

it('remembers every call', () => {
  const storage = memoryStorage();
  storage.setItem('a', '1');
  storage.failOn('getItem');
  expect(() => storage.getItem('a')).toThrow();
  storage.removeItem('a');
  expect(storage.calls).toEqual([
    { operation: 'setItem', key: 'a', value: '1', failed: false },
    { operation: 'getItem', key: 'a', value: undefined, failed: true },
    { operation: 'removeItem', key: 'a', value: undefined, failed: false },
  ]);
});
