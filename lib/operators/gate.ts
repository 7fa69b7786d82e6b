import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { inLine } from './line.js';
import { listen } from './listen.js';

/**
 * Lets values through while open; while `closed$` last said true, holds them and drops none.
 *
 * Held values leave synchronously, oldest first, as soon as `closed$` says false; if the gate closes while they
 * leave, the rest stays, and what arrives meanwhile queues up behind them. Until `closed$` has spoken once the gate
 * counts as closed; when `closed$` completes it stays as it is.
 *
 * Completes after the source, once nothing is held. An error of the source or of `closed$` passes at once, and what
 * is held is dropped.
 *
 * @param onlyLatest Of what comes while it is closed only the latest is held, for values that include those before them.
 */
export const gate =
  <T>(closed$: Observable<boolean>, onlyLatest = false): MonoTypeOperatorFunction<T> =>
  (source$) =>
    new Observable<T>((subscriber) => {
      let open = false;
      const line = inLine(subscriber, () => open);

      const turn = (closed: boolean): void => {
        open = !closed;
        line.run();
      };

      const take = (value: T): void => {
        if (onlyLatest && !open) line.clear();
        line.add(value);
        line.run();
      };

      listen(closed$, subscriber, turn);
      listen(source$, subscriber, take, line.end);
    });
