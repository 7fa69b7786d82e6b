import type { Credentials } from '../client/credentials.js';
import type { ClientOptions } from '../client/options.js';
import { nodeOf } from '../xml/jid.js';
import { type Io, UsageProblem } from './io.js';

/** The options of every command that logs in, for `parseArgs`. */
export const LOGIN_OPTIONS = {
  service: { type: 'string' },
  jid: { type: 'string' },
  mechanism: { type: 'string', multiple: true },
  'allow-unencrypted-plain': { type: 'boolean' },
  timeout: { type: 'string' },
} as const;

/** Their values as they stand on the command line. */
export interface LoginValues {
  readonly service?: string | undefined;
  readonly jid?: string | undefined;
  readonly mechanism?: readonly string[] | undefined;
  readonly 'allow-unencrypted-plain'?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/** Where to log in, as whom, and how. */
export interface Login {
  readonly service: string;
  readonly credentials: Credentials;
  readonly options: ClientOptions;
}

const PASSWORD = 'RXMPP_PASSWORD';

/** A whole number of that many at least, in the unit of the option. */
export const wholeNumber = (name: string, text: string, least = 1): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageProblem(`--${name} must be a whole number from ${least}, not ${text}`);
};

const passwordFor = async (jid: string, io: Io): Promise<string | undefined> => {
  if (nodeOf(jid) === undefined) return undefined;
  const password = io.env[PASSWORD] ?? (await io.ask(`Password of ${jid}: `));
  if (password === undefined) throw new UsageProblem(`There is no password: set ${PASSWORD}`);
  return password;
};

/** What the values say, and the password: from the environment, else asked for. Without a node the login is anonymous. */
export const readLogin = async (values: LoginValues, io: Io): Promise<Login> => {
  const { service, jid, mechanism, timeout } = values;
  if (service === undefined) throw new UsageProblem('--service is missing');
  if (jid === undefined) throw new UsageProblem('--jid is missing');
  const connectTimeout = timeout === undefined ? undefined : 1000 * wholeNumber('timeout', timeout);
  const password = await passwordFor(jid, io);
  return {
    service,
    credentials: { jid, ...(password !== undefined && { password }) },
    options: {
      ...(mechanism && { mechanisms: mechanism.map((name) => name.toUpperCase()) }),
      ...(connectTimeout !== undefined && { connectTimeout }),
      allowUnencryptedPlain: values['allow-unencrypted-plain'] ?? false,
    },
  };
};
