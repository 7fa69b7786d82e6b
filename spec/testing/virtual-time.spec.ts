import fc from 'fast-check';
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

it('does what is due in order of time, then as it was scheduled, also what is scheduled meanwhile', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(9), { maxLength: 40 }),
      fc.array(fc.nat(9), { maxLength: 10 }),
      (first, more) => {
        const due: { readonly at: number; readonly n: number }[] = [];
        const done: number[] = [];
        virtualTime(({ scheduler, now }) => {
          const plan = (ms: number): void => {
            const n = due.push({ at: now() + ms, n: due.length }) - 1;
            scheduler.schedule(() => done.push(n), ms);
          };
          first.forEach(plan);
          scheduler.schedule(() => more.forEach(plan), 5);
        })();
        const inOrder = [...due].sort((a, b) => a.at - b.at || a.n - b.n).map(({ n }) => n);
        expect(done).toEqual(inOrder);
      },
    ),
  );
});

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
