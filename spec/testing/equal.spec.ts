import fc from 'fast-check';
import { isEqual } from '../../lib/testing/equal.js';
import { parse } from '../../lib/xml/parse.js';

it('agrees with jest on plain values', () => {
  const agrees = (one: unknown, other: unknown): boolean => {
    try {
      expect(one).toEqual(other);
    } catch {
      return !isEqual(one, other);
    }
    return isEqual(one, other);
  };
  const value = fc.jsonValue();
  fc.assert(
    fc.property(value, value, (one, other) => agrees(one, other) && agrees(one, structuredClone(one))),
  );
});

it.each([
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [new Error('a'), new Error('a'), true],
  [new Error('a'), new Error('b'), false],
  [new Error('a'), new TypeError('a'), false],
  [new Map([[1, { a: 2 }]]), new Map([[1, { a: 2 }]]), true],
  [new Map([[1, { a: 2 }]]), new Map([[1, { a: 3 }]]), false],
  [new Set([1]), new Set([2]), false],
  [new Date(1), new Date(1), true],
  [new Date(1), new Date(2), false],
  [[1, 2], [1, 2, 3], false],
  [[1], { 0: 1 }, false],
  [NaN, NaN, true],
  [null, {}, false],
  [parse('<a><b/></a>'), parse('<a><b></b></a>'), true],
  [parse('<a><b/></a>'), parse('<a><c/></a>'), false],
])('%p and %p: %p', (one, other, result) => {
  expect(isEqual(one, other)).toBe(result);
});
