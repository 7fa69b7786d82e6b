import fc from 'fast-check';
import * as NS from '../../lib/protocol/ns.js';
import { body, terminateBody } from '../../lib/testing/body.js';
import { element } from '../../lib/xml/element.js';
import { parse } from '../../lib/xml/parse.js';

it('writes attributes, elements and texts', () => {
  const written = parse(
    body({ rid: 3, sid: undefined, 'xmpp:restart': true }, element('presence', NS.CLIENT), '<stream:error/>'),
  );
  expect(written.ns).toBe(NS.HTTPBIND);
  expect(written.attrs['rid']).toBe('3');
  expect('sid' in written.attrs).toBe(false);
  expect(written.getAttributeNS(NS.BOSH, 'restart')).toBe('true');
  expect(written.children.map(({ name, ns }) => [name, ns])).toEqual([
    ['presence', NS.CLIENT],
    ['error', NS.STREAM],
  ]);
});

it('writes any value so that it can be read again', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', "'", '<', '>', '&', '\n', 'é', '😀') });
  fc.assert(fc.property(text, (value) => expect(parse(body({ value })).attrs['value']).toBe(value)));
});

it('writes the end of a session', () => {
  expect(parse(terminateBody('host-gone')).attrs).toMatchObject({
    type: 'terminate',
    condition: 'host-gone',
  });
  expect('condition' in parse(terminateBody()).attrs).toBe(false);
});
