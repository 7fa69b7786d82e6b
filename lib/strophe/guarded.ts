import { noop, type Observable, of, type Subscription } from 'rxjs';

/** Subscribes to a stream that never errors. */
export const listen = <T>(stream$: Observable<T>, next: (value: T) => void): Subscription =>
  stream$.subscribe({ next, error: noop });

/**
 * Calls the app. What it throws disturbs nobody: RxJS reports it like an error in a subscriber, to
 * `config.onUnhandledError` or else by throwing it from a timer of its own. Undefined then, else what was returned.
 */
export const guarded = <T>(call: () => T): { readonly returned: T } | undefined => {
  const results: { readonly returned: T }[] = [];
  listen(of(call), (work) => results.push({ returned: work() }));
  return results[0];
};
