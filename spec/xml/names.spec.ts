import { isLocalName, isQualifiedName } from '../../lib/xml/names.js';

describe('names', () => {
  it.each(['a', '_', 'message', 'a-b.c_d1', 'é', 'Ω', '名前', '𐐀', 'a·'])('%j is one', (name) => {
    expect([isLocalName(name), isQualifiedName(name), isQualifiedName(`p:${name}`)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    '',
    ' ',
    '1',
    '-a',
    '.a',
    'a b',
    'a\n',
    'a=',
    '<',
    'a/',
    '×',
    'a:',
    ':a',
    'a:b:c',
    '\uD800',
    '\u037E',
    '·',
  ])('%j is none', (name) => {
    expect([isLocalName(name), isQualifiedName(name)]).toEqual([false, false]);
  });

  it('only qualified names have a colon', () => {
    expect([isLocalName('a:b'), isQualifiedName('a:b')]).toEqual([false, true]);
  });
});
