import fc from 'fast-check';
import { parse } from 'rxmpp';
import { parseBody } from '../../lib/protocol/bosh-body.js';
import { body, status } from './support/bodies.js';
import { corpus } from './support/corpus.js';
import { feed } from './support/feed.js';

const SLOW_MS = 5_000;
/** `npm run fuzz` does the same with a million. */
const BODIES = 1_000;

/** How long it kept the processor busy, in ms: a busy machine says nothing of a text. */
const timed = (work: () => void): number => {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
};

const refusal = (text: string): unknown => {
  try {
    parse(text);
  } catch (error) {
    return error;
  }
  return undefined;
};

it('reads everything that real servers have answered', () => {
  expect(Object.keys(corpus).length).toBeGreaterThanOrEqual(2);
  for (const answers of Object.values(corpus)) {
    expect(answers.length).toBeGreaterThan(5);
    for (const text of answers) expect(parseBody(text)).toMatchObject({ answer: { text } });
  }
});

it(`nothing that a server may say throws, hangs or starts a flood: ${BODIES} bodies`, () => {
  fc.assert(fc.property(body, status, feed), { seed: 1, numRuns: BODIES });
}, 120_000);

describe('what is made to fill up or to stall', () => {
  const frame = (inner: string): string =>
    `<body xmlns="http://jabber.org/protocol/httpbind">${inner}</body>`;

  it.each([
    ['a body of 100 MB', () => frame('x'.repeat(100 * 2 ** 20)), 'policy-violation'],
    [
      'a body that is 100,000 deep',
      () => frame('<a>'.repeat(100_000) + '</a>'.repeat(100_000)),
      'policy-violation',
    ],
    ['a million elements', () => frame('<a/>'.repeat(1_000_000)), 'policy-violation'],
    [
      'an element with 100,000 attributes',
      () => frame(`<a ${Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(' ')}/>`),
      'policy-violation',
    ],
    [
      'a billion laughs',
      () => {
        const entities = Array.from(
          { length: 10 },
          (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i};`.repeat(10)}">`,
        ).join('');
        return `<!DOCTYPE lolz [<!ENTITY lol0 "lol">${entities}]>${frame('&lol10;')}`;
      },
      'restricted-xml',
    ],
    ['an entity that nobody has declared', () => frame('&lol;'), 'restricted-xml'],
  ])('%s is refused at once', (_, make, condition) => {
    const text = make();
    expect(timed(() => expect(refusal(text)).toMatchObject({ name: 'XmlError', condition }))).toBeLessThan(
      SLOW_MS,
    );
    expect(timed(() => feed(text.slice(0, 20_000_000), 200))).toBeLessThan(4 * SLOW_MS);
  });
});
