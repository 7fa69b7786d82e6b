import { FRAMING, onSockets } from './support/socket.js';

const OPEN = `<open ${FRAMING} to="example.com" version="1.0"/>`;

it(
  'takes its time both ways, and shows what was put on it',
  onSockets(({ domain, dial, scheduler }) => {
    const begun = scheduler.now();
    const talker = dial();
    expect(talker.heard).toEqual(['open xmpp']);
    talker.say(OPEN);
    expect(talker.heard.slice(1).map((one) => one.split(' ')[0])).toEqual(['open', 'features']);
    const [socket] = domain.sockets;
    expect(socket).toMatchObject({ at: begun, url: domain.webSocketUrl, protocols: ['xmpp'], state: 'open' });
    expect(socket?.frames.map(({ at, from }) => [at - begun, from])).toEqual([
      ...[[10, 'client'], [15, 'server'], [15, 'server']], // prettier-ignore
    ]);
  }),
);

it(
  'breaks what is open when it is cut: what is on its way is lost, both ways, and both ends are told',
  onSockets(({ domain, dial, pass }) => {
    const talker = dial();
    domain.cut();
    talker.say(OPEN);
    expect(talker.heard).toEqual(['open xmpp', 'close 1006']);
    pass(100);
    expect(domain.sockets[0]?.state).toBe('closed');
    expect(domain.sockets[0]?.frames.filter(({ from }) => from === 'server')).toEqual([]);
  }),
);

it(
  'can be refused, until that ends, and is where nobody is',
  onSockets(({ domain, dial }) => {
    const allow = domain.refuseSockets();
    expect(dial().heard).toEqual(['close 1006']);
    allow();
    domain.offline(true);
    expect(dial().heard).toEqual(['close 1006']);
    domain.offline(false);
    expect(dial().heard).toEqual(['open xmpp']);
  }),
);

it(
  'can be muted, and nobody notices; one that is opened later is not',
  onSockets(({ domain, dial }) => {
    const muted = dial();
    domain.muteSockets();
    muted.say(OPEN);
    expect(muted.heard).toEqual(['open xmpp']);
    const other = dial();
    other.say(OPEN);
    expect(other.heard).toHaveLength(3);
  }),
);

it(
  'is told when the client hangs up',
  onSockets(({ domain, managed, pass }) => {
    const { talker } = managed();
    talker.hangUp();
    pass(5);
    expect(domain.sockets[0]?.state).toBe('closed');
    pass(300_000);
    expect(() => domain.terminate('alice@example.com/home')).toThrow();
  }),
);
