import { NEVER, Observable, of, retry, throwError } from 'rxjs';

import type { LocksPort } from '../session/ownership.js';

/** How often a lock is asked for whose grant could not be told. */
const TRIES = 5;

/**
 * A grant that comes while a page can't run (Chromium within `window.open` or a dialog: "The provided callback is no longer
 * runnable") is lost with a plain error. What can never be had says so with a `DOMException`.
 */
const untold = (error: unknown) => (error instanceof DOMException ? throwError(() => error) : of(true));

/** The port on Web Locks: held by the page, gone with the page. */
export const webLocks =
  (locks: LockManager): LocksPort =>
  (name) =>
    new Observable<void>((subscriber) => {
      const abort = new AbortController();
      let release = (): void => abort.abort();
      const hold = (): Promise<void> | undefined => {
        if (subscriber.closed) return undefined;
        return new Promise((resolve) => {
          release = resolve;
          subscriber.next();
        });
      };
      locks.request(name, { signal: abort.signal }, hold).catch((error: unknown) => subscriber.error(error));
      return () => release();
    }).pipe(retry({ count: TRIES - 1, delay: untold }));

interface Word {
  readonly says: 'whose?' | 'mine';
  readonly token: number;
}

/** How long an owner may take to answer, in ms. */
const ANSWER_MS = 200;

/** What the fallback needs: a channel between pages, a number of one's own, and a timer. */
export interface ChannelPlatform {
  readonly open: (name: string) => BroadcastChannel;
  readonly random: () => number;
  readonly after: (ms: number, work: () => void) => () => void;
}

/**
 * The port for where Web Locks are missing (plain `http:`): asks the other pages whose the mark is. It is ours when nobody
 * answers in time; of two that ask at once the one with the lower number goes first.
 */
export const channelLocks =
  ({ open, random, after }: ChannelPlatform): LocksPort =>
  (name) =>
    new Observable((subscriber) => {
      const channel = open(name);
      const token = random();
      let owner = false;
      let cancel = (): void => undefined;
      const say = (says: Word['says']): void => channel.postMessage({ says, token } satisfies Word);
      const ask = (): void => {
        cancel = after(ANSWER_MS, own);
        say('whose?');
      };
      const own = (): void => {
        owner = true;
        subscriber.next();
      };
      channel.onmessage = ({ data }: MessageEvent<Word>) => {
        if (data.says === 'whose?' && (owner || token < data.token)) say('mine');
        if (data.says === 'mine' && !owner) {
          cancel();
          cancel = after(ANSWER_MS, ask);
        }
      };
      ask();
      return () => {
        cancel();
        channel.close();
      };
    });

/** Where there are no other pages to share anything with. */
export const noLocks: LocksPort = () =>
  new Observable((subscriber) => {
    subscriber.next();
    return NEVER.subscribe();
  });
