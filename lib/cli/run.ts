import { XmppError } from '../xml/error.js';
import { runDiscover } from './discover.js';
import { EXIT, type ExitCode, type Io, UsageProblem } from './io.js';
import { runPing } from './ping.js';
import { runPrebind } from './prebind.js';

export const USAGE = `usage: rxmpp <command> [options]

commands
  prebind  opens a session and prints its tokens, { jid, sid, rid, … }, as JSON; rid is the next valid one
  ping     logs in, pings the server (or --to somebody), prints the time, and says goodbye
  discover <domain>  prints where the domain can be reached from a page (XEP-0156); nothing found is exit code 4

options of prebind and ping
  --service <url>             the BOSH endpoint, such as https://example.com/http-bind
  --jid <jid>                 who logs in; a domain alone means an anonymous login
  --mechanism <name>          a SASL mechanism that may be used; may stand several times
  --allow-unencrypted-plain   lets the password go over http: to other machines
  --timeout <seconds>         longest time a login may take (30)
  --json                      the result as JSON (prebind always prints JSON)

  prebind  --wait <seconds> (60)  --hold <requests> (1)
  ping     --to <jid>  --count <number> (1)

  rxmpp --help, rxmpp --version

The password is taken from RXMPP_PASSWORD, else asked for. Results go to standard output, progress to standard error.

exit codes
  0 done   1 failed   2 wrong usage   3 login refused   4 server unreachable or silent`;

type Command = (args: readonly string[], io: Io) => Promise<ExitCode>;

const COMMANDS: ReadonlyMap<string | undefined, Command> = new Map([
  ['prebind', runPrebind],
  ['ping', runPing],
  ['discover', runDiscover],
]);

const codeOf = (error: unknown): ExitCode => {
  if (!(error instanceof XmppError)) return EXIT.failed;
  switch (error.name) {
    case 'UsageError':
      return EXIT.usage;
    case 'AuthError':
      return EXIT.refused;
    case 'TransportError':
    case 'TimeoutError':
      return EXIT.unreachable;
    default:
      return EXIT.failed;
  }
};

const textOf = (error: unknown, key: 'code' | 'message'): string =>
  String((error as Partial<Record<typeof key, unknown>> | null)?.[key]);

/** `parseArgs` complains with a TypeError that has such a code. */
const isUsage = (error: unknown): boolean =>
  error instanceof UsageProblem || textOf(error, 'code').startsWith('ERR_PARSE_ARGS');

/**
 * The command line: one command, one result on standard output, an exit code.
 *
 * @param version What `--version` prints.
 */
export const run = async ([name, ...args]: readonly string[], io: Io, version: string): Promise<ExitCode> => {
  const help = name === '--help' || name === '-h' || args.includes('--help');
  if (help || name === '--version') {
    io.print(help ? USAGE : version);
    return EXIT.done;
  }
  const command = COMMANDS.get(name);
  try {
    if (!command)
      throw new UsageProblem(name === undefined ? 'There is no command' : `There is no command ${name}`);
    return await command(args, io);
  } catch (error) {
    const usage = isUsage(error);
    io.tell(`rxmpp: ${textOf(error, 'message')}`);
    if (usage) io.tell('rxmpp --help tells how it is used');
    return usage ? EXIT.usage : codeOf(error);
  }
};
