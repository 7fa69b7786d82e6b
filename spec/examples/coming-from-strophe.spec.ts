import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Strophe } from 'rxmpp';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Each line of the guide's last table. */
const rows = [
  ...read('examples/guides/coming-from-strophe.md').matchAll(
    /^\| (option|member|handler|status|helper) +\| `([^`]+)` +\| `([^`]+)` › (.+?) +\|$/gm,
  ),
].map(([, kind = '', name = '', file = '', title = '']) => ({ kind, name, file, title }));
const named = (kind: string): readonly string[] =>
  rows.filter((row) => row.kind === kind).map(({ name }) => name);

/** What only the library itself uses. */
const INTERNAL = ['constructor', 'handlers', 'timed', 'empty', 'logIn', 'platform', 'view'];

/** Everything that a connection has, its own and inherited. */
const membersOf = (connection: Strophe.Connection): readonly string[] => {
  const names = new Set<string>();
  for (let at: object = connection; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter((name) => !INTERNAL.includes(name));
};

/** The options that Strophe.js documents and that are there; checked by the compiler. */
const OPTIONS = [
  'enableStreamManagement',
  'streamManagement',
  ...(['keepalive', 'cookies', 'customHeaders', 'withCredentials', 'contentType', 'mechanisms'] as const),
  ...(['explicitResourceBinding', 'protocol', 'dom'] as const),
] satisfies readonly (keyof Strophe.ConnectionOptions)[];
const HANDLER_OPTIONS = [
  'matchBareFromJid',
  'ignoreNamespaceFragment',
] satisfies readonly (keyof Strophe.HandlerOptions)[];
/** There for types alone. */
const BASES = ['Account', 'Receiver'];

describe('the table of the guide', () => {
  it.each(rows)('names a test that is there: $name', ({ file, title }) => {
    const text = read(file);
    expect([`'${title}`, `"${title}`].some((quoted) => text.includes(quoted))).toBe(true);
  });

  it('has every member of a connection, and none that is not there', () => {
    const connection = new Strophe.Connection('/http-bind/');
    expect([...named('member')].sort()).toEqual([...membersOf(connection)].sort());
  });

  it('has every option, status and helper, and none that is not there', () => {
    expect([...named('option')].sort()).toEqual([...OPTIONS].sort());
    expect([...named('handler')].sort()).toEqual([...HANDLER_OPTIONS].sort());
    expect(named('status')).toEqual(Object.keys(Strophe.Status));
    const helpers = Object.keys(Strophe).filter((name) => !BASES.includes(name));
    expect([...named('helper')].sort()).toEqual(helpers.sort());
  });
});
