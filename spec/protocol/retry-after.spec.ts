import { retryAfterMs } from '../../lib/protocol/retry-after.js';

const NOW = Date.UTC(2026, 9, 21, 7, 27, 30);

it.each([
  ['7', 7_000],
  ['0.5', 500],
  ['0', 0],
  ['-3', 0],
  ['Infinity', 0],
  ['soon', 0],
  [undefined, 0],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 30_000],
  ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ['Thu, 22 Oct 2026 07:27:30 GMT', 86_400_000],
  ['Wed, 21 Foo 2026 07:28:00 GMT', 0],
])('%s is %i ms', (value, ms) => {
  expect(retryAfterMs(value, NOW)).toBe(ms);
});

it('knows every day that a calendar has', () => {
  for (let at = Date.UTC(1999, 11, 25); at < Date.UTC(2105, 0, 1); at += 86_400_000 * 3 + 3_601_000) {
    expect(retryAfterMs(new Date(at).toUTCString(), 0)).toBe(Math.floor(at / 1000) * 1000);
  }
});
