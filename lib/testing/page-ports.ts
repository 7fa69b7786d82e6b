import { Observable, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { HttpEvent } from '../protocol/http.js';
import { removeFrom } from './lists.js';
import type { SeenRequest } from './request-log.js';
import type { StoragePort } from './storage.js';
import type { WebSocketPort } from './sockets.js';
import type { HttpPort } from './wire.js';

/** How a page dies; every field may be left out. */
export interface PageDeath {
  /** Whether what it was uploading still arrives at the server (false: the connection is cut at once). */
  readonly arrives?: boolean;
  /** How long the browser still holds its locks, in ms (0). */
  readonly lockedMs?: number;
}

/** Whether a page is alive, and what is done in the moment it dies. */
export interface Life {
  readonly isAlive: boolean;
  /** Runs it when the page dies; at once if it is dead. */
  onDeath(work: (death: PageDeath) => void): Subscription;
  /** It dies, once. */
  end(death?: PageDeath): void;
}

export const createLife = (): Life => {
  const works: ((death: PageDeath) => void)[] = [];
  let death: PageDeath | undefined;
  return {
    get isAlive() {
      return death === undefined;
    },
    onDeath(work) {
      const own = (how: PageDeath): void => work(how);
      if (death) own(death);
      else works.push(own);
      return new Subscription(() => void removeFrom(works, own));
    },
    end(how = {}) {
      if (death) return;
      death = how;
      // What is no longer wanted because of the one before is not done.
      for (let work = works.shift(); work; work = works.shift()) work(how);
    },
  };
};

/** A storage that a dead page neither reads nor writes. */
export const livingStorage = (storage: StoragePort, life: Life): StoragePort => ({
  get length() {
    return life.isAlive ? storage.length : 0;
  },
  key: (index) => (life.isAlive ? storage.key(index) : null),
  getItem: (key) => (life.isAlive ? storage.getItem(key) : null),
  setItem(key, value) {
    if (life.isAlive) storage.setItem(key, value);
  },
  removeItem(key) {
    if (life.isAlive) storage.removeItem(key);
  },
});

/** What a page asks the network for; a dead one has its connections cut, and hears nothing more. */
export const livingHttp = (
  { http, requests }: { readonly http: HttpPort; readonly requests: readonly SeenRequest[] },
  life: Life,
): { readonly http: HttpPort; readonly requests: readonly SeenRequest[] } => {
  const own: SeenRequest[] = [];
  const living: HttpPort = (request) =>
    new Observable((subscriber) => {
      if (!life.isAlive) return;
      let isUploaded = false;
      const hear = (event: HttpEvent): void => {
        isUploaded = true;
        if (life.isAlive) subscriber.next(event);
        else sending.unsubscribe();
      };
      const sending = http(request).subscribe({
        next: hear,
        error: (error: unknown) => {
          if (life.isAlive) subscriber.error(error);
        },
        complete: () => subscriber.complete(),
      });
      const seen = requests.at(-1);
      if (seen) own.push(seen);
      // No more than twice as many as the network remembers.
      if (own.length > 2 * requests.length) own.splice(0, own.length - requests.length);
      const watching = life.onDeath(({ arrives = false }) => {
        if (isUploaded || !arrives) sending.unsubscribe();
      });
      subscriber.add(() => {
        watching.unsubscribe();
        if (life.isAlive) sending.unsubscribe();
      });
    });
  return { http: living, requests: own };
};

/** Sockets of a page; those of a dead one are cut. */
export const livingSockets =
  (webSocket: WebSocketPort, life: Life): WebSocketPort =>
  (request) =>
    new Observable((subscriber) => {
      if (!life.isAlive) return;
      const talking = webSocket(request).subscribe(subscriber);
      subscriber.add(talking);
      subscriber.add(life.onDeath(() => talking.unsubscribe()));
    });

/** Marks that a dead page does not hold any more, or not for long. */
export const livingLocks =
  (locks: (name: string) => Observable<void>, scheduler: SchedulerLike, life: Life) =>
  (name: string): Observable<void> =>
    new Observable((subscriber) => {
      if (!life.isAlive) return;
      const holding = locks(name).subscribe({
        next: () => {
          if (life.isAlive) subscriber.next();
        },
        error: (error: unknown) => subscriber.error(error),
      });
      const watching = life.onDeath(({ lockedMs = 0 }) => {
        if (lockedMs > 0) scheduler.schedule(() => holding.unsubscribe(), lockedMs);
        else holding.unsubscribe();
      });
      subscriber.add(() => {
        watching.unsubscribe();
        if (life.isAlive) holding.unsubscribe();
      });
    });

/** The same clock, with an eye on what is still to come; a dead page has no timers. */
export const livingClock = (
  scheduler: SchedulerLike,
  life: Life,
): { readonly clock: SchedulerLike; readonly pending: readonly Subscription[] } => {
  const pending: Subscription[] = [];
  life.onDeath(() => {
    for (const timer of [...pending]) timer.unsubscribe();
  });
  const schedule = <T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay?: number,
    state?: T,
  ): Subscription => {
    if (!life.isAlive) return new Subscription();
    const timer: Subscription = scheduler.schedule<T>(
      function (given) {
        removeFrom(pending, timer);
        // One that repeats itself is not pending any more.
        if (life.isAlive) work.call(this, given);
      },
      delay,
      state as T,
    );
    pending.push(timer);
    timer.add(() => void removeFrom(pending, timer));
    return timer;
  };
  return { clock: { now: () => scheduler.now(), schedule } satisfies SchedulerLike, pending };
};
