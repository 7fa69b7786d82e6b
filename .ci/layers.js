/**
 * The rooms of lib/ as data, and two ESLint rules that hold everybody to them.
 *
 * A room may import from the rooms listed for it and from the packages listed for it; nobody imports a door
 * (a file that lies directly in lib/). `only` names the files of a room that may import a package.
 */
export const ROOMS = {
  xml: { rooms: [], packages: { saxes: /^parse\.ts$/ } },
  protocol: { rooms: ['xml'], packages: { '@noble/hashes': /./ } },
  operators: { rooms: ['protocol', 'xml'], packages: { rxjs: /./ } },
  session: { rooms: ['operators', 'protocol', 'xml'], packages: { rxjs: /./ } },
  transport: { rooms: ['session', 'operators', 'protocol', 'xml'], packages: { rxjs: /./ } },
  client: {
    rooms: ['transport', 'session', 'operators', 'protocol', 'xml'],
    packages: {
      rxjs: /./,
      '@noble/hashes': /^platform/,
      'node:': /^(platform|node)/,
      ws: /^(platform|node)/,
      '#runtime-http': /^platform\.ts$/,
    },
  },
  strophe: {
    rooms: ['client', 'transport', 'session', 'operators', 'protocol', 'xml'],
    packages: { rxjs: /./ },
  },
  cli: {
    rooms: ['strophe', 'client', 'transport', 'session', 'operators', 'protocol', 'xml'],
    packages: { rxjs: /./, 'node:': /./ },
  },
  testing: { rooms: ['protocol', 'xml'], packages: { rxjs: /./, 'node:': /^node/, ws: /^node/ } },
};

/** Names a room may use that are neither declared in the file nor imported: the language itself, nothing around it. */
const LANGUAGE = [
  ...['undefined', 'NaN', 'Infinity', 'Object', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt'],
  ...[
    'Math',
    'JSON',
    'RegExp',
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'Iterator',
    'Error',
    'TypeError',
    'RangeError',
  ],
  ...[
    'AggregateError',
    'SyntaxError',
    'ArrayBuffer',
    'DataView',
    'Uint8Array',
    'Uint32Array',
    'Int32Array',
    'Reflect',
  ],
  ...[
    'parseInt',
    'parseFloat',
    'isNaN',
    'encodeURIComponent',
    'decodeURIComponent',
    'TextEncoder',
    'TextDecoder',
  ],
  ...['URL', 'URLSearchParams', 'Intl'],
];

/** Where the clock and the timers are forbidden, the platform included: time comes from a scheduler. */
const CLOCK = ['Date', 'setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame', 'performance'];

const ASYNC = ['Promise'];

/** Files that may look at what is around them: the platform, the Node half of a room, the command line. */
const OUTSIDE = /^(client\/(platform|node)[^/]*|testing\/node[^/]*|cli\/[^/]*)\.ts$/;

/** The path below lib/, or undefined for a file elsewhere. */
const below = (filename) => /(?:^|\/)lib\/(.+)$/.exec(filename.replaceAll('\\', '/'))?.[1];

const roomOf = (path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined);

/** `../protocol/ns.js` seen from `xml/parse.ts` -> `protocol/ns.js`; undefined when it leaves lib/. */
const resolve = (from, specifier) => {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
};

const refusedRelative = (path, room, specifier) => {
  const target = resolve(path, specifier);
  if (target === undefined) return 'nothing outside lib/ is imported by it';
  const there = roomOf(target);
  if (there === undefined) return 'nothing imports a door';
  if (room === undefined || there === room || ROOMS[room].rooms.includes(there)) return undefined;
  return `${room} does not import ${there}: imports point down`;
};

const refusedPackage = (path, room, specifier) => {
  if (/^rxmpp(\/|$)/.test(specifier)) return 'nothing imports a door';
  if (room === undefined) return undefined;
  const file = path.slice(room.length + 1);
  const known = Object.entries(ROOMS[room].packages).find(
    ([name]) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`),
  );
  return known?.[1].test(file) ? undefined : `${path} does not import ${specifier}`;
};

/** Why this import is refused; undefined when it is fine. */
const refused = (path, specifier) => {
  const room = roomOf(path);
  if (room !== undefined && !(room in ROOMS)) return `lib/${room} is not a room`;
  return specifier.startsWith('.')
    ? refusedRelative(path, room, specifier)
    : refusedPackage(path, room, specifier);
};

const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const path = below(context.filename);
    if (path === undefined) return {};
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const message = refused(path, source.value);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (node) => check(node.expression),
    };
  },
};

const forbidden = (path, name) => {
  if (CLOCK.includes(name)) return `${name}: time comes from a scheduler`;
  if (OUTSIDE.test(path)) return undefined;
  if (ASYNC.includes(name)) {
    return /^(protocol|xml)\//.test(path) ? `${name}: this room is synchronous` : undefined;
  }
  return LANGUAGE.includes(name) ? undefined : `${name}: only the platform files look at what is around them`;
};

const ambient = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const path = below(context.filename);
    if (path === undefined) return {};
    const report = ({ identifier, isTypeReference }) => {
      // A type is gone at run time; `const` in `as const` is one too. Only the clock is unwanted even as a type.
      if (isTypeReference && !['Date', 'Promise'].includes(identifier.name)) return;
      const message = forbidden(path, identifier.name);
      if (message !== undefined) context.report({ node: identifier, message });
    };
    return {
      'Program:exit'(node) {
        const scope = context.sourceCode.getScope(node);
        scope.through.forEach(report);
        scope.variables
          .filter(({ defs }) => defs.length === 0)
          .forEach(({ references }) => references.forEach(report));
      },
    };
  },
};

const shape = [
  ['TSEnumDeclaration', 'A union of literals or a const object, not an enum.'],
  ['ExportDefaultDeclaration', 'Named exports only.'],
  ['Program > VariableDeclaration[kind="let"]', 'No mutable module state.'],
  ['Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]', 'No mutable module state.'],
  [
    ':matches(PropertyDefinition, MethodDefinition, TSParameterProperty)[accessibility="private"]',
    'Use #private.',
  ],
  [
    ':matches(PropertyDefinition, MethodDefinition) > Identifier.key[name=/^_/]',
    'Use #private or a closure.',
  ],
].map(([selector, message]) => ({ selector, message }));

const synchronous = [
  [':function[async=true]', 'This room is synchronous.'],
  ['AwaitExpression', 'This room is synchronous.'],
  ['ForOfStatement[await=true]', 'This room is synchronous.'],
].map(([selector, message]) => ({ selector, message }));

const unrandom = { object: 'Math', property: 'random', message: 'Randomness comes from the platform.' };

/** Flat config: what holds for lib/, whatever else is linted there. */
export const layers = [
  {
    files: ['lib/**/*.ts'],
    plugins: { layers: { rules: { imports, ambient } } },
    rules: {
      'layers/imports': 'error',
      'layers/ambient': 'error',
      'max-lines': ['error', 200],
      'no-restricted-properties': ['error', unrandom],
      'no-restricted-syntax': ['error', ...shape],
    },
  },
  {
    files: ['lib/{protocol,xml}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shape, ...synchronous] },
  },
];
