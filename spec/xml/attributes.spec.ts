import { declaredPrefixes, NewStrings, NO_STRINGS, plainAttributes } from '../../lib/xml/attributes.js';

describe('the strings of an element', () => {
  it('have no name of their own', () => {
    const strings = new NewStrings();
    expect([strings['constructor'], strings['toString'], strings['__proto__']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    strings['__proto__'] = 'x';
    expect(Object.entries(strings)).toEqual([['__proto__', 'x']]);
    expect(Object.isFrozen(NO_STRINGS)).toBe(true);
  });
});

describe('declaredPrefixes', () => {
  it('gives the declarations, and one empty object for none', () => {
    expect(declaredPrefixes({ a: '1', 'xmlns:p': 'urn:p', 'xmlns:q': undefined, xmlns: 'u' })).toEqual({
      p: 'urn:p',
    });
    expect(declaredPrefixes({ a: '1' })).toBe(NO_STRINGS);
  });

  it('takes a prefix named like a method', () => {
    expect(Object.entries(declaredPrefixes({ 'xmlns:__proto__': 'u' }))).toEqual([['__proto__', 'u']]);
    expect(() => plainAttributes({ 'constructor:a': '' }, NO_STRINGS)).toThrow(/declares the prefix/);
  });
});

describe('plainAttributes', () => {
  it('gives all but declarations and empty values', () => {
    const attrs = { a: 1, b: null, xmlns: 'u', 'xmlns:p': 'urn:p', 'p:c': true, 'xml:lang': 'en' };
    expect(plainAttributes(attrs, { p: 'urn:p' })).toEqual({ a: '1', 'p:c': 'true', 'xml:lang': 'en' });
  });
});
