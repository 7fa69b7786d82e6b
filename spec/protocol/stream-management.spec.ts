import fc from 'fast-check';
import {
  acknowledged,
  answerFrame,
  arrivedUpTo,
  counted,
  enableFrame,
  handledUpTo,
  renewed,
  requestFrame,
  resumeFrame,
  sentOf,
  type StreamManagement,
  tooHighFrame,
  unmanaged,
} from '../../lib/protocol/stream-management.js';
import { parse } from '../../lib/xml/parse.js';

const stanzas = (...ids: readonly string[]) => ids.map((id) => ({ xml: `<message id="${id}"/>`, at: 5 }));
const numbers = ({ unacked }: StreamManagement): readonly number[] => unacked.map(({ n }) => n);

it('numbers what leaves from 1 on', () => {
  const sm = counted(counted(unmanaged, stanzas('a', 'b')), stanzas('c'));
  expect(sm.unacked).toEqual([
    { n: 1, xml: '<message id="a"/>', at: 5 },
    { n: 2, xml: '<message id="b"/>', at: 5 },
    { n: 3, xml: '<message id="c"/>', at: 5 },
  ]);
  expect(sentOf(sm)).toBe(3);
});

it('forgets what is acknowledged', () => {
  const sm = counted(unmanaged, stanzas('a', 'b', 'c'));
  const two = acknowledged(sm, '2');
  expect(two && numbers(two)).toEqual([3]);
  expect(two && sentOf(two)).toBe(3);
  expect(acknowledged(sm, '0')).toBe(sm);
});

it.each([undefined, '', '-1', '4', 'x', '4294967296', '99999999999'])('takes no %j for a count', (h) => {
  expect(acknowledged(counted(unmanaged, stanzas('a', 'b', 'c')), h)).toBeUndefined();
});

it('never counts back what has been handled', () => {
  expect(handledUpTo({ ...unmanaged, handled: 4 }, 5).handled).toBe(5);
  expect(handledUpTo({ ...unmanaged, handled: 4 }, 3).handled).toBe(4);
});

it('counts on past 2^32, which the wire does not (XEP-0198 §4)', () => {
  const full: StreamManagement = { ...unmanaged, id: 's', acked: 2 ** 32 - 2, handled: 2 ** 32 + 3 };
  const sm = counted(full, stanzas('a', 'b', 'c'));
  const wrapped = acknowledged(sm, '0');
  expect(wrapped?.acked).toBe(2 ** 32);
  expect(wrapped && numbers(wrapped)).toEqual([2 ** 32 + 1]);
  expect(acknowledged(sm, '2')).toBeUndefined();
  expect(answerFrame(sm)).toBe('<a xmlns="urn:xmpp:sm:3" h="3"/>');
  expect(resumeFrame(sm)).toBe('<resume xmlns="urn:xmpp:sm:3" previd="s" h="3"/>');
});

it('says what it wants', () => {
  expect(enableFrame()).toBe('<enable xmlns="urn:xmpp:sm:3" resume="true"/>');
  expect(requestFrame()).toBe('<r xmlns="urn:xmpp:sm:3"/>');
  expect(resumeFrame(unmanaged)).toBe('<resume xmlns="urn:xmpp:sm:3" previd="" h="0"/>');
  const error = parse(tooHighFrame(counted(unmanaged, stanzas('a')), '7'));
  expect(error.child('handled-count-too-high', 'urn:xmpp:sm:3')?.attrs).toMatchObject({
    h: '7',
    'send-count': '1',
  });
  expect(error.child('undefined-condition', 'urn:ietf:params:xml:ns:xmpp-streams')).toBeDefined();
});

it('keeps exactly what the server has not handled, wherever the counters stand', () => {
  const step = fc.record({ sends: fc.nat(5), handles: fc.nat(5) });
  const start = fc.oneof(fc.nat(10), fc.integer({ min: 2 ** 32 - 10, max: 2 ** 32 + 10 }));
  fc.assert(
    fc.property(start, fc.array(step, { maxLength: 30 }), (first, steps) => {
      let sm: StreamManagement = { ...unmanaged, acked: first };
      let handled = first;
      for (const { sends, handles } of steps) {
        sm = counted(sm, stanzas(...Array.from({ length: sends }, String)));
        handled = Math.min(handled + handles, sentOf(sm));
        const next = acknowledged(sm, String(handled % 2 ** 32));
        if (!next) throw new Error('a true count was refused');
        sm = next;
        const left = sentOf(sm) - handled;
        expect(numbers(sm)).toEqual(Array.from({ length: left }, (_, i) => handled + 1 + i));
      }
    }),
  );
});

it('counts on over streams that follow each other, and on the wire from where each began', () => {
  const first: StreamManagement = { ...counted(unmanaged, stanzas('a', 'b', 'c')), id: 's', handled: 9 };
  const second = renewed(arrivedUpTo(first, 2), 't', 60);
  expect(second).toMatchObject({ id: 't', max: 60, handled: 9, acked: 2, from: { handled: 9, acked: 2 } });
  expect(numbers(second)).toEqual([3]);
  expect(answerFrame(handledUpTo(second, 11))).toContain('h="2"');
  expect(resumeFrame(second)).toContain('h="0"');
  expect(acknowledged(second, '1')).toMatchObject({ acked: 3, unacked: [] });
  expect(acknowledged(second, '3')).toBeUndefined();
  expect(tooHighFrame(second, '3')).toContain('send-count="1"');
  expect(arrivedUpTo(second, 1)).toBe(second);
});
