import { XmlError } from '../../lib/xml/error.js';
import { createGrower, type Grower } from '../../lib/xml/grow.js';

const LIMITS = { maxLength: 0, maxDepth: 3, maxAttributes: 2, maxElements: 4 };

const open = (grower: Grower, name: string, attributes: Readonly<Record<string, string>> = {}): void => {
  for (const [key, value] of Object.entries(attributes)) grower.attribute({ name: key, value });
  grower.opentag({ name });
};

const refused = (act: () => void): string => {
  try {
    act();
  } catch (error) {
    return error instanceof XmlError ? error.condition : String(error);
  }
  return 'accepted';
};

describe('createGrower', () => {
  it('makes a tree of tags, attributes and texts, joined where two meet', () => {
    const grower = createGrower(LIMITS);
    grower.text('\n');
    open(grower, 'a', { xmlns: 'u', b: '1' });
    for (const text of ['x', 'y']) grower.text(text);
    open(grower, 'c');
    grower.closetag();
    grower.text('z');
    grower.closetag();
    const root = grower.root();
    expect(root).toMatchObject({ name: 'a', ns: 'u', attrs: { b: '1' } });
    expect(root.nodes).toEqual(['xy', root.child('c', 'u'), 'z']);
  });

  it('gives every element content of its own, also those that are empty', () => {
    const grower = createGrower(LIMITS);
    open(grower, 'a');
    open(grower, 'b', { c: '1' });
    grower.text('x');
    grower.closetag();
    open(grower, 'b');
    grower.closetag();
    grower.closetag();
    const [first, second] = grower.root().children;
    expect([first?.nodes, first?.attrs]).toEqual([['x'], { c: '1' }]);
    expect([second?.nodes, second?.attrs]).toEqual([[], {}]);
  });

  it('counts attributes per tag, elements in all, and depth as it is', () => {
    const grower = createGrower(LIMITS);
    open(grower, 'a', { b: '', c: '' });
    open(grower, 'a', { b: '', c: '' });
    expect(refused(() => open(createGrower(LIMITS), 'a', { b: '', c: '', xmlns: 'u' }))).toBe(
      'policy-violation',
    );
    grower.closetag();
    open(grower, 'a');
    open(grower, 'a');
    expect(refused(() => open(grower, 'a'))).toBe('policy-violation');
    const deep = createGrower(LIMITS);
    for (const name of ['a', 'b', 'c']) open(deep, name);
    expect(refused(() => open(deep, 'd'))).toBe('policy-violation');
  });
});
