import { ejabberd } from './ejabberd.js';
import { prosody } from './prosody.js';
import { startServer, type TestServer, type TestServerOptions } from './server.js';

export type { TestServer, TestServerOptions, TestUser } from './server.js';

export const startProsody = (options: TestServerOptions = {}): Promise<TestServer> =>
  startServer(prosody, options);

export const startEjabberd = (options: TestServerOptions = {}): Promise<TestServer> =>
  startServer(ejabberd, options);

/** For `describe.each`: every server that a spec must hold on. */
export const SERVERS = [
  { name: 'prosody', start: startProsody },
  { name: 'ejabberd', start: startEjabberd },
] as const;
