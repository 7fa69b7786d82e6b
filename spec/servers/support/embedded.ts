import type { DomainOptions } from 'rxmpp/testing';
import { createDomain, listen } from 'rxmpp/testing/node';
import { DOMAINS, passwordOf, type TestServer, USERS } from './server.js';

/** What every server of these specs has, one of our own as well. */
export type AnyServer = Pick<TestServer, 'service' | 'websocket' | 'domain' | 'user' | 'stop'> & {
  readonly name: string;
};

/** The domain of the testing kit on a real port, with the accounts of the real servers. */
export const startEmbedded = async (options: DomainOptions = {}): Promise<AnyServer> => {
  const users = Object.fromEntries(USERS.map((name) => [name, passwordOf(name)]));
  const domain = createDomain({ domain: DOMAINS.all, users, ...options });
  const { boshUrl, webSocketUrl = '', close } = await listen(domain);
  return {
    name: 'embedded',
    service: boshUrl,
    websocket: webSocketUrl,
    domain: DOMAINS.all,
    user: (name, at = DOMAINS.all) => ({ jid: `${name}@${at}`, password: passwordOf(name) }),
    stop: close,
  };
};
