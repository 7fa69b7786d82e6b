import {
  identity,
  isObservable,
  mergeMap,
  NEVER,
  type Observable,
  of,
  take,
  throwError,
  timeout,
} from 'rxjs';
import { TimeoutError } from '../protocol/errors.js';
import { readStanzaError } from '../protocol/stanza.js';
import type { XmlElement } from '../xml/element.js';

/** What a test answers to a request. */
export type Answered = XmlElement | Observable<XmlElement> | undefined;

/** No timer reaches further. */
const MAX_TIMER_MS = 2 ** 31;

/** What becomes of a request that is answered so: what becomes of it with a client. */
export const outcomeOf = (answered: Answered, id: string, timeoutMs: number): Observable<XmlElement> => {
  const answer$ = isObservable(answered) ? answered : answered ? of(answered) : NEVER;
  const late = (): Observable<never> =>
    throwError(() => new TimeoutError(`No answer to the request ${id} came in ${timeoutMs} ms`));
  return answer$.pipe(
    take(1),
    timeoutMs < MAX_TIMER_MS ? timeout({ first: timeoutMs, with: late }) : identity,
    mergeMap((answer) =>
      answer.attrs['type'] === 'error' ? throwError(() => readStanzaError(answer)) : of(answer),
    ),
  );
};
