import { noop, Observable, type Subscriber, type Subscription } from 'rxjs';

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
  complete?: () => void,
): Subscription => {
  const owned$ = new Observable<T>((subscriber) => {
    owner.add(subscriber);
    return subscriber.closed ? undefined : source$.subscribe(subscriber);
  });
  const error = (cause: unknown): void => owner.error(cause);
  return owned$.subscribe({ next, error, complete: complete ?? noop });
};
