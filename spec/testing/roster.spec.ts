import * as NS from '../../lib/protocol/ns.js';
import { createRosters, itemOf, readItem, removedItem } from '../../lib/testing/roster.js';
import { $iq } from '../../lib/xml/build.js';

const [ROMEO, JULIET] = ['romeo@example.com', 'juliet@example.com'];

it('knows nobody at first, then what is written down, for each account by itself', () => {
  const rosters = createRosters();
  expect([rosters.all(ROMEO), rosters.find(ROMEO, JULIET)]).toEqual([[], undefined]);
  rosters.change(ROMEO, JULIET, { name: 'Juliet', isListed: true });
  rosters.change(ROMEO, JULIET, { to: true });
  expect(rosters.find(ROMEO, JULIET)).toMatchObject({
    name: 'Juliet',
    isListed: true,
    to: true,
    from: false,
  });
  expect(rosters.all(JULIET)).toEqual([]);
  rosters.remove(ROMEO, JULIET);
  expect(rosters.all(ROMEO)).toEqual([]);
});

it.each([
  [{ to: false, from: false }, 'none'],
  [{ to: true, from: false }, 'to'],
  [{ to: false, from: true }, 'from'],
  [{ to: true, from: true }, 'both'],
])('writes an item: %j is %s', (seen, subscription) => {
  const contact = createRosters().change(ROMEO, JULIET, { ...seen, asks: !seen.to, groups: ['a'] });
  const item = itemOf(contact);
  expect(item.attrs).toEqual({ jid: JULIET, subscription, ...(!seen.to && { ask: 'subscribe' }) });
  expect(item.child('group')?.text).toBe('a');
});

it('writes an item for who is gone', () => {
  expect(removedItem(JULIET).attrs).toEqual({ jid: JULIET, subscription: 'remove' });
});

it('reads what is asked for', () => {
  const query = () => $iq({ type: 'set' }).c('query', { xmlns: NS.ROSTER });
  const item = query()
    .c('item', { jid: `${JULIET}/x`, name: 'J' })
    .c('group')
    .t('g');
  expect(readItem(item.tree())).toEqual({
    jid: JULIET,
    change: { name: 'J', groups: ['g'], isListed: true },
  });
  const gone = query().c('item', { jid: JULIET, subscription: 'remove' });
  expect(readItem(gone.tree())).toEqual({ jid: JULIET, change: undefined });
  for (const wrong of [
    query(),
    query().c('item'),
    query().c('item', { jid: 'a@b' }).up().c('item', { jid: 'c@d' }),
  ])
    expect(readItem(wrong.tree())).toBeUndefined();
});
