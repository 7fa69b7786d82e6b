import type { WireEvent } from 'rxmpp';

/**
 * What ejabberd says of a session that it has lost by hanging: it does so where a connection closes just while it writes to it,
 * and gives the session up 15 s later. That says nothing of a client, so specs that meet it begin again.
 */
export const HANG = 'Session state copying timed out';

const REFUSAL = /^<failed |^<stream:error /;

/** Why the server does not go on with a session, in its words where it has any, else by its conditions. */
export const refusalIn = (event: WireEvent): string | undefined => {
  if (event.type !== 'received' || !REFUSAL.test(event.xml)) return undefined;
  return (
    /<text[^>]*>([^<]*)/.exec(event.xml)?.[1] ?? event.xml.replaceAll(/ xmlns(?::\w+)?=(['"])[^'"]*\1/g, '')
  );
};
