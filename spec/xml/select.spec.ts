import { UsageError } from '../../lib/xml/error.js';
import { parse } from '../../lib/xml/parse.js';

const root = parse(
  '<message xmlns="jabber:client" id="root">' +
    '<x xmlns="http://jabber.org/protocol/muc#user" id="muc"><item affiliation="owner" id="i1"><actor id="ac"/></item></x>' +
    '<x xmlns="jabber:x:data" id="data" type="form"><field var="a b" id="f1"><value id="v1"/></field>' +
    '<group id="g"><field var="c,d>e" id="f2"><value id="v2"/><value xml:lang="de" id="v3"/></field></group></x>' +
    '</message>',
);
const found = (selector: string): string =>
  root
    .querySelectorAll(selector)
    .map(({ attrs }) => attrs['id'])
    .join(' ');

describe('querySelectorAll', () => {
  it.each([
    ['field', 'f1 f2'],
    ['  field ', 'f1 f2'],
    ['*', 'muc i1 ac data f1 v1 g f2 v2 v3'],
    ['x > item', 'i1'],
    ['x>item', 'i1'],
    ['x > field', 'f1'],
    ['x field', 'f1 f2'],
    ['x field > value', 'v1 v2 v3'],
    ['x > group > field > value', 'v2 v3'],
    ['x > * > field', 'f2'],
    ['group value', 'v2 v3'],
    ['message > x', 'muc data'],
    ['message x value', 'v1 v2 v3'],
    ['message', ''],
    ['message > value', ''],
    ['x > message > x', ''],
    ['x message x', ''],
    ['nothing > value', ''],
    ['item, group', 'i1 g'],
    ['value, field', 'f1 v1 f2 v2 v3'],
    ['[var]', 'f1 f2'],
    ['field[var="a b"]', 'f1'],
    [`field[var='c,d>e']`, 'f2'],
    ['x[type=form]', 'data'],
    ['x[ type = "form" ][id="data"]', 'data'],
    ['x[type="form"][id="muc"]', ''],
    ['*[affiliation]', 'i1'],
    ['[xml:lang]', 'v3'],
    ['x[xmlns="http://jabber.org/protocol/muc#user"] actor', 'ac'],
    ['x[xmlns]', 'muc data'],
    ['[var=""]', ''],
  ])('%j finds %j', (selector, ids) => {
    expect(found(selector)).toBe(ids);
  });

  it.each([
    '',
    ' ',
    '#id',
    '.class',
    'a:first-child',
    'a::before',
    'a + b',
    'a ~ b',
    '[a^="b"]',
    '[a="b"',
    'a,',
    ',a',
    '> a',
    'a > > b',
    'a >',
    '*a',
    'a*',
    '[a]b',
    'a!',
  ])('%j is refused by name', (selector) => {
    expect(() => root.querySelectorAll(selector)).toThrow(UsageError);
    expect(() => root.querySelector(selector)).toThrow(JSON.stringify(selector));
  });

  it('finds the same again', () => {
    expect([found('x field'), found('x field')]).toEqual(['f1 f2', 'f1 f2']);
  });
});

describe('querySelector', () => {
  it('finds the first, or null', () => {
    expect(root.querySelector('value')?.attrs['id']).toBe('v1');
    expect(root.querySelector('nothing')).toBeNull();
  });
});
