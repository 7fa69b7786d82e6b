import { overSockets } from '../scenarios/support/sockets.js';

const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' } as const;
const KEY = 'strophe-bosh-session';

const conditions = (statuses: readonly object[]): readonly unknown[] =>
  statuses.flatMap((status) =>
    'error' in status ? [(status.error as { condition: string }).condition] : [],
  );

it(
  'asks for no management where that is not wanted, and then keeps nothing',
  overSockets(({ online, said, pass }) => {
    const one = online({ streamManagement: false, keepalive: true });
    pass(1_000);
    expect(said()).not.toContain('enable');
    expect(one.storage.keys()).toEqual([]);
  }),
);

it.each([
  ['what is no record', () => '{"jid":'],
  ['a record of BOSH', () => '{"jid":"romeo@example.com/orchard","sid":"s","rid":7}'],
  ['a stream that was being ended', (text: string) => text.replace('"st":"open"', '"st":"closing"')],
])('goes on with no stream where there is %s', (_, change) =>
  overSockets(({ online, caller, pass, domain }) => {
    const before = online({ keepalive: true });
    const storage = before.storage.clone();
    before.client.close();
    storage.setItem(KEY, change(storage.getItem(KEY) ?? ''));
    const after = caller({ keepalive: true, storage });
    after.client.open({ restore: true, login: ROMEO });
    pass(500);
    expect(conditions(after.statuses)).toEqual(['no-session']);
    expect(after.status).toMatchObject({ type: 'online', how: 'connected' });
    expect(domain.sockets).toHaveLength(2);
  })(),
);

it(
  "logs in as somebody else only anew: a stream is its owner's",
  overSockets(({ online, caller, pass }) => {
    const before = online({ keepalive: true });
    const storage = before.storage.clone();
    before.client.close();
    const after = caller({ keepalive: true, storage });
    after.client.open({ restore: true, login: { jid: 'juliet@example.com/x', password: 'capulet' } });
    pass(500);
    expect(conditions(after.statuses)).toEqual(['jid-mismatch']);
    expect(after.status).toMatchObject({ type: 'online', how: 'connected', jid: 'juliet@example.com/x' });
  }),
);

it(
  'needs a storage to restore from',
  overSockets(({ caller, pass }) => {
    const one = caller({ keepalive: true, platform: { storage: undefined } });
    one.client.open({ restore: true, login: ROMEO });
    pass(500);
    expect(conditions(one.statuses)).toEqual(['no-storage']);
    expect(one.status).toMatchObject({ type: 'online' });
  }),
);
