import { parseArgs } from 'node:util';
import { asyncScheduler, concatMap, filter, map, type Observable, range, take, toArray } from 'rxjs';

import type { Client } from '../client/client.js';
import { createClient } from '../client/create-client.js';
import { $iq } from '../xml/build.js';
import { domainOf } from '../xml/jid.js';
import { EXIT, type ExitCode, type Io } from './io.js';
import { LOGIN_OPTIONS, type LoginValues, readLogin, wholeNumber } from './login.js';
import { once } from './once.js';

const PING = 'urn:xmpp:ping';

/** The JID that was bound; errors with the reason when the login fails. */
const online = (client: Client): Observable<string> =>
  client.status$.pipe(
    map((status) => {
      if (status.type === 'failed') throw status.error;
      return status.type === 'online' ? status.jid : undefined;
    }),
    filter((jid) => jid !== undefined),
    take(1),
  );

/** The time of one round trip, in ms. An error as the answer is an answer (XEP-0199 §4.2 allows it). */
const roundTrip = (client: Client, to: string): Observable<number> => {
  const begun = asyncScheduler.now();
  const iq = $iq({ type: 'get', to }).c('ping', { xmlns: PING });
  return client.request(iq).pipe(map(() => asyncScheduler.now() - begun));
};

const options = {
  ...LOGIN_OPTIONS,
  to: { type: 'string' },
  count: { type: 'string' },
  json: { type: 'boolean' },
} as const;

interface PingValues extends LoginValues {
  readonly to?: string | undefined;
  readonly json?: boolean | undefined;
}

const ping = async (values: PingValues, count: number, io: Io): Promise<ExitCode> => {
  const { service, credentials, options } = await readLogin(values, io);
  io.tell(`logging in to ${service} as ${credentials.jid}`);
  // Each ping leaves at once: what is measured is the way, not our cycle.
  const client = createClient(service, { ...options, dispatchInterval: 0 });
  try {
    const begun = asyncScheduler.now();
    const online$ = online(client);
    client.connect(credentials);
    const jid = await once(online$);
    const loginMs = asyncScheduler.now() - begun;
    io.tell(`online as ${jid} after ${loginMs} ms`);
    const to = values.to ?? domainOf(jid);
    const times$ = range(0, count).pipe(concatMap(() => roundTrip(client, to)));
    const pingsMs = await once(times$.pipe(toArray()));
    if (values.json) io.print(JSON.stringify({ jid, to, loginMs, pingsMs }));
    else for (const ms of pingsMs) io.print(`${to} answered after ${ms} ms`);
    await leave(client);
    return EXIT.done;
  } finally {
    client.close();
  }
};

/** Says goodbye, so that no session is left behind. */
const leave = async (client: Client): Promise<void> => {
  const over$ = client.status$.pipe(filter(({ type }) => type === 'offline' || type === 'failed'));
  client.disconnect();
  await once(over$);
};

/** Logs in, asks the server or somebody else whether they are there (XEP-0199), and says goodbye. */
export const runPing = (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values } = parseArgs({ args: [...args], options });
  return ping(values, values.count === undefined ? 1 : wholeNumber('count', values.count), io);
};
