import { execFile } from 'node:child_process';

interface Snippet {
  readonly path: string;
  readonly text: string;
}

/** [file, text, rule that must refuse it] */
const bad: readonly (readonly [path: string, text: string, rule: string])[] = [
  // imports point down
  ['lib/xml/a.ts', `import { b } from '../protocol/b.js'; b();`, 'layers/imports'],
  ['lib/protocol/a.ts', `import { b } from '../operators/b.js'; b();`, 'layers/imports'],
  ['lib/operators/a.ts', `import { b } from '../session/b.js'; b();`, 'layers/imports'],
  ['lib/session/a.ts', `import { b } from '../transport/b.js'; b();`, 'layers/imports'],
  ['lib/transport/a.ts', `import { b } from '../client/b.js'; b();`, 'layers/imports'],
  ['lib/client/a.ts', `import { b } from '../strophe/b.js'; b();`, 'layers/imports'],
  ['lib/strophe/a.ts', `import { b } from '../cli/b.js'; b();`, 'layers/imports'],
  ['lib/client/a.ts', `import { b } from '../testing/b.js'; b();`, 'layers/imports'],
  ['lib/testing/a.ts', `import { b } from '../client/b.js'; b();`, 'layers/imports'],
  ['lib/testing/a.ts', `import { b } from '../operators/b.js'; b();`, 'layers/imports'],
  ['lib/testing/deep/a.ts', `import { b } from '../../session/b.js'; b();`, 'layers/imports'],
  // however it is spelled
  ['lib/xml/a.ts', `import type { B } from '../protocol/b.js'; export type A = B;`, 'layers/imports'],
  ['lib/xml/a.ts', `export { b } from '../protocol/b.js';`, 'layers/imports'],
  ['lib/xml/a.ts', `export * from '../protocol/b.js';`, 'layers/imports'],
  ['lib/client/a.ts', `export const a = () => import('../strophe/b.js');`, 'layers/imports'],
  ['lib/xml/a.ts', `export type A = import('../protocol/b.js').B;`, 'layers/imports'],
  // doors, the world, rooms that do not exist
  ['lib/client/a.ts', `import { b } from '../index.js'; b();`, 'layers/imports'],
  ['lib/cli/a.ts', `import { b } from '../node.js'; b();`, 'layers/imports'],
  ['lib/testing.ts', `export { b } from './index.js';`, 'layers/imports'],
  ['lib/client/a.ts', `import { b } from 'rxmpp'; b();`, 'layers/imports'],
  ['lib/client/a.ts', `import { b } from '../../spec/b.js'; b();`, 'layers/imports'],
  ['lib/utils/a.ts', `import { b } from '../xml/b.js'; b();`, 'layers/imports'],
  // packages
  ['lib/xml/a.ts', `import { of } from 'rxjs'; of(1);`, 'layers/imports'],
  [
    'lib/protocol/a.ts',
    `import type { Observable } from 'rxjs'; export type A = Observable<1>;`,
    'layers/imports',
  ],
  ['lib/protocol/a.ts', `import { map } from 'rxjs/operators'; map(Number);`, 'layers/imports'],
  ['lib/xml/a.ts', `import { SaxesParser } from 'saxes'; new SaxesParser();`, 'layers/imports'],
  ['lib/transport/a.ts', `import { readFile } from 'node:fs'; readFile;`, 'layers/imports'],
  ['lib/client/a.ts', `import left from 'left-pad'; left();`, 'layers/imports'],
  // the pure rooms know no time, no waiting and no surroundings
  ['lib/protocol/a.ts', `export const a = () => new Date();`, 'layers/ambient'],
  ['lib/protocol/a.ts', `export const a = (b: () => void) => setTimeout(b, 1);`, 'layers/ambient'],
  ['lib/xml/a.ts', `export const a = (b: () => void) => setInterval(b, 1);`, 'layers/ambient'],
  ['lib/protocol/a.ts', `export const a = () => Promise.resolve(1);`, 'layers/ambient'],
  ['lib/protocol/a.ts', `export type A = Promise<string>;`, 'layers/ambient'],
  ['lib/protocol/a.ts', `export const a = async () => 1;`, 'no-restricted-syntax'],
  ['lib/xml/a.ts', `import { b } from './b.js'; await b();`, 'no-restricted-syntax'],
  ['lib/protocol/a.ts', `export const a = () => Math.random();`, 'no-restricted-properties'],
  ...[
    ...[
      'window',
      'document',
      'navigator',
      'sessionStorage',
      'localStorage',
      'fetch',
      'crypto',
      'performance',
    ],
    ...['globalThis', 'process', 'console', 'self', 'queueMicrotask', 'AbortController', 'structuredClone'],
  ].flatMap((name) =>
    ['protocol', 'xml', 'session', 'client'].map(
      (room) => [`lib/${room}/a.ts`, `export const a = () => ${name};`, 'layers/ambient'] as const,
    ),
  ),
  ['lib/client/a.ts', `export const a = () => typeof window;`, 'layers/ambient'],
  // no room has a clock of its own
  ...['operators', 'session', 'transport', 'client', 'strophe', 'cli', 'testing'].flatMap((room) => [
    [`lib/${room}/a.ts`, `export const a = () => Date.now();`, 'layers/ambient'] as const,
    [`lib/${room}/a.ts`, `export const a = (b: () => void) => setTimeout(b, 1);`, 'layers/ambient'] as const,
    [`lib/${room}/a.ts`, `export const a = () => Math.random();`, 'no-restricted-properties'] as const,
  ]),
  ['lib/client/platform.ts', `export const a = (b: () => void) => setTimeout(b, 1);`, 'layers/ambient'],
  // scenarios use the public doors only
  [
    'spec/scenarios/a.spec.ts',
    `import { createOutbox } from '../../lib/session/outbox.js'; createOutbox();`,
    'no-restricted-imports',
  ],
  [
    'spec/scenarios/kills/support/a.ts',
    `export { b } from '../../../../lib/testing/b.js';`,
    'no-restricted-imports',
  ],
  // shape
  ['lib/xml/a.ts', `export enum A { b }`, 'no-restricted-syntax'],
  ['lib/client/a.ts', `export default 1;`, 'no-restricted-syntax'],
  ['lib/client/a.ts', `let a = 1; export const b = () => (a += 1);`, 'no-restricted-syntax'],
  ['lib/client/a.ts', `export class A { private b = 1; }`, 'no-restricted-syntax'],
  ['lib/client/a.ts', `export class A { _b = 1; }`, 'no-restricted-syntax'],
  ['lib/client/a.ts', '\n'.repeat(200) + 'export const a = 1;\n', 'max-lines'],
];

const good: readonly (readonly [path: string, text: string])[] = [
  ['lib/xml/parse.ts', `import { SaxesParser } from 'saxes'; export const a = new SaxesParser();`],
  [
    'lib/protocol/a.ts',
    `import { b } from '../xml/b.js'; import { c } from './c.js'; export const a = [b, c] as const;`,
  ],
  [
    'lib/protocol/a.ts',
    `import { sha1 } from '@noble/hashes/legacy'; export const a = sha1(new TextEncoder().encode('a'));`,
  ],
  ['lib/operators/a.ts', `import { of } from 'rxjs'; export const a = of(1);`],
  [
    'lib/testing/a.ts',
    `import { b } from '../protocol/b.js'; import { c } from '../xml/c.js'; export const a = [b, c];`,
  ],
  ['lib/testing/a.ts', `import { TestScheduler } from 'rxjs/testing'; export const a = TestScheduler;`],
  ['lib/client/a.ts', `export const a = (b: Element, c: Storage) => [b.nodeName, c.length];`],
  ['lib/client/platform.ts', `export const a = () => globalThis.sessionStorage;`],
  ['lib/client/platform-fetch.ts', `export const a = () => fetch('/');`],
  ['lib/client/platform-node.ts', `import { readFile } from 'node:fs/promises'; export const a = readFile;`],
  ['lib/cli/main.ts', `export const a = () => process.argv;`],
  ['lib/index.ts', `export { createClient } from './client/create-client.js';`],
  ['lib/testing/node-a.ts', `import { WebSocketServer } from 'ws'; export const a = WebSocketServer;`],
  ['spec/scenarios/a.spec.ts', `import { createDomain } from 'rxmpp/testing'; createDomain();`],
];

/** What the project's own ESLint configuration says of each text, in one run of it. */
const lint = (snippets: readonly Snippet[]): Promise<readonly (readonly string[])[]> =>
  new Promise((resolve, reject) => {
    const child = execFile(process.execPath, ['.ci/lint-text.js'], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout) as readonly (readonly string[])[]);
    });
    child.stdin?.end(JSON.stringify(snippets));
  });

describe('the layers of lib', () => {
  const snippets = [...bad, ...good].map(([path, text]) => ({ path, text }));
  let verdicts: readonly (readonly string[])[] = [];

  beforeAll(async () => {
    verdicts = await lint(snippets);
  }, 60_000);

  it.each(bad.map((entry, index) => [...entry, index] as const))(
    'refuses in %s: %s (%s)',
    (_path, _text, rule, index) => {
      expect(verdicts[index]).toEqual([expect.stringContaining(`${rule}:`)]);
    },
  );

  it.each(good.map((entry, index) => [...entry, bad.length + index] as const))(
    'allows in %s: %s',
    (_path, _text, index) => {
      expect(verdicts[index]).toEqual([]);
    },
  );
});
