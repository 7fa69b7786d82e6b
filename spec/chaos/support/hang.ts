import { filter, map, type Observable, scan } from 'rxjs';
import type { WireEvent } from 'rxmpp';

/**
 * What ejabberd says of a session that it has lost by hanging: it does so where a connection closes just while it writes to it,
 * and gives the session up 15 s later. That says nothing of a client, so specs that meet it begin again.
 */
export const HANG = 'Session state copying timed out';

/**
 * Or what hung comes back a moment before that: the session goes on, but without the stanzas that came to it meanwhile. On
 * loopback an answer takes milliseconds otherwise.
 */
const HANG_MS = 10_000;

const REFUSAL = /^<failed |^<stream:error /;

interface Dialogue {
  readonly askedAt: number;
  readonly refusal?: string | undefined;
}

/** Why the server does not go on, in its words where it has any, else by its conditions. */
const wordsOf = (xml: string): string =>
  /<text[^>]*>([^<]*)/.exec(xml)?.[1] ?? xml.replaceAll(/ xmlns(?::\w+)?=(['"])[^'"]*\1/g, '');

const follow = ({ askedAt }: Dialogue, event: WireEvent): Dialogue => {
  if (event.type === 'sent' && event.xml.startsWith('<resume ')) return { askedAt: event.at };
  if (event.type !== 'received') return { askedAt };
  if (REFUSAL.test(event.xml)) return { askedAt, refusal: wordsOf(event.xml) };
  const late = event.xml.startsWith('<resumed ') && event.at >= askedAt + HANG_MS;
  return { askedAt, refusal: late ? HANG : undefined };
};

/** Why the server does not go on with a session, or not as it should. */
export const refusalsIn = (wire$: Observable<WireEvent>): Observable<string> =>
  wire$.pipe(
    scan(follow, { askedAt: Infinity }),
    map(({ refusal }) => refusal),
    filter((refusal) => refusal !== undefined),
  );
