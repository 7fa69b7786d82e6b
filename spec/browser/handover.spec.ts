import { filter } from 'rxjs';
import { DOORS } from '../servers/support/doors.js';
import { enter, type Person, prebound } from '../servers/support/pair.js';
import { SERVERS } from '../servers/support/servers.js';
import { some, within } from '../servers/support/within.js';
import { openStage, type Stage } from './support/stage.js';
import type { Tab } from './support/tab.js';

const SEVERAL_CYCLES_MS = 550;

jest.setTimeout(60_000);

const messagesIn = (xml: string): number => xml.split('<message').length - 1;

describe.each(SERVERS)('a session of $name that Node hands to a page', ({ start }) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(start);
  });
  afterAll(() => stage.close());

  describe.each(DOORS)('through $name', (door) => {
    let peer: Person;
    let tab: Tab;
    let jid: string;

    beforeEach(async () => {
      peer = await enter(door, stage.server, 'bob');
      tab = await stage.openTab();
      const tokens = await prebound(stage.server, 'alice');
      jid = tokens.jid;
      await tab.open(door.name, stage.server.service, { keepalive: true });
      expect(await tab.attach(tokens)).toEqual({ type: 'online', how: 'attached', jid });
    });

    afterEach(async () => {
      await tab.close();
      peer.seat.close();
    });

    it('carries messages both ways, and is forgotten at disconnect', async () => {
      for (const round of ['1', '2', '3']) {
        peer.seat.say(jid, round);
        expect((await tab.untilReceived(Number(round))).at(-1)).toBe(round);
        await tab.say(peer.jid, round);
        await within(peer.seat.message$.pipe(filter(({ body }) => body === round)), 'the answer');
      }
      expect((await tab.kept()).record).toMatchObject({
        jid,
        sid: expect.any(String) as string,
        rid: expect.any(Number) as number,
      });
      await tab.do('disconnect');
      await tab.page.waitForFunction(() => sessionStorage.getItem('strophe-bosh-session') === null);
      expect(await tab.kept()).toEqual({ record: undefined, beside: 0 });
    });

    it('sends nothing while paused, not even a poll; then what was held leaves in one body', async () => {
      const bodies = ['1', '2', '3'];
      await tab.do('pause');
      const quiet = tab.requestsDuring(SEVERAL_CYCLES_MS);
      for (const body of bodies) await tab.say(peer.jid, body);
      // Answers the poll that the server holds.
      peer.seat.say(jid, 'while you are away');
      expect(await tab.untilReceived(1)).toEqual(['while you are away']);
      expect(await quiet).toEqual([]);

      const requests = tab.requestsDuring(SEVERAL_CYCLES_MS);
      await tab.do('resume');
      expect(await some(peer.seat.message$, 3)).toEqual(bodies.map((body) => ({ from: jid, body })));
      expect((await requests).map(messagesIn).filter((count) => count > 0)).toEqual([3]);
    });
  });
});
