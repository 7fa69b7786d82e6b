import {
  colonIn,
  defaultNamespaceOf,
  KNOWN_PREFIXES,
  namespaceOf,
  usedPrefixes,
  withPrefix,
} from '../../lib/xml/namespaces.js';
import { XML_NS } from '../../lib/xml/names.js';

const prefixes = withPrefix(withPrefix(KNOWN_PREFIXES, 'xmlns:a', 'urn:a'), 'xmlns:b', 'urn:a');

describe('withPrefix', () => {
  it('adds to what is in force, and changes nothing that is', () => {
    expect(withPrefix(KNOWN_PREFIXES, 'xmlns:a', 'urn:a')).toMatchObject({ xml: XML_NS, a: 'urn:a' });
    expect(KNOWN_PREFIXES['a']).toBeUndefined();
    expect(withPrefix(prefixes, 'xmlns:a', 'urn:a')).toBe(prefixes);
  });

  it.each(['xmlns:', 'xmlns:1', 'xmlns:a:b', 'xmlns:xmlns'])('refuses %s', (name) => {
    expect(() => withPrefix(KNOWN_PREFIXES, name, 'urn:a')).toThrow('declares no prefix');
  });

  it('refuses no namespace, and those that belong to other prefixes', () => {
    expect(() => withPrefix(KNOWN_PREFIXES, 'xmlns:a', '')).toThrow('needs a namespace');
    expect(() => withPrefix(KNOWN_PREFIXES, 'xmlns:a', XML_NS)).toThrow("can't stand for");
    expect(() => withPrefix(KNOWN_PREFIXES, 'xmlns:xml', 'urn:a')).toThrow("can't stand for");
    expect(withPrefix(KNOWN_PREFIXES, 'xmlns:xml', XML_NS)).toBe(KNOWN_PREFIXES);
  });
});

describe('defaultNamespaceOf', () => {
  it('takes any namespace, also none, but for two', () => {
    expect(['urn:a', ''].map(defaultNamespaceOf)).toEqual(['urn:a', '']);
    for (const uri of [XML_NS, 'http://www.w3.org/2000/xmlns/']) {
      expect(() => defaultNamespaceOf(uri)).toThrow("can't be");
    }
  });
});

describe('namespaceOf', () => {
  const of = (name: string): string => namespaceOf(name, colonIn(name), prefixes);

  it('is that of the prefix', () => {
    expect([of('a:x'), of('xml:lang')]).toEqual(['urn:a', XML_NS]);
  });

  it.each(['c:x', ':x', 'constructor:x'])('refuses %s, whose prefix nothing declares', (name) => {
    expect(() => of(name)).toThrow('nothing declares');
  });

  it.each(['a:', 'a:1', 'a:x:y'])('refuses %s, which is no name', (name) => {
    expect(() => of(name)).toThrow('malformed');
  });
});

describe('usedPrefixes', () => {
  it('are those of attributes, without xml', () => {
    expect(usedPrefixes({ x: '1', 'xml:lang': 'en', 'a:x': '2' }, prefixes)).toEqual({ a: 'urn:a' });
  });

  it('refuses one attribute under two names', () => {
    expect(() => usedPrefixes({ 'a:x': '1', 'b:x': '2' }, prefixes)).toThrow('duplicate');
  });
});
