import { noop, Observable, type Subscriber, type Subscription } from 'rxjs';

/** Holds no more than this: the chain of the source need not live as long as the subscription. */
class Listener<T> {
  constructor(
    readonly owner: Subscriber<unknown>,
    readonly next: (value: T) => void,
    readonly complete: () => void,
  ) {}

  error(cause: unknown): void {
    this.owner.error(cause);
  }
}

/**
 * Subscribes to `source$` on behalf of `owner`, whom its error reaches.
 *
 * Ends together with `owner`, even a source that is still busy emitting synchronously, and lets go of it when the
 * source ends first. Does nothing for an owner that has ended already.
 */
export const listen = <T>(
  source$: Observable<T>,
  owner: Subscriber<unknown>,
  next: (value: T) => void,
  complete: () => void = noop,
): Subscription => {
  const owned$ = new Observable<T>((subscriber) => {
    owner.add(subscriber);
    return subscriber.closed ? undefined : source$.subscribe(subscriber);
  });
  return owned$.subscribe(new Listener(owner, next, complete));
};
