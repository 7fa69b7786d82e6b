import { memoryLocks } from 'rxmpp/testing';

import { claim, sessionName } from '../../lib/session/ownership.js';
import { marbles } from '../marbles.js';

const values = { t: true, f: false };

describe('claim', () => {
  it(
    'is ours when nobody has it, for as long as we want it',
    marbles(({ expectObservable }, scheduler) => {
      const { locks, held } = memoryLocks();
      expectObservable(claim(locks, 'one', scheduler), '^ 3s !').toBe('t', values);
      scheduler.schedule(() => expect(held()).toEqual(['one']), 2_000);
      scheduler.schedule(() => expect(held()).toEqual([]), 3_002);
    }),
  );

  it(
    'waits for one who is about to go',
    marbles(({ expectObservable }, scheduler) => {
      const { locks } = memoryLocks();
      expectObservable(locks('one'), '^ 499ms !').toBe('v', { v: undefined });
      expectObservable(claim(locks, 'one', scheduler), '^ 3s !').toBe('500ms t', values);
    }),
  );

  it(
    'is given up when somebody keeps it, and takes nothing later',
    marbles(({ expectObservable }, scheduler) => {
      const { locks, held } = memoryLocks();
      expectObservable(locks('one'), '^ 4s !').toBe('v', { v: undefined });
      expectObservable(claim(locks, 'one', scheduler)).toBe('1500ms (f|)', values);
      scheduler.schedule(() => expect(held()).toEqual([]), 4_002);
    }),
  );

  it(
    'knows nothing of other names',
    marbles(({ expectObservable }, scheduler) => {
      const { locks } = memoryLocks();
      expectObservable(locks('one'), '^ 4s !').toBe('v', { v: undefined });
      expectObservable(claim(locks, 'two', scheduler), '^ 2s !').toBe('t', values);
    }),
  );

  it(
    'asks the port once',
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const lock$ = cold<undefined>('--------');
      expectObservable(claim(() => lock$, 'one', scheduler)).toBe('1500ms (f|)', values);
      expectSubscriptions(lock$.subscriptions).toBe('^ 1499ms !');
    }),
  );
});

describe('sessionName', () => {
  it('tells sessions apart and hides the sid', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => sessionName('/http-bind', `sid-${i}`));
    expect(new Set(names).size).toBe(1_000);
    expect(names.some((name) => name.includes('sid-'))).toBe(false);
    expect(sessionName('/a', 's')).not.toBe(sessionName('/b', 's'));
  });
});
