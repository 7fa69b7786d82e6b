import { createIds } from '../../lib/testing/ids.js';

it('counts each prefix', () => {
  const ids = createIds();
  expect([ids('sid'), ids('sid'), ids('nonce')]).toEqual(['sid-1', 'sid-2', 'nonce-1']);
});

it('adds what is random', () => {
  const numbers = [0, 0.5];
  const ids = createIds(() => numbers.shift() ?? 0);
  expect([ids('sid'), ids('sid')]).toEqual(['sid-1-00000000', 'sid-2-80000000']);
});
