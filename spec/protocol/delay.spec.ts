import fc from 'fast-check';
import { delayed, timestamp } from '../../lib/protocol/delay.js';
import { parse } from '../../lib/xml/parse.js';

it('writes a time as everybody does (XEP-0082)', () => {
  const years = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(years, (date) => expect(timestamp(date.getTime())).toBe(date.toISOString())),
    { numRuns: 2_000 },
  );
});

it.each([
  '2000-02-29T12:00:00.000Z',
  '1900-03-01T00:00:00.000Z',
  '2100-02-28T23:59:59.999Z',
  '1969-12-31T23:59:59.999Z',
])('%s, a day at an edge', (text) => expect(timestamp(Date.parse(text))).toBe(text));

it('notes when a message or presence was sent first, once (XEP-0203)', () => {
  const once = delayed('<message xmlns="jabber:client" to="a@b"><body>hi</body></message>', 0);
  expect(parse(once).child('body')?.text).toBe('hi');
  expect(
    parse(once)
      .childrenOf('delay', 'urn:xmpp:delay')
      .map(({ attrs }) => attrs['stamp']),
  ).toEqual(['1970-01-01T00:00:00.000Z']);
  expect(delayed(once, 99)).toBe(once);
});

it('leaves an iq its only child', () => {
  const iq = '<iq xmlns="jabber:client" type="get" id="a"><q xmlns="urn:q"/></iq>';
  expect(delayed(iq, 0)).toBe(iq);
});
