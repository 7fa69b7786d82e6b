import {
  EMPTY,
  NEVER,
  Observable,
  of,
  range,
  repeat,
  Subject,
  type Subscriber,
  take,
  throwError,
} from 'rxjs';
import { machine, type Perform, type Step } from '../../lib/operators/machine.js';
import { heapUsed } from './heap.js';

/** Remembers every event; one written as a capital is also an effect of the same name. */
const remember: Step<string, string, string> = (state, event) => ({
  state: state + event,
  effects: event === event.toUpperCase() ? [event] : [],
});

const nothing: Perform<string, string> = () => EMPTY;

/** Counts events; every one is an effect. */
const count: Step<number, number, number> = (state, event) => ({ state: state + 1, effects: [event] });

/** Runs a machine over a subject and writes down what happens, in order. */
const record = (perform: (log: string[], events$: Subject<string>) => Perform<string, string>) => {
  const log: string[] = [];
  const events$ = new Subject<string>();
  events$.pipe(machine(remember, '', perform(log, events$))).subscribe({
    next: (state) => log.push(`state ${state}`),
    error: (cause: unknown) => log.push(`error ${String(cause)}`),
    complete: () => log.push('complete'),
  });
  return { log, events$ };
};

describe('machine, from inside and at length', () => {
  it('emits a state before its effects are performed', () => {
    const { log, events$ } = record((log) => (effect) => {
      log.push(`perform ${effect}`);
      return of('r');
    });

    events$.next('Q');

    expect(log).toEqual(['state Q', 'perform Q', 'state Qr']);
  });

  it('performs all effects of one event, in order, before it handles the next', () => {
    const log: string[] = [];
    const both: Step<string, string, string> = (state, event) => ({
      state: state + event,
      effects: event === 'a' ? ['first', 'second'] : [],
    });
    const perform = (effect: string): Observable<string> => {
      log.push(effect);
      return of('b', 'c');
    };

    of('a')
      .pipe(machine(both, '', perform))
      .subscribe((state) => log.push(state));

    expect(log).toEqual(['a', 'first', 'second', 'ab', 'abc', 'abcb', 'abcbc']);
  });

  it('lets events that are raised by whoever sees a state wait their turn', () => {
    const events$ = new Subject<string>();
    const log: string[] = [];
    const perform = (effect: string): Observable<string> => {
      log.push(`perform ${effect}`);
      return EMPTY;
    };
    events$.pipe(machine(remember, '', perform)).subscribe((state) => {
      log.push(state);
      if (state === 'Q') events$.next('b');
    });

    events$.next('Q');

    expect(log).toEqual(['Q', 'perform Q', 'Qb']);
  });

  it('handles undefined like any event', () => {
    const states: number[] = [];
    const step: Step<number, undefined, never> = (state) => ({ state: state + 1, effects: [] });

    of(undefined, undefined)
      .pipe(machine(step, 0, () => EMPTY))
      .subscribe((state) => states.push(state));

    expect(states).toEqual([1, 2]);
  });

  it('handles what waits before it completes', () => {
    const { log, events$ } = record((log, events$) => (effect) => {
      log.push(`perform ${effect}`);
      events$.next('b');
      events$.complete();
      return of('c');
    });

    events$.next('Q');

    expect(log).toEqual(['state Q', 'perform Q', 'state Qb', 'state Qbc', 'complete']);
  });

  it('performs nothing for a state whose observer unsubscribes', () => {
    const performed: string[] = [];
    const perform = (effect: string): Observable<string> => {
      performed.push(effect);
      return EMPTY;
    };

    of('P', 'Q')
      .pipe(machine(remember, '', perform), take(1))
      .subscribe();

    expect(performed).toEqual([]);
  });

  it('stops at once when an effect unsubscribes, and cancels that effect too', () => {
    const log: string[] = [];
    const twice: Step<string, string, string> = (state, event) => ({
      state: state + event,
      effects: ['1', '2'],
    });
    const perform = (effect: string): Observable<string> =>
      new Observable((subscriber) => {
        log.push(`start ${effect}`);
        subscriber.next('b');
        stop$.next();
        log.push(`cancelled ${String(subscriber.closed)}`);
        return () => log.push(`stop ${effect}`);
      });
    const stop$ = new Subject<void>();
    const events$ = new Subject<string>();
    const subscription = events$.pipe(machine(twice, '', perform)).subscribe((state) => log.push(state));
    stop$.subscribe(() => subscription.unsubscribe());

    events$.next('a');

    expect(log).toEqual(['a', 'start 1', 'cancelled true', 'stop 1']);
    expect(events$.observed).toBe(false);
  });

  it('drops the events that wait when unsubscribed from', () => {
    const events$ = new Subject<string>();
    const handled: string[] = [];
    const step: Step<string, string, string> = (state, event) => {
      handled.push(event);
      return remember(state, event);
    };
    const perform = (): Observable<string> => {
      events$.next('b');
      subscription.unsubscribe();
      return NEVER;
    };
    const subscription = events$.pipe(machine(step, '', perform)).subscribe();

    events$.next('Q');

    expect(handled).toEqual(['Q']);
  });

  it('leaves an endless synchronous source when nobody listens any more', () => {
    const states: string[] = [];

    of('a')
      .pipe(repeat(), machine(remember, '', nothing), take(3))
      .subscribe((state) => states.push(state));

    expect(states).toEqual(['a', 'aa', 'aaa']);
  });

  it('ends with an effect that fails at once', () => {
    const { log, events$ } = record(() => () => throwError(() => new Error('broken')));

    events$.next('Q');
    events$.next('a');

    expect(log).toEqual(['state Q', 'error Error: broken']);
  });

  it('handles 100,000 events, each raised by the one before, on a flat stack', () => {
    const total = 100_000;
    let last = 0;
    const perform = (event: number): Observable<number> => (event < total ? of(event + 1) : EMPTY);

    of(1)
      .pipe(machine(count, 0, perform))
      .subscribe((state) => (last = state));

    expect(last).toBe(total);
  });

  it('handles 100,000 events that all wait at once in linear time', () => {
    const total = 100_000;
    let last = 0;
    const perform = (event: number): Observable<number> => (event < 0 ? range(0, total) : EMPTY);

    of(-1)
      .pipe(machine(count, 0, perform))
      .subscribe((state) => (last = state));

    expect(last).toBe(total + 1);
  });

  it('forgets effects that have ended', () => {
    const events$ = new Subject<number>();
    let running: Subscriber<number> | undefined;
    const perform = (): Observable<number> => new Observable((subscriber) => void (running = subscriber));
    const subscription = events$.pipe(machine(count, 0, perform)).subscribe();
    const play = (total: number): number => {
      for (let event = 0; event < total; event += 1) {
        events$.next(event);
        running?.complete();
      }
      return heapUsed();
    };

    const before = play(1_000);
    const after = play(1_000_000);

    expect(after - before).toBeLessThan(20_000_000);
    subscription.unsubscribe();
  });
});
