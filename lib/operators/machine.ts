import { Observable, type OperatorFunction } from 'rxjs';
import { inLine } from './line.js';
import { listen } from './listen.js';

/** Where one event leads: the next state, and what is to be done about it. */
export interface Transition<S, F> {
  readonly state: S;
  readonly effects: readonly F[];
}

/** A pure decision: the same state and event always lead to the same transition. */
export type Step<S, E, F> = (state: S, event: E) => Transition<S, F>;

/** The events that an effect raises: at once where they are listed, which costs no subscription, else as they come. */
export type Raised<E> = Observable<E> | readonly E[];

/** Starts an effect: by the call, or, if it takes time, when what it returns is subscribed to. Unsubscribing cancels it. */
export type Perform<E, F> = (effect: F) => Raised<E>;

const isListed = <E>(raised: Raised<E>): raised is readonly E[] => Array.isArray(raised);

/**
 * Runs `step` over the source's events, performs the effects, and feeds the events they emit back in.
 *
 * Emits the state after every event, also one that changes nothing, but not `initial`. Each state is emitted before
 * its effects are performed, in their order: whoever persists it synchronously has committed before the wire sees
 * anything.
 *
 * Events are handled strictly one at a time: one that is raised while another is being handled waits its turn.
 * Every subscription is a machine of its own, starting from `initial`.
 *
 * Completes when the source has completed and no event waits; that cancels the effects still running, as does
 * unsubscribing, which also drops every waiting event and unperformed effect. An effect that completes ends nothing
 * else. An error of the source, of an effect, or thrown by `step` or `perform` ends the whole machine: a performer
 * turns the failures it expects into events.
 */
export const machine =
  <S, E, F>(step: Step<S, E, F>, initial: S, perform: Perform<E, F>): OperatorFunction<E, S> =>
  (events$) =>
    new Observable<S>((subscriber) => {
      let state = initial;

      const handle = (event: E): void => {
        const { state: reached, effects } = step(state, event);
        state = reached;
        subscriber.next(state);
        for (const effect of effects) {
          if (subscriber.closed) return;
          const raised = perform(effect);
          if (isListed(raised)) raised.forEach(take);
          else listen(raised, subscriber, take);
        }
      };

      const next = (event: E): void => {
        try {
          handle(event);
        } catch (cause) {
          subscriber.error(cause);
        }
      };

      const line = inLine<E>({ next, complete: () => subscriber.complete() }, () => !subscriber.closed);

      const take = (event: E): void => {
        line.add(event);
        line.run();
      };

      listen(events$, subscriber, take, line.end);
    });
