import { parseArgs } from 'node:util';

import { prebind } from '../client/prebind.js';
import { EXIT, type ExitCode, type Io } from './io.js';
import { LOGIN_OPTIONS, readLogin, wholeNumber } from './login.js';
import { once } from './once.js';

const text = { type: 'string' } as const;

/** Opens a session, prints its tokens as one line of JSON, and leaves it alone. */
export const runPrebind = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const options = { ...LOGIN_OPTIONS, wait: text, hold: text, json: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { wait, hold } = values;
  const asked = {
    ...(wait !== undefined && { wait: wholeNumber('wait', wait) }),
    ...(hold !== undefined && { hold: wholeNumber('hold', hold, 0) }),
  };
  const login = await readLogin(values, io);
  io.tell(`logging in to ${login.service} as ${login.credentials.jid}`);
  const tokens = await once(prebind(login.service, { ...login.credentials, ...login.options, ...asked }));
  const kept = tokens.inactivity === undefined ? '' : `; the server keeps it for ${tokens.inactivity} s`;
  io.tell(`a session of ${tokens.jid} waits to be attached${kept}`);
  io.print(JSON.stringify(tokens));
  return EXIT.done;
};
