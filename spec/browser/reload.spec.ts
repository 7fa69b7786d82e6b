import {
  filter,
  interval,
  map,
  type Observable,
  Subject,
  type Subscription,
  switchMap,
  takeWhile,
} from 'rxjs';
import { DOORS } from '../servers/support/doors.js';
import { enter, type Person } from '../servers/support/pair.js';
import { SERVERS } from '../servers/support/servers.js';
import { some, within } from '../servers/support/within.js';
import { openStage, type Stage } from './support/stage.js';
import type { Tab } from './support/tab.js';

const EACH_MS = 15;
/** Messages each way per round, and after how many of them the page is reloaded; after all of them it is quiet. */
const PER_ROUND = 20;
const RELOAD_AFTER = [20, 7, 11, 20, 2, 16];

const numbers = (last: number): readonly string[] => Array.from({ length: last }, (_, n) => String(n + 1));

jest.setTimeout(60_000);

describe.each(SERVERS)('a page with a session of $name', ({ start }) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(start);
  });
  afterAll(() => stage.close());

  describe.each(DOORS)('through $name', (door) => {
    let tab: Tab;
    let peer: Person;
    let jid: string;

    beforeEach(async () => {
      peer = await enter(door, stage.server, 'bob');
      tab = await stage.openTab();
      await tab.open(door.name, stage.server.service, { keepalive: true });
      const outcome = await tab.connect(stage.server.user('alice'));
      expect(outcome).toMatchObject({ type: 'online', how: 'connected' });
      jid = outcome.type === 'online' ? outcome.jid : '';
    });

    afterEach(async () => {
      await tab.close();
      peer.seat.close();
    });

    /** What the peer says: 1, 2, 3, …, one every `EACH_MS`, up to the latest of `goal$`. */
    const countUpTo = (goal$: Observable<number>): Subscription => {
      let counted = 0;
      const next$ = goal$.pipe(
        switchMap((goal) =>
          interval(EACH_MS).pipe(
            map(() => counted + 1),
            takeWhile((next) => next <= goal),
          ),
        ),
      );
      return next$.subscribe((next) => {
        counted = next;
        peer.seat.say(jid, String(next));
      });
    };

    it('is reloaded in quiet and busy moments, and no message is lost or doubled either way', async () => {
      let total = 0;
      const goal$ = new Subject<number>();
      const counting = countUpTo(goal$);
      for (const after of RELOAD_AFTER) {
        const heard = peer.seat.message$.pipe(filter((_, n) => n + 1 === total + after));
        await tab.count(peer.jid, total + PER_ROUND, EACH_MS);
        goal$.next(total + PER_ROUND);
        await within(heard, `message ${total + after}`);
        if (after === PER_ROUND)
          expect(await tab.untilReceived(total + after)).toEqual(numbers(total + after));
        await tab.reload();
        await tab.open(door.name, stage.server.service, { keepalive: true });
        expect(await tab.restore(jid)).toEqual({ type: 'online', how: 'restored', jid });
        total += PER_ROUND;
        await tab.count(peer.jid, total, EACH_MS);
      }
      const out = await some(peer.seat.message$.pipe(map(({ body }) => body)), total);
      expect(out).toEqual(numbers(total));
      expect(await tab.untilReceived(total)).toEqual(numbers(total));
      counting.unsubscribe();
      expect(tab.complaints()).toEqual([]);
    });

    it('keeps jid, sid and rid under the documented name from the login to the logout', async () => {
      const { record } = await tab.kept();
      expect(record).toMatchObject({
        jid,
        sid: expect.stringMatching(/./) as string,
        rid: expect.any(Number) as number,
      });
      peer.seat.say(jid, 'next');
      await tab.untilReceived(1);
      const later = (await tab.kept()).record;
      expect(later).toMatchObject({ jid, sid: record?.['sid'] });
      expect(later?.['rid']).toBeGreaterThan(Number(record?.['rid']));
      await tab.do('disconnect');
      await tab.page.waitForFunction(() => sessionStorage.getItem('strophe-bosh-session') === null);
      expect(await tab.kept()).toEqual({ record: undefined, beside: 0 });
    });
  });
});
