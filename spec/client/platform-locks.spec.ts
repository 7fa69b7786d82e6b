import { firstValueFrom, map } from 'rxjs';

import { channelLocks, noLocks, webLocks } from '../../lib/client/platform-locks.js';

/** Timers in the hands of the spec: `pass` lets time go by. */
const clock = () => {
  let now = 0;
  const due = new Set<{ readonly at: number; readonly work: () => void }>();
  const after = (ms: number, work: () => void): (() => void) => {
    const timer = { at: now + ms, work };
    due.add(timer);
    return () => due.delete(timer);
  };
  const pass = (ms: number): void => {
    const end = now + ms;
    for (;;) {
      const [next] = [...due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      due.delete(next);
      now = next.at;
      next.work();
    }
    now = end;
  };
  return { after, pass, pending: () => due.size };
};

type Listener = (event: { readonly data: unknown }) => void;

/** Channels between pages: what one says all others hear. */
const pages = () => {
  const open = new Set<{ onmessage: Listener | null }>();
  const join = (): BroadcastChannel => {
    const channel = {
      onmessage: null as Listener | null,
      postMessage: (data: unknown) => {
        for (const other of open) if (other !== channel) other.onmessage?.({ data });
      },
      close: () => open.delete(channel),
    };
    open.add(channel);
    return channel as unknown as BroadcastChannel;
  };
  return { join, open };
};

const setUp = () => {
  const { join, open } = pages();
  const { after, pass, pending } = clock();
  let token = 0;
  const page = () => channelLocks({ open: join, random: () => (token += 1), after });
  return { page, pass, pending, open };
};

describe('locks by asking the other pages', () => {
  it('are ours when nobody answers', () => {
    const { page, pass } = setUp();
    const held: string[] = [];
    page()('one').subscribe(() => held.push('a'));
    pass(199);
    expect(held).toEqual([]);
    pass(1);
    expect(held).toEqual(['a']);
  });

  it('stay with who has them, and go to who waits when that one goes', () => {
    const { page, pass } = setUp();
    const held: string[] = [];
    const first = page()('one').subscribe(() => held.push('a'));
    pass(200);
    page()('one').subscribe(() => held.push('b'));
    pass(5_000);
    expect(held).toEqual(['a']);
    first.unsubscribe();
    pass(400);
    expect(held).toEqual(['a', 'b']);
  });

  it('go to one of two that ask at once', () => {
    const { page, pass } = setUp();
    const held: string[] = [];
    page()('one').subscribe(() => held.push('a'));
    page()('one').subscribe(() => held.push('b'));
    pass(5_000);
    expect(held).toEqual(['a']);
  });

  it('leave no timer and no channel behind', () => {
    const { page, pending, open } = setUp();
    page()('one').subscribe().unsubscribe();
    expect([pending(), open.size]).toEqual([0, 0]);
  });
});

describe('locks of the platform', () => {
  /** Web Locks, as far as the port uses them. */
  const manager = () => {
    const log: string[] = [];
    let grant = (): Promise<void> | undefined => undefined;
    let signal: AbortSignal | undefined;
    const locks = {
      request: (name: string, options: { signal: AbortSignal }, hold: () => Promise<void> | undefined) => {
        log.push(`asked for ${name}`);
        ({ signal } = options);
        const done = new Promise<void>((resolve, reject) => {
          options.signal.addEventListener('abort', () => reject(new Error('aborted')));
          grant = () => {
            const held = hold();
            void held?.then(() => {
              log.push('released');
              resolve();
            });
            return held;
          };
        });
        return done;
      },
    };
    return {
      locks: locks as unknown as LockManager,
      log,
      grant: () => grant(),
      aborted: () => signal?.aborted,
    };
  };

  it('are held until unsubscribed from', async () => {
    const { locks, log, grant } = manager();
    const held: string[] = [];
    const subscription = webLocks(locks)('one').subscribe(() => held.push('a'));
    expect(held).toEqual([]);
    const holding = grant();
    expect(held).toEqual(['a']);
    subscription.unsubscribe();
    await holding;
    expect(log).toEqual(['asked for one', 'released']);
  });

  it('are no longer asked for when nobody waits', () => {
    const { locks, grant, aborted } = manager();
    const held: string[] = [];
    webLocks(locks)('one')
      .subscribe({ next: () => held.push('a'), error: () => held.push('error') })
      .unsubscribe();
    expect(aborted()).toBe(true);
    expect(grant()).toBeUndefined();
    expect(held).toEqual([]);
  });

  it('say why they can not be had', async () => {
    const denied = new DOMException('denied', 'SecurityError');
    const locks = { request: () => Promise.reject(denied) } as unknown as LockManager;
    const seen = await new Promise((resolve) => webLocks(locks)('one').subscribe({ error: resolve }));
    expect(seen).toBe(denied);
  });

  /** What Chromium says of a lock that it grants while `window.open` blocks the page. */
  const NOT_RUNNABLE = 'The provided callback is no longer runnable.';

  it('are asked for again when the page could not be told that it has them', async () => {
    let asked = 0;
    const request = (_: string, __: object, hold: () => unknown) => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error(NOT_RUNNABLE)) : Promise.resolve(hold());
    };
    const held = firstValueFrom(
      webLocks({ request } as unknown as LockManager)('one').pipe(map(() => asked)),
    );
    expect(await held).toBe(2);
  });

  it('are not asked for without end', async () => {
    let asked = 0;
    const request = () => {
      asked += 1;
      return Promise.reject(new Error(NOT_RUNNABLE));
    };
    const held = firstValueFrom(webLocks({ request } as unknown as LockManager)('one'));
    await expect(held).rejects.toThrow(NOT_RUNNABLE);
    expect(asked).toBe(5);
  });

  it('are ours at once where there are no other pages', () => {
    const held: string[] = [];
    noLocks('one').subscribe(() => held.push('a'));
    expect(held).toEqual(['a']);
  });
});
