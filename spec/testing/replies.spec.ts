import fc from 'fast-check';
import { createReplies } from '../../lib/testing/replies.js';

it('keeps the answers to the highest rids, however they come', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 2 }), (rids) => {
      const replies = createReplies(2, false);
      for (const rid of rids) replies.keep(rid, `text ${rid}`);
      const highest = Math.max(...rids);
      expect(replies.find(highest)).toBe(`text ${highest}`);
      expect(rids.filter((rid) => rid <= highest - 2).map((rid) => replies.find(rid))).toEqual(
        rids.filter((rid) => rid <= highest - 2).map(() => undefined),
      );
    }),
  );
});

it('keeps everything until it is acknowledged', () => {
  const replies = createReplies(2, true);
  for (let rid = 1; rid <= 5; rid += 1) replies.keep(rid, `text ${rid}`);
  expect(replies.find(1)).toBe('text 1');
  replies.forget(3);
  expect([3, 4, 5].map((rid) => replies.find(rid))).toEqual([undefined, 'text 4', 'text 5']);
});
