import { Observable, type SchedulerLike } from 'rxjs';

/**
 * Exclusive marks that pages of one origin share and that vanish with the page that holds them. Emits once the mark
 * `name` is held, and holds it until unsubscribed from; waits for it as long as somebody else holds it. Does not complete.
 */
export type LocksPort = (name: string) => Observable<void>;

/** How long the old document of a reload may take to die, in ms. */
const PATIENCE_MS = 1_500;

/** A number in 53 bits that tells texts apart; not a secret. */
const digest = (text: string): string => {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (const code of Array.from(text, (letter) => letter.codePointAt(0) ?? 0)) {
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  return ((high >>> 0) * 2 ** 21 + (low >>> 11)).toString(36);
};

/** What a session is called among pages. Does not give its sid away. */
export const sessionName = (url: string, sid: string): string => `rxmpp-${digest(`${url} ${sid}`)}`;

/**
 * Makes sure that nobody else drives a session: emits true once it is ours, and keeps it so until unsubscribed from;
 * or emits false and completes when somebody else keeps it. Takes it from nobody.
 */
export const claim = (locks: LocksPort, name: string, scheduler: SchedulerLike): Observable<boolean> =>
  new Observable((subscriber) => {
    const late = scheduler.schedule(() => {
      subscriber.next(false);
      subscriber.complete();
    }, PATIENCE_MS);
    const mine = (): void => {
      late.unsubscribe();
      subscriber.next(true);
    };
    subscriber.add(late);
    // Where marks can't be had at all (a sandboxed frame), nobody can be asked: the session counts as ours.
    subscriber.add(locks(name).subscribe({ next: mine, error: mine }));
  });
