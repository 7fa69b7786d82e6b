import { memoryStorage } from 'rxmpp/testing';
import { bounded } from '../../lib/session/bounded.js';

const full = { name: 'LimitError', condition: 'storage-full' };
const refusal = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return 'taken';
};

it('counts what is there already, and what comes and goes, but not the record', () => {
  const storage = memoryStorage();
  storage.setItem('k:q:1', 'x'.repeat(45));
  storage.setItem('other:q:1', 'x'.repeat(1000));
  const limited = bounded(storage, 'k', 100);
  limited.setItem('k', 'x'.repeat(500));
  limited.setItem('k:q:2', 'x'.repeat(45));
  expect(refusal(() => limited.setItem('k:q:3', ''))).toMatchObject(full);
  limited.setItem('k:q:2', 'x'.repeat(40));
  limited.setItem('k:q:3', '');
  expect(refusal(() => limited.setItem('k:q:2', 'x'.repeat(41)))).toMatchObject(full);
  expect(storage.getItem('k:q:2')).toBe('x'.repeat(40));
  limited.removeItem('k:q:1');
  limited.removeItem('k:q:9');
  limited.setItem('k:q:4', 'x'.repeat(45));
  expect(limited.length).toBe(storage.length);
  expect(limited.key(0)).toBe(storage.key(0));
  expect(limited.getItem('k:q:4')).toBe('x'.repeat(45));
  limited.removeItem('k');
  expect(limited.getItem('k')).toBeNull();
});

it('forgets nothing of what the storage itself has refused', () => {
  const storage = memoryStorage();
  const limited = bounded({ ...storage, length: 0, key: () => null, setItem: () => { throw new Error('quota'); } }, 'k', 20); // prettier-ignore
  for (let i = 0; i < 10; i++)
    expect(refusal(() => limited.setItem('k:q:1', 'x'))).toEqual(new Error('quota'));
});
