/**
 * saxes for the ES build: an ES module, which bundlers can see into, cut to what `lib/xml/parse.ts` can reach. That gives it one
 * whole document of XML 1.0 at once, in which there is no declaration, DTD, comment or processing instruction, takes no namespaces
 * from it, and lets the first error be thrown. What the options of saxes rule out is put in as a constant here, and esbuild
 * drops what then can't be reached. The suite reads documents by the thousand with this and with the whole of saxes.
 */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** Methods and states that no such document reaches. */
const UNREACHED = [
  ...['off', 'makeError', 'fail', 'getCode11', 'setXMLVersion', 'resolve', 'qname', 'processAttribsNS'],
  ...['pushAttribNS', 'captureTo', 'sAttribValueUnquoted', 'sDoctype', 'sDoctypeQuote', 'sDTD', 'sDTDQuoted'],
  ...['sDTDOpenWaka', 'sDTDOpenWakaBang', 'sDTDComment', 'sDTDCommentEnding', 'sDTDCommentEnded', 'sDTDPI'],
  ...['sDTDPIEnding', 'sComment', 'sCommentEnding', 'sCommentEnded', 'sPIFirstChar', 'sPIRest', 'sPIBody'],
  ...['sPIEnding', 'sXMLDeclNameStart', 'sXMLDeclName', 'sXMLDeclEq', 'sXMLDeclValueStart', 'sXMLDeclValue'],
  ...['sXMLDeclSeparator', 'sXMLDeclEnding'],
];

/** What stands in saxes, and what it amounts to. */
const KNOWN = [
  // Outside of the root element there is only whitespace, and nobody wants that.
  [
    /(handleTextOutsideRoot\(\) \{)[^]*?(let nonSpace[^]*?S_OPEN_WAKA;)[^]*?(\n *\/\/ eslint[^]*?S_TEXT;)[^]*?(nonSpace = true;[^]*?)case NL_LIKE:[^]*?case EOC:[^]*?(\/\/ eslint)/,
    '$1$2$3$4 case NL_LIKE: break; case EOC: $5',
  ],
  // There is no handler of errors.
  [/(?:return )?this\.fail\(/g, 'throw new Error('],
  [/ && !this\.reportedText\w+/g, ''],
  [/this\.reportedText\w+ = (?:true;)?/g, ''],
  // The options, and what follows from them.
  [/this\.opt = opt[^]*?(?=this\.stateTable)/, ''],
  [/let \{ defaultXMLVersion \}[^]*?(?=this\.positionAtNewLine)/, ''],
  [/const \{ fragmentOpt \} = this;/, ''],
  [/(?:this\.)?fragmentOpt/g, 'false'],
  [/this\.xmlnsOpt/g, 'false'],
  [/this\.(processAttribs|pushAttrib)\(/g, 'this.$1Plain('],
  [/this\.getCode\(/g, 'this.getCode10('],
  [/this\.isChar\(/g, 'isChar10('],
  [
    /this\.isName\(entity\)/,
    '[...entity].every((c, i) => (i ? isNameChar : isNameStartChar)(c.codePointAt(0)))',
  ],
  [/^(?:const|var) (?:(?!ed5)\w+ = require|\w+ = (?:ed2|NSed3|ed5\.NAME_RE)|is(?:NC)?Name = ).*\n/gm, ''],
  [/^const \w+TERMINATOR = .*\n/gm, ''],
  [
    /^const ed5 = require\((.*)\);/m,
    'import { isChar as isChar10, isNameChar, isNameStartChar, isS } from $1;',
  ],
  [/^var \w+ = ed5\.\w+;\n/gm, ''],
  // Nobody asks where a line, a tag or a declaration is.
  [/this\.(?:line|column)(?:\+\+|--| = \d);/g, ''],
  [/this\.(?:positionAtNewLine|xmlDeclPossible|xmlDeclExpects|topNS|piTarget|doctype) = .*;/g, ''],
  [/this\.xmlDecl = \{[^}]*\};/, ''],
  [/tag\.isSelfClosing = \w+;/g, ''],
  [/get columnIndex\(\) \{[^}]*\}/, ''],
  [/else if \(typeof chunk === "object"\) \{[^}]*\}/, ''],
  // It reads one document, which is a string. What it is made of it gets at once: the engine is ten times slower with an object that grows.
  [
    /this\._init\(\);\s*\}[^]*?_init\(\) \{/,
    'this.textHandler = this.attributeHandler = this.opentagHandler = this.closetagHandler = this.cdataHandler = undefined;',
  ],
  [/if \(this\.closed\) \{[^}]*\}/, ''],
  [/this\._closed = \w+;/g, ''],
  [/this\._init\(\);/, ''],
  // Handlers: those that nobody sets; and how the others are called, which are there.
  [/\(_\w = this\.(?:ready|end|openTagStart)Handler\)[^;]*;/g, ''],
  [/const EVENT_NAME_TO_HANDLER_NAME = \{[^}]*\};/, ''],
  [/EVENT_NAME_TO_HANDLER_NAME\[name\]/, '`${name}Handler`'],
  [/exports\.EVENTS = \[[^\]]*\];/, ''],
  [/\(_\w = (this\.\w+)\) === null \|\| _\w === void 0 \? void 0 : _\w\.call\(this, /g, '$1('],
  [/(this\.(?:open|close))TagHandler/g, '$1tagHandler'],
  [/handler === null \|\| handler === void 0 \? void 0 : /g, ''],
  [/(?:handler|this\.textHandler) !== undefined/g, 'true'],
  [/var _a.*;/g, ''],
  [/\(_c = (.*)\) !== null && _c !== void 0 \? _c : null/, '$1 ?? null'],
  // Attributes are told one by one; nobody asks the tag for all of them. None may come twice.
  [/attributes: Object\.create\(null\),/, ''],
  [
    /\/\/ eslint.*\s*const attributes = this\.tag\.attributes;\s*for \(const \{ name, value \} of attribList\) \{\s*if \(attributes\[name\] !== undefined\) \{/,
    'for (const one of attribList) { const { name } = one; let first = 0; while (attribList[first].name !== name) first++; if (attribList[first] !== one) {',
  ],
  [/attributes\[name\] = value;/, ''],
  [
    /while \(tags\.length > 0\) \{\s*const tag = tags\.pop\(\);([^}]*\{)tag(\.[^}]*\}[^}]*)\}/,
    'if (tags.length > 0) $1tags.pop()$2',
  ],
  // What can't be: nothing is read yet at the beginning, and a state has one of three values.
  [/default:\s*throw new Error\("impossible state"\);/, ''],
  [/if \(this\.text\.length !== 0\) \{\s*throw new Error\("no-empty text at start"\);\s*\}/, ''],
  [/const iBefore = this\.i;/, ''],
  [/if \(this\.prevI !== iBefore\) \{[^}]*\}/, ''],
  // Nobody adds an entity.
  [/Object\.create\(XML_ENTITIES\)/, 'XML_ENTITIES'],
  // After an error nothing is kept; what stands behind the root element is whitespace.
  [/const \{ text \} = this;\s*if \(text\.length !== 0\) \{[^}]*\}(?=[^}]*return this;)/, ''],
  [/this\.text \+= chunk\.slice\(start, this\.prevI\);(?=\s*throw)/, ''],
  // The ways into what is not reached.
  [/case QUESTION:\s*this\.state = S_PI_FIRST_CHAR;\s*break;/, ''],
  [/case "--":[^]*?(?=default:)/, ''],
];

/** Names that are the parser's own affair: shorter, since no minifier may touch the properties of others' objects. */
const KEPT = new Set(['on', 'write', 'close', 'position', 'name', 'attributes', 'text', 'q', 'i']);

const replaceAll = (text, [from, to]) => {
  if (text.search(from) < 0) throw new Error(`There is no ${from} in saxes`);
  return text.replace(from, to);
};

/** Numbers in place of their names: the engine knows then that they never change. */
const withNumbers = (text) => {
  const numbers = new Map(
    [...text.matchAll(/^const ([A-Z]\w*) = (-?\w+);/gm)].map(([, name, number]) => [name, number]),
  );
  return text
    .replace(/^const [A-Z]\w* = -?\w+;/gm, '')
    .replace(/\b[A-Z]\w*\b/g, (name) => numbers.get(name) ?? name);
};

const without = (text, method) =>
  [new RegExp(`^ {4}${method}\\([^)]*\\) \\{\n[^]*?^ {4}\\}\n`, 'm')]
    .concat(method.startsWith('s') && method !== 'setXMLVersion' ? [new RegExp(`this\\.${method}(?=,)`)] : [])
    .reduce((rest, from) => replaceAll(rest, [from, '']), text);

/** A CommonJS module as TypeScript writes them, as an ES module. */
const toModule = (text) =>
  text
    .replace(
      /^"use strict";|^Object\.defineProperty\(exports, "__esModule".*|^exports\.SaxesParser = .* = void 0;/gm,
      '',
    )
    .replace(/^const (\w+) = require\("([^"]+)"\);/gm, 'import * as $1 from "$2";')
    .replace(/^exports\.(\w+) = \1;/gm, 'export { $1 };')
    .replace(/^exports\.(\w+) = /gm, 'export const $1 = ')
    .replace(/\bexports\./g, '')
    .replace(/^export const (?:CHAR|S|NAME\w+|\w+_RE) = .*/gm, '');

const ownNames = (text) =>
  [...new Set(text.match(/(?<=this\.)\w+|^ {4}\w+(?=\()/gm).map((name) => name.trim()))].filter(
    (name) => !KEPT.has(name) && !name.endsWith('Handler'),
  );

/** Writes it. */
export const bringSaxes = async (root, outfile) => {
  const whole = `${root}node_modules/saxes/saxes.js`;
  const { license, author } = JSON.parse(readFileSync(`${root}node_modules/saxes/package.json`, 'utf8'));
  const cut = withNumbers(KNOWN.reduce(replaceAll, UNREACHED.reduce(without, readFileSync(whole, 'utf8'))));
  await build({
    entryPoints: [whole],
    ...{ bundle: true, format: 'esm', target: 'es2022', outfile, minifySyntax: true, legalComments: 'none' },
    mangleProps: new RegExp(`^(?:${ownNames(cut).join('|')})$`),
    banner: {
      js: `/* saxes, by ${author}, licence ${license}; xmlchars, by Louis-Dominique Dubeau, licence MIT; cut to what is used */`,
    },
    plugins: [
      {
        name: 'cut',
        setup: ({ onLoad }) => {
          onLoad({ filter: /saxes\.js$/ }, () => ({ contents: toModule(cut) }));
          onLoad({ filter: /xmlchars/ }, ({ path }) => ({ contents: toModule(readFileSync(path, 'utf8')) }));
        },
      },
    ],
  });
};
