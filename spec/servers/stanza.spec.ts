import { firstValueFrom, fromEvent, map, take } from 'rxjs';
import { type Agent, createClient as createStanza } from 'stanza';
import { DOORS } from './support/doors.js';
import { type AnyServer, startEmbedded } from './support/embedded.js';
import { enter } from './support/pair.js';
import { within } from './support/within.js';

jest.setTimeout(60_000);

/** stanza 12, a client that knows nothing of this library, on a real port. */
describe.each(['bosh', 'websocket'] as const)('the embedded server, to stanza 12 over %s', (transport) => {
  let server: AnyServer;
  const agents: { readonly agent: Agent; readonly ended: Promise<unknown> }[] = [];

  beforeAll(async () => {
    server = await startEmbedded();
  });
  // It goes on with its requests until the server has agreed to the end.
  afterEach(async () => {
    for (const { agent, ended } of agents.splice(0)) {
      agent.disconnect();
      await ended;
    }
  });
  afterAll(() => server.stop());

  const open = (name: string, password?: string): Agent => {
    const user = server.user(name);
    const agent = createStanza({
      jid: user.jid,
      password: password ?? user.password,
      transports: {
        bosh: transport === 'bosh' && server.service,
        websocket: transport === 'websocket' && server.websocket,
      },
      autoReconnect: false,
    });
    agents.push({ agent, ended: firstValueFrom(fromEvent(agent, 'disconnected')) });
    return agent;
  };

  const login = async (name: string): Promise<{ readonly agent: Agent; readonly jid: string }> => {
    const agent = open(name);
    const bound = within(fromEvent(agent, 'session:started').pipe(take(1)), `the login of ${name}`);
    agent.connect();
    await bound;
    return { agent, jid: agent.jid };
  };

  const heardBy = (agent: Agent): Promise<string> =>
    within(
      fromEvent(agent, 'message').pipe(map((message) => (message as { readonly body?: string }).body ?? '')),
      'a message',
    );

  it('lets two of them talk', async () => {
    const [alice, bob] = [await login('alice'), await login('bob')];
    const heard = heardBy(bob.agent);
    alice.agent.sendMessage({ to: bob.jid, type: 'chat', body: 'hello <bob> & \u{1f339}' });
    expect(await heard).toBe('hello <bob> & \u{1f339}');
    const answer = heardBy(alice.agent);
    bob.agent.sendMessage({ to: alice.jid, type: 'chat', body: 'hello alice' });
    expect(await answer).toBe('hello alice');
  });

  it('lets it talk with a client of ours', async () => {
    const { agent, jid } = await login('alice');
    const bob = await enter(DOORS[0]!, server, 'bob');
    const heard = heardBy(agent);
    bob.seat.say(jid, 'from ours');
    expect(await heard).toBe('from ours');
    const said = within(bob.seat.message$, 'the answer');
    agent.sendMessage({ to: bob.jid, type: 'chat', body: 'from stanza' });
    expect(await said).toEqual({ from: jid, body: 'from stanza' });
    bob.seat.close();
  });

  it('answers its roster, presence and ping', async () => {
    const { agent } = await login('carol');
    await agent.updateRosterItem({ jid: 'bob@localhost', name: 'Bob', subscription: 'none' });
    const { items } = await agent.getRoster();
    expect(items).toMatchObject([{ jid: 'bob@localhost', name: 'Bob', subscription: 'none' }]);
    await agent.ping('localhost');
    const own = within(fromEvent(agent, 'presence'), 'the own presence');
    agent.sendPresence({ show: 'away' });
    expect(await own).toMatchObject({ from: agent.jid, show: 'away' });
  });

  it('refuses a wrong password', async () => {
    const agent = open('alice', 'wrong');
    const failed = within(fromEvent(agent, 'auth:failed').pipe(take(1)), 'the failure');
    agent.connect();
    await failed;
  });
});
