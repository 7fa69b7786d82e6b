import { Observable } from 'rxjs';

/** Marks that several clients share, as the pages of one browser share Web Locks. */
export interface MemoryLocks {
  /** The port: emits once the mark is held, holds it until unsubscribed from, in the order of asking. */
  readonly locks: (name: string) => Observable<void>;
  /** Names held at present. */
  held(): readonly string[];
}

/** Locks in memory. Clients that share one object share the marks. */
export const memoryLocks = (): MemoryLocks => {
  const queues = new Map<string, (() => void)[]>();

  const locks = (name: string): Observable<void> =>
    new Observable((subscriber) => {
      const queue = queues.get(name) ?? [];
      const enter = (): void => subscriber.next();
      queues.set(name, queue);
      queue.push(enter);
      subscriber.add(() => {
        const held = queue[0] === enter;
        queue.splice(queue.indexOf(enter), 1);
        if (queue.length === 0) queues.delete(name);
        if (held) queue[0]?.();
      });
      if (queue[0] === enter) enter();
    });

  return { locks, held: () => [...queues.keys()] };
};
