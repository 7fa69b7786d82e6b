import { Observable, type Subscriber } from 'rxjs';
import { listen } from '../../lib/operators/listen.js';
import { marbles } from '../marbles.js';

/** An observable that does `work` for whoever subscribes to it. */
const owning = (work: (owner: Subscriber<string>) => void): Observable<string> =>
  new Observable((owner) => work(owner));

describe('listen', () => {
  it(
    'ends with its owner',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-b-c-');
      const watched = '     ^---!  ';
      const expected = '    -a-b---';
      const owner$ = owning((owner) => listen(source$, owner, (value) => owner.next(value)));

      expectObservable(owner$, watched).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'hands its owner the error',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-# ');
      const other$ = hot('  -----');
      const watched = '     ^--! ';
      const expected = '    ---# ';
      const owner$ = owning((owner) => {
        listen(source$, owner, () => undefined);
        listen(other$, owner, () => undefined);
      });

      expectObservable(owner$).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
      expectSubscriptions(other$.subscriptions).toBe(watched);
    }),
  );

  it(
    'says when the source completes, and leaves the owner alone',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-| ');
      const silent$ = hot(' -|   ');
      const expected = '    ---c-';
      const owner$ = owning((owner) => {
        listen(silent$, owner, () => undefined);
        listen(
          source$,
          owner,
          () => undefined,
          () => owner.next('c'),
        );
      });

      expectObservable(owner$).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe('^--!');
      expectSubscriptions(silent$.subscriptions).toBe('^!');
    }),
  );

  it(
    'can be ended on its own',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' -a-b-');
      const watched = '     ^!   ';
      const expected = '    -a---';
      const owner$ = owning((owner) => {
        const subscription = listen(source$, owner, (value) => {
          owner.next(value);
          subscription.unsubscribe();
        });
      });

      expectObservable(owner$).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(watched);
    }),
  );

  it(
    'subscribes to nothing for an owner that has ended',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-a-');
      const owner$ = owning((owner) => {
        owner.complete();
        listen(source$, owner, () => undefined);
      });

      expectObservable(owner$).toBe('|');
      expectSubscriptions(source$.subscriptions).toBe([]);
    }),
  );

  it('stops a source that is still being subscribed to', () => {
    const seen: number[] = [];
    const endless$ = new Observable<number>((subscriber) => {
      for (let value = 1; !subscriber.closed; value += 1) subscriber.next(value);
    });
    const owner$ = owning((owner) => {
      listen(endless$, owner, (value) => {
        seen.push(value);
        if (value === 3) owner.complete();
      });
    });

    owner$.subscribe();

    expect(seen).toEqual([1, 2, 3]);
  });
});
