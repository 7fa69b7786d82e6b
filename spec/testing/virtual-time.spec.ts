import { interval, timer } from 'rxjs';
import { virtualTime } from '../../lib/testing/virtual-time.js';

it(
  'lets time go by, and does what is due at the end of it too',
  virtualTime(({ pass, now }) => {
    const seen: string[] = [];
    for (const ms of [0, 10, 11]) timer(ms).subscribe(() => seen.push(`${ms} at ${now()}`));
    expect(seen).toEqual([]);
    pass(0);
    expect(seen).toEqual(['0 at 0']);
    pass(10);
    expect([now(), ...seen]).toEqual([10, '0 at 0', '10 at 10']);
    pass(90);
    expect([now(), seen.length]).toEqual([100, 3]);
  }),
);

it(
  'is the time of what takes a scheduler, and of what takes none',
  virtualTime(({ pass, scheduler }) => {
    const seen: string[] = [];
    timer(1000, scheduler).subscribe(() => seen.push('told'));
    timer(1000).subscribe(() => seen.push('not told'));
    pass(999);
    expect(seen).toEqual([]);
    pass(1);
    expect(seen).toEqual(['told', 'not told']);
  }),
);

it('goes on after the play until nothing is left', () => {
  let done = 0;
  virtualTime(({ scheduler }) => void scheduler.schedule(() => (done += 1), 3_599_999))();
  expect(done).toBe(1);
});

it('is an error where something never ends', () => {
  const endless = (longestMs?: number) =>
    virtualTime(({ scheduler }) => void interval(1000, scheduler).subscribe(), longestMs);
  expect(endless()).toThrow('After 3600000 ms of virtual time something still runs');
  expect(endless(5000)).toThrow('After 5000 ms of virtual time something still runs');
});

it('throws what the play throws', () => {
  expect(
    virtualTime(() => {
      throw new Error('wrong');
    }),
  ).toThrow('wrong');
});
