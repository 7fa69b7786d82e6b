import fc from 'fast-check';
import { redact } from 'rxmpp';

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const SECRET = 'c2VjcmV0LXNlY3JldA==';

const elements = fc.constantFrom('auth', 'response', 'challenge', 'success');
const prefixes = fc.constantFrom('', 'sasl:', 'a-b.c:');
const spaces = fc.constantFrom('', ' ', '\n', '\t ');
const quotes = fc.constantFrom('"', "'");
const payloads = fc.constantFrom(
  SECRET,
  `\n  ${SECRET}\n`,
  `<![CDATA[${SECRET}]]>`,
  `${SECRET}<!-- ${SECRET} -->`,
  `<data>${SECRET}</data>`,
);

/** A SASL element in one of its spellings. */
const spoken = fc
  .record({
    name: elements,
    prefix: prefixes,
    space: spaces,
    quote: quotes,
    payload: payloads,
    odd: fc.boolean(),
  })
  .map(({ name, prefix, space, quote, payload, odd }) => {
    const xmlns = prefix === '' ? 'xmlns' : `xmlns:${prefix.slice(0, -1)}`;
    const attributes = `${xmlns}=${quote}${SASL}${quote}${odd ? ` note=${quote}a > b${quote}` : ''}${space}`;
    return `<${prefix}${name} ${attributes}>${payload}</${prefix}${name}${space}>`;
  });

/** An attribute that names a session, in one of its spellings. */
const named = fc
  .record({ name: fc.constantFrom('sid', 'authid'), gap: spaces, before: spaces, quote: quotes })
  .map(({ name, gap, before, quote }) => `\n${name}${before}=${gap}${quote}${SECRET}${quote}`);

describe('redact', () => {
  it('leaves nothing of session ids and SASL payloads, however they are spelled', () => {
    fc.assert(
      fc.property(fc.array(spoken, { maxLength: 3 }), fc.array(named, { maxLength: 2 }), (said, names) => {
        const xml = `<body rid='7'${names.join('')}>${said.join('')}<message><body>hello</body></message></body>`;
        const redacted = redact(xml);
        expect(redacted).not.toContain(SECRET);
        expect(redacted).toContain(`<body rid='7'`);
        expect(redacted).toContain('<message><body>hello</body></message></body>');
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing of them in an answer that was cut off anywhere', () => {
    fc.assert(
      fc.property(spoken, named, fc.nat(), (said, name, at) => {
        const xml = `<body${name} rid='7'>${said}</body>`;
        const cut = xml.slice(0, at % (xml.length + 1));
        const shown = redact(cut);
        const beginnings = Array.from(SECRET, (_, i) => SECRET.slice(0, i + 1));
        const longest = beginnings.filter((beginning) => shown.includes(beginning)).length;
        // One letter of it is in the names around it as well.
        expect(longest).toBeLessThan(3);
      }),
      { numRuns: 500 },
    );
  });

  it('shows that something was there, and what kind', () => {
    expect(redact(`<body sid='abc' rid='7'><auth xmlns='${SASL}' mechanism='PLAIN'>AGE=</auth></body>`)).toBe(
      `<body sid="***" rid='7'><auth xmlns='${SASL}' mechanism='PLAIN'>***</auth></body>`,
    );
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<!DOCTYPE html><title>Sign in</title>'],
    ['an element without a payload', `<success xmlns='${SASL}'/>`],
    ['an element with an empty payload', `<success xmlns='${SASL}'></success>`],
    ['stanzas', '<message from="a@b/c"><body>my sid is "7"; authority=1</body></message>'],
    ['names that only begin like those', '<authority>x</authority><responses>y</responses>'],
    [
      'what follows an element without a payload',
      `<body><success xmlns='${SASL}'/><message>hello</message></body>`,
    ],
  ])('changes nothing of %s', (_, xml) => {
    expect(redact(xml)).toBe(xml);
  });

  it('takes linear time, also for what is made to be slow', () => {
    for (const part of [
      '<auth',
      '<auth ',
      '<auth "',
      '<auth>',
      ' sid="',
      ' sid=',
      '<auth a="b">x',
      '<a:',
      '<auth a="',
    ]) {
      const begun = performance.now();
      redact(part.repeat(20_000));
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
  });
});
