import { asyncScheduler, Subscription } from 'rxjs';
import { $iq, $msg, $pres, element, stx, UsageError } from 'rxmpp';

import { createSending } from '../../lib/client/sending.js';
import { createDeliveries } from '../../lib/session/deliveries.js';
import { createOutbox } from '../../lib/session/outbox.js';
import { memoryStorage } from '../../lib/testing/storage.js';

const REF = { rid: 7, index: 1 };

const setUp = () => {
  const deliveries = createDeliveries();
  const outbox = createOutbox(deliveries);
  let ids = 0;
  const newId = (): string => `new-${++ids}`;
  const lives = new Subscription();
  const sending = createSending({ outbox, deliveries, newId, scheduler: () => asyncScheduler, lives });
  const left = (): readonly string[] => outbox.take(Infinity, Infinity).stanzas.map(({ xml }) => xml);
  return { outbox, sending, left };
};

describe('send', () => {
  it('queues elements, builders and templates, in order', () => {
    const { sending, left } = setUp();
    sending.send(element('message', 'jabber:client', { id: 'a' }));
    sending.send($msg({ id: 'b' }).c('body').t('1 < 2'));
    sending.send(stx`<presence/>`);
    expect(left()).toEqual([
      '<message xmlns="jabber:client" id="a"/>',
      '<message xmlns="jabber:client" id="b"><body>1 &lt; 2</body></message>',
      '<presence xmlns="jabber:client"/>',
    ]);
  });

  it('gives messages and iqs an id where they have none, presences not', () => {
    const { sending, left } = setUp();
    expect(
      [$msg(), $iq({ type: 'get' }), $pres(), $msg({ id: 'mine' })].map((one) => sending.send(one).id),
    ).toEqual(['new-1', 'new-2', '', 'mine']);
    expect(left().map((xml) => /id="([^"]*)"/.exec(xml)?.[1])).toEqual(['new-1', 'new-2', undefined, 'mine']);
  });

  it('does not change what it is given', () => {
    const { sending } = setUp();
    const message = $msg({ to: 'bob@example.com' });
    sending.send(message);
    expect(message.tree().attrs).toEqual({ to: 'bob@example.com' });
  });

  it('takes back what has not left, and only once', () => {
    const { sending, left } = setUp();
    const [first, second] = [sending.send($msg({ id: '1' })), sending.send($msg({ id: '2' }))];
    expect(first.cancel()).toBe(true);
    expect(first.cancel()).toBe(false);
    expect(left()).toHaveLength(1);
    expect(second.cancel()).toBe(false);
  });

  it.each([['<message/>'], [null], [undefined], [{ name: 'message', ns: '', attrs: {} }]])(
    'refuses %p and queues nothing',
    (given) => {
      const { sending, outbox } = setUp();
      expect(() => sending.send(given as unknown as object)).toThrow(UsageError);
      expect(outbox.last()).toBe(0);
    },
  );
});

describe('within', () => {
  it('marks what a handler sends as belonging to the stanza it handles', () => {
    const { outbox, sending } = setUp();
    const storage = memoryStorage();
    outbox.keep({ storage, key: 'k' });
    sending.send($msg({ id: 'before' }));
    sending.within(REF, () => sending.send($msg({ id: 'inside' })));
    sending.send($msg({ id: 'after' }));
    const marks = [1, 2, 3].map(
      (n) => (JSON.parse(storage.getItem(`k:q:${n}`) ?? '{}') as { in?: unknown }).in,
    );
    expect(marks).toEqual([undefined, REF, undefined]);
  });

  it('tells which iqs the handlers have answered', () => {
    const { sending } = setUp();
    const answered = sending.within(REF, () => {
      sending.send($iq({ type: 'result', id: 'r' }));
      sending.send($iq({ type: 'error', id: 'e' }));
      sending.send($iq({ type: 'get', id: 'question' }));
      sending.send($msg({ id: 'm' }));
    });
    expect([...answered]).toEqual(['r', 'e']);
  });

  it('is over when a handler throws, which it lets through', () => {
    const { outbox, sending } = setUp();
    const storage = memoryStorage();
    outbox.keep({ storage, key: 'k' });
    const broken = (): void => {
      throw new Error('of the app');
    };
    expect(() => sending.within(REF, broken)).toThrow('of the app');
    sending.send($msg({ id: 'after' }));
    expect(JSON.parse(storage.getItem('k:q:1') ?? '{}')).not.toHaveProperty('in');
  });

  it('nests: the outer stanza goes on where it was', () => {
    const { sending } = setUp();
    const outer = sending.within(REF, () => {
      const inner = sending.within({ rid: 7, index: 2 }, () =>
        sending.send($iq({ type: 'result', id: 'inner' })),
      );
      expect([...inner]).toEqual(['inner']);
      sending.send($iq({ type: 'result', id: 'outer' }));
    });
    expect([...outer]).toEqual(['outer']);
  });
});
