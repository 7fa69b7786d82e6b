import { noop, Observable, type SchedulerLike, timer } from 'rxjs';

import { LimitError, TimeoutError, type SessionError } from '../protocol/errors.js';
import { isResponse, mayAnswer, readStanzaError } from '../protocol/stanza.js';
import { type Stanza, withAttributes, type XmlElement } from '../xml/element.js';

/** No timer reaches further; a longer one would end at once. */
const MAX_TIMER_MS = 2 ** 31;

/** What has been sent, as far as a request has to know. */
export interface QueuedStanza {
  readonly isQueued: () => boolean;
  /** Takes it back, if it has not left. */
  cancel(): boolean;
}

interface Waiting {
  readonly to: string | undefined;
  readonly isQueued: () => boolean;
  readonly settle: (answer: Stanza) => void;
  readonly fail: (error: SessionError) => void;
}

/** What `request` needs to send and to wait. */
export interface RequestPorts {
  readonly scheduler: () => SchedulerLike;
  readonly newId: () => string;
  /** How many may wait at a time. Default: any number. */
  readonly maxRequests?: number;
  readonly jid: () => string;
  readonly send: (iq: XmlElement) => QueuedStanza;
}

/** The iq requests that wait for their answers (RFC 6120 §8.2.3). */
export interface Requests {
  request(iq: XmlElement, timeoutMs: number): Observable<Stanza>;
  /** Takes an answer in; false when nobody waits for it. */
  settle(stanza: Stanza): boolean;
  /** Ends every wait with an error; or only those whose request has left, since another session follows. */
  fail(error: SessionError, which?: 'all' | 'left'): void;
}

export const createRequests = (ports: RequestPorts): Requests => {
  const { maxRequests = Infinity } = ports;
  const waiting = new Map<string, Waiting>();

  const request = (iq: XmlElement, timeoutMs: number): Observable<Stanza> =>
    new Observable((subscriber) => {
      if (waiting.size >= maxRequests) {
        const message = `${maxRequests} requests wait for their answers already`;
        subscriber.error(new LimitError('too-many-requests', message));
        return;
      }
      const id = iq.attrs['id'] ?? ports.newId();
      const settle = (answer: Stanza): void => {
        if (answer.attrs['type'] === 'error') {
          subscriber.error(readStanzaError(answer));
        } else {
          subscriber.next(answer);
          subscriber.complete();
        }
      };
      const fail = (error: SessionError): void => subscriber.error(error);
      const out: { sent?: QueuedStanza } = {};
      const isQueued = (): boolean => out.sent?.isQueued() ?? true;
      const one: Waiting = { to: iq.attrs['to'], isQueued, settle, fail };
      waiting.set(id, one);
      subscriber.add(() => waiting.get(id) === one && waiting.delete(id));
      const late = (): void =>
        subscriber.error(new TimeoutError(`No answer to the request ${id} came in ${timeoutMs} ms`));
      if (timeoutMs < MAX_TIMER_MS) {
        subscriber.add(timer(timeoutMs, ports.scheduler()).subscribe({ next: late, error: noop }));
      }
      subscriber.add(() => out.sent?.cancel());
      out.sent = ports.send(withAttributes(iq, { id }));
    });

  const settle = (stanza: Stanza): boolean => {
    const { id, from } = stanza.attrs;
    const one = id !== undefined && isResponse(stanza) ? waiting.get(id) : undefined;
    if (!one || !mayAnswer(from, one.to, ports.jid())) return false;
    one.settle(stanza);
    return true;
  };

  const fail: Requests['fail'] = (error, which = 'all') => {
    for (const one of [...waiting.values()]) if (which === 'all' || !one.isQueued()) one.fail(error);
  };

  return { request, settle, fail };
};
