import { overSockets, type SocketStage } from '../scenarios/support/sockets.js';

const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' } as const;
const KEY = 'strophe-bosh-session';

/** Where the page after this one connects, if the record says that the session is at `url`. */
const reopened = (
  { online, caller, pass, domain }: SocketStage,
  url: string | undefined,
): string | undefined => {
  const before = online({ keepalive: true });
  const storage = before.storage.clone();
  before.client.close();
  const record = JSON.parse(storage.getItem(KEY) ?? '{}') as object;
  storage.setItem(KEY, JSON.stringify({ ...record, url }));
  const after = caller({ keepalive: true, storage });
  after.client.open({ restore: true, login: ROMEO });
  pass(500);
  expect(after.status).toMatchObject({ type: 'online', how: 'restored' });
  return domain.sockets.at(-1)?.url;
};

describe('a kept session', () => {
  it.each([
    ['where it is kept to be, on the same origin', 'wss://example.com/two', 'wss://example.com/two'],
    ['at the service, where the record says nothing', undefined, 'wss://example.com/ws'],
    [
      'at the service, whatever another origin the record names',
      'wss://evil.example/ws',
      'wss://example.com/ws',
    ],
    ['at the service, not in the clear', 'ws://example.com/ws', 'wss://example.com/ws'],
    ['at the service, not by another protocol', 'https://example.com/http-bind', 'wss://example.com/ws'],
    ['at the service, where the record names no address', 'nowhere', 'wss://example.com/ws'],
  ])('is sought %s', (_, kept, sought) =>
    overSockets((stage) => {
      expect(reopened(stage, kept)).toBe(sought);
    })(),
  );
});
