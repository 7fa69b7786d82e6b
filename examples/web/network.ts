// A network that can be cut, for the button: requests under way break, new ones find no way.
import {
  BehaviorSubject,
  defer,
  filter,
  mergeWith,
  type Observable,
  switchMap,
  take,
  takeWhile,
  throwError,
} from 'rxjs';
import { type HttpPort, TransportError, xhrPort } from 'rxmpp';

export interface Network {
  readonly http: HttpPort;
  readonly cut$: Observable<boolean>;
  readonly toggle: () => void;
}

const broken = (): TransportError => new TransportError('network', 'The network was cut');

export const createNetwork = (): Network => {
  const real = xhrPort(() => new XMLHttpRequest());
  const cut$ = new BehaviorSubject(false);
  const http: HttpPort = (request) =>
    defer(() => {
      const cuts$ = cut$.pipe(
        filter((cut) => cut),
        take(1),
        switchMap(() => throwError(broken)),
      );
      return real(request).pipe(
        mergeWith(cuts$),
        takeWhile(({ type }) => type !== 'response', true),
      );
    });
  return { http, cut$, toggle: () => cut$.next(!cut$.value) };
};
