// What the programs here are told: --service and --jid, the password from RXMPP_PASSWORD.
import { parseArgs } from 'node:util';

import type { Credentials } from 'rxmpp';

export interface Told {
  readonly service: string;
  readonly credentials: Credentials;
  /** The other options and what comes after them. */
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly rest: readonly string[];
}

/** Ends the process with exit code 2 and `usage` when something is missing. */
export const readArguments = (usage: string, names: readonly string[] = []): Told => {
  const text = { type: 'string' } as const;
  const options = Object.fromEntries(['service', 'jid', ...names].map((name) => [name, text]));
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const { service, jid } = values as Readonly<Record<string, string | undefined>>;
    const password = process.env['RXMPP_PASSWORD'];
    if (service === undefined || jid === undefined) throw new Error('--service and --jid are needed');
    const credentials = { jid, ...(password !== undefined && { password }) };
    return { service, credentials, options: values, rest: positionals };
  } catch (error) {
    console.error(`${String(error)}\n${usage}`);
    process.exit(2);
  }
};
