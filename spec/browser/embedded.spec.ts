import { filter } from 'rxjs';
import { DOORS } from '../servers/support/doors.js';
import { type AnyServer, startEmbedded } from '../servers/support/embedded.js';
import { enter, type Person, prebound } from '../servers/support/pair.js';
import { within } from '../servers/support/within.js';
import { openStage, type Stage } from './support/stage.js';
import type { Tab } from './support/tab.js';

jest.setTimeout(60_000);

/** Strophe.js 5 in Chromium, on the domain of the testing kit on a real port; and both doors of ours beside it. */
describe('the embedded server, to pages', () => {
  let stage: Stage<AnyServer>;
  let tab: Tab;
  let peer: Person;

  beforeAll(async () => {
    stage = await openStage(startEmbedded);
  });
  afterAll(() => stage.close());

  beforeEach(async () => {
    peer = await enter(DOORS[0]!, stage.server, 'bob');
    tab = await stage.openTab();
  });
  afterEach(async () => {
    await tab.close();
    peer.seat.close();
  });

  const expectExchange = async (jid: string, word: string): Promise<void> => {
    const before = await tab.received();
    await tab.say(peer.jid, `from the page: ${word}`);
    const heard = filter(({ body }: { readonly body: string }) => body === `from the page: ${word}`);
    await within(peer.seat.message$.pipe(heard), 'the message from the page');
    peer.seat.say(jid, `to the page: ${word}`);
    expect(await tab.untilReceived(before.length + 1)).toEqual([...before, `to the page: ${word}`]);
  };

  const open = (door: string): Promise<void> => tab.open(door, stage.server.service, { keepalive: true });

  describe.each(['Strophe.js', ...DOORS.map(({ name }) => name)])('that use %s', (door) => {
    it('gives a login, and after a reload the same session', async () => {
      await open(door);
      const outcome = await tab.connect(stage.server.user('alice'));
      const jid = outcome.type === 'online' ? outcome.jid : '';
      expect(outcome).toEqual({ type: 'online', how: 'connected', jid });
      await expectExchange(jid, 'before');
      await tab.reload();
      await open(door);
      expect(await tab.restore(jid)).toEqual({ type: 'online', how: 'restored', jid });
      await expectExchange(jid, 'after');
    });

    it('gives a session that was opened for it', async () => {
      const tokens = await prebound(stage.server, 'carol');
      await open(door);
      expect(await tab.attach(tokens)).toEqual({ type: 'online', how: 'attached', jid: tokens.jid });
      await expectExchange(tokens.jid, 'attached');
    });

    it('refuses a wrong password', async () => {
      await open(door);
      const outcome = await tab.connect({ ...stage.server.user('alice'), password: 'wrong' });
      expect(outcome).toMatchObject({ type: 'failed', during: 'auth' });
    });
  });
});
