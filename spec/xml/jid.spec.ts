import fc from 'fast-check';
import { UsageError } from '../../lib/xml/error.js';
import {
  bareJid,
  domainOf,
  escapeNode,
  type Jid,
  isFullJid,
  nodeOf,
  parseJid,
  resourceOf,
  sameBareJid,
  sameJid,
  unescapeNode,
} from '../../lib/xml/jid.js';

/** The address of the parts. */
const format = ({ node, domain, resource }: Jid): string =>
  [node === undefined ? '' : `${node}@`, domain, resource === undefined ? '' : `/${resource}`].join('');

describe('parseJid', () => {
  it.each([
    ['juliet@example.com', { node: 'juliet', domain: 'example.com' }],
    ['juliet@example.com/foo', { node: 'juliet', domain: 'example.com', resource: 'foo' }],
    ['juliet@example.com/foo bar', { node: 'juliet', domain: 'example.com', resource: 'foo bar' }],
    ['juliet@example.com/foo@bar', { node: 'juliet', domain: 'example.com', resource: 'foo@bar' }],
    ['foo\\20bar@example.com', { node: 'foo\\20bar', domain: 'example.com' }],
    ['fußball@example.com', { node: 'fußball', domain: 'example.com' }],
    ['π@example.com/♚', { node: 'π', domain: 'example.com', resource: '♚' }],
    ['example.com', { domain: 'example.com' }],
    ['example.com/foobar', { domain: 'example.com', resource: 'foobar' }],
    ['a.example.com/b@example.net', { domain: 'a.example.com', resource: 'b@example.net' }],
    ['example.com/a/b', { domain: 'example.com', resource: 'a/b' }],
    ['a@[::1]/r', { node: 'a', domain: '[::1]', resource: 'r' }],
    ['a@example.com./r', { node: 'a', domain: 'example.com', resource: 'r' }],
  ])('%j (RFC 7622 §3.5)', (text, jid) => {
    expect(parseJid(text)).toEqual(jid);
  });

  it.each([
    ['', 'the domain is empty'],
    ['.', 'the domain is empty'],
    ['a@', 'the domain is empty'],
    ['a@b..', 'the domain contains "."'],
    ['a@b..c', 'the domain contains ".."'],
    ['a@.b', 'the domain contains "."'],
    ['@example.com', 'the node is empty'],
    ['@/', 'is empty'],
    ['example.com/', 'the resource is empty'],
    ['a b@example.com', 'the node contains " "'],
    ['"juliet"@example.com', 'the node contains "\\""'],
    ['a&b@example.com', 'the node contains'],
    [`a'b@example.com`, 'the node contains'],
    ['a:b@example.com', 'the node contains'],
    ['a<b@example.com', 'the node contains'],
    ['a>b@example.com', 'the node contains'],
    ['a\x7F@example.com', 'the node contains'],
    ['a\uD800@example.com', 'the node contains'],
    ['a@b@example.com', 'the domain contains "@"'],
    ['a@exam ple.com', 'the domain contains " "'],
    ['a@example.com/b\0', 'the resource contains "\\u0000"'],
    [`${'a'.repeat(1024)}@b`, 'the node is longer than 1023 bytes'],
    [`a@${'b'.repeat(1024)}`, 'the domain is longer than 1023 bytes'],
    [`a@b/${'♚'.repeat(342)}`, 'the resource is longer than 1023 bytes'],
    [`${'é'.repeat(512)}@b`, 'the node is longer'],
    [`a@b/${'😀'.repeat(256)}`, 'the resource is longer'],
  ])('%j is refused', (text, reason) => {
    expect(() => parseJid(text)).toThrow(UsageError);
    expect(() => parseJid(text)).toThrow(/\(jid-malformed\)$/);
    expect(() => parseJid(text)).toThrow(reason);
  });

  it.each([
    `${'a'.repeat(1023)}@b`,
    `a@b/${'♚'.repeat(341)}`,
    `${'é'.repeat(511)}@b`,
    `a@b/${'😀'.repeat(255)}`,
  ])('takes 1023 bytes of each part (%#)', (text) => {
    expect(format(parseJid(text))).toBe(text);
  });

  it('loses no part, and says no more than the simple functions', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '.', '@', '/', ' ', 'ü') }), (text) => {
        try {
          const jid = parseJid(text);
          expect(parseJid(format(jid))).toEqual(jid);
          expect([jid.node, jid.resource]).toEqual([nodeOf(text), resourceOf(text)]);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('the parts of any text', () => {
  it.each([
    ['a@b/c', 'a@b', 'a', 'b', 'c', true],
    ['a@b', 'a@b', 'a', 'b', undefined, false],
    ['b/c@d/e', 'b', undefined, 'b', 'c@d/e', true],
    ['b', 'b', undefined, 'b', undefined, false],
    ['a@b/', 'a@b', 'a', 'b', '', false],
    ['', '', undefined, '', undefined, false],
  ])('%j', (jid, bare, node, domain, resource, isFull) => {
    expect([bareJid(jid), nodeOf(jid), domainOf(jid), resourceOf(jid), isFullJid(jid)]).toEqual([
      bare,
      node,
      domain,
      resource,
      isFull,
    ]);
  });
});

describe('comparison', () => {
  it('ignores capitals in node and domain only', () => {
    expect(sameBareJid('A@Example.com/x', 'a@example.COM/y')).toBe(true);
    expect(sameBareJid('a@example.com', 'b@example.com')).toBe(false);
    expect(sameJid('A@Example.com/x', 'a@example.com/x')).toBe(true);
    expect(sameJid('a@example.com/x', 'a@example.com/X')).toBe(false);
    expect(sameJid('a@example.com/x', 'a@example.com')).toBe(false);
    expect(sameJid('a@example.com/x', 'b@example.com/x')).toBe(false);
  });
});

describe('escapeNode (XEP-0106)', () => {
  it.each([
    ['space cadet', 'space\\20cadet'],
    ['call me "ishmael"', 'call\\20me\\20\\22ishmael\\22'],
    ['at&t guy', 'at\\26t\\20guy'],
    [`d'artagnan`, 'd\\27artagnan'],
    ['/.fanboy', '\\2f.fanboy'],
    ['::foo::', '\\3a\\3afoo\\3a\\3a'],
    ['<foo>', '\\3cfoo\\3e'],
    ['user@host', 'user\\40host'],
    ['c:\\net', 'c\\3a\\net'],
    ['c:\\\\net', 'c\\3a\\\\net'],
    ['c:\\cool stuff', 'c\\3a\\cool\\20stuff'],
    ['c:\\5commas', 'c\\3a\\5c5commas'],
  ])('%j is %j', (name, node) => {
    expect(escapeNode(name)).toBe(node);
    expect(unescapeNode(node)).toBe(name);
  });

  it('drops spaces around', () => {
    expect(escapeNode('  a ')).toBe('a');
  });

  it('makes a node of every name, and unescapeNode makes the name of it again', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1, unit: fc.constantFrom(...Array.from(`\\205c7@/ &"'<>:`)) }),
    );
    fc.assert(
      fc.property(name, (text) => {
        expect(unescapeNode(escapeNode(text))).toBe(text.trim());
        expect(escapeNode(text)).not.toMatch(/["&'/:<>@ ]/);
      }),
    );
  });
});
