import { type Credentials, fetchPort, type Platform } from 'rxmpp';
import { createDomain } from 'rxmpp/testing';

/** Where the story takes place: a service, two who can log in to it, and the way there. */
export interface World {
  readonly name: string;
  readonly service: string;
  readonly page: Credentials;
  readonly friend: Credentials;
  readonly platform: Pick<Platform, 'http' | 'uploads'>;
  /** Leaves nothing running, however the story went. */
  readonly stop: () => void;
}

/** An XMPP domain in this process, in real time, 15 ms away. */
export const inMemory = (): World => {
  const domain = createDomain({ users: { alice: 'wonder', bob: 'builder' }, latencyMs: 15 });
  return {
    name: 'an XMPP domain in memory, 15 ms away',
    service: domain.url,
    page: { jid: 'alice@example.com/page', password: 'wonder' },
    friend: { jid: 'bob@example.com/friend', password: 'builder' },
    platform: { http: domain.http, uploads: true },
    stop: () => domain.sessions.forEach(({ sid }) => domain.kill(sid)),
  };
};

/** A real server. Both are the same account there, each with a resource of its own. */
export const onServer = (service: string, jid: string, password: string): World => {
  const [account] = jid.split('/');
  return {
    name: `a server at ${service}`,
    service,
    page: { jid: `${account ?? ''}/rxmpp-page`, password },
    friend: { jid: `${account ?? ''}/rxmpp-friend`, password },
    platform: { http: fetchPort(fetch), uploads: false },
    stop: () => undefined,
  };
};
