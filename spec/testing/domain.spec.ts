import { lastValueFrom, toArray } from 'rxjs';
import { $msg } from '../../lib/xml/build.js';
import { createDomain } from '../../lib/testing/domain.js';
import { logIn, message, stage, type Sent, type Stage } from './support/hand.js';

const ROMEO = 'romeo@example.com/balcony';
const hello = $msg({ from: 'example.com' }).c('body').t('hello').tree();

const online = (play: (stage: Stage) => void): void =>
  stage({}, (set) => {
    logIn(set, 0, 'romeo', 'balcony');
    play(set);
  });

it('shows its sessions', () => {
  let shown: unknown;
  online(({ hand, domain, at }) => {
    at(5, () => domain.deliver(hand.sid, hello));
    at(6, () => hand.send());
    at(7, () => domain.deliver(ROMEO, hello));
    at(8, () => (hand.send(), hand.send(message('x', 'juliet@example.com'))));
    at(9, () => {
      const [session] = domain.sessions;
      shown = {
        ...session,
        jid: session?.jid,
        rid: session?.rid,
        held: session?.held,
        waiting: session?.waiting,
      };
    });
  });
  expect(shown).toMatchObject({ sid: 'sid-1', jid: ROMEO, rid: 1007, held: [1006], waiting: [] });
});

it('remembers what each user said, in order, by full and by bare JID', () => {
  let said: (readonly string[])[] = [];
  online(({ hand, domain, at }) => {
    at(10, () => hand.send(message('a', 'juliet@example.com') + message('b', 'juliet@example.com')));
    at(20, () => {
      const names = [ROMEO, 'romeo@example.com', 'juliet@example.com'];
      said = names.map((name) => domain.received(name).map(({ textContent }) => textContent));
    });
  });
  expect(said).toEqual([['a', 'b'], ['a', 'b'], []]);
});

it.each([ROMEO, 'romeo@example.com', 'sid-1'])('delivers to %s', (to) => {
  let poll: Sent | undefined;
  online(({ hand, domain, at }) => {
    at(10, () => (poll = hand.send()));
    at(20, () => domain.deliver(to, hello));
  });
  expect(poll?.at).toBe(20);
  expect(poll?.body.textContent).toBe('hello');
});

it('says so when there is nobody to deliver to, or no session to end', () => {
  const domain = createDomain();
  expect(() => domain.deliver('nobody@example.com', hello)).toThrow('There is nobody at nobody@example.com');
  expect(() => domain.kill('sid-9')).toThrow('There is no session sid-9');
});

it('shows what is open', () => {
  const open: number[] = [];
  online(({ hand, domain, at }) => {
    at(10, () => hand.send());
    at(20, () => open.push(domain.open.length));
    at(60_020, () => open.push(domain.open.length));
  });
  expect(open).toEqual([1, 0]);
});

it('works in real time as well', async () => {
  const domain = createDomain({ users: { romeo: 'montague' } });
  const request = { url: domain.url, body: 'no body', headers: {}, withCredentials: false };
  const events = await lastValueFrom(domain.http(request).pipe(toArray()), { defaultValue: [] });
  expect(events.map(({ type }) => type)).toEqual(['uploaded', 'response']);
});

it('names everything the same in every run', () => {
  const run = (): readonly string[] => {
    let texts: readonly string[] = [];
    online(({ domain, at }) =>
      at(10, () => (texts = domain.requests.map(({ answered }) => answered?.text ?? ''))),
    );
    return texts;
  };
  expect(run()).toEqual(run());
});

it('ends everything when it is closed, and answers nobody any more', () => {
  const left: unknown[] = [];
  online(({ hand, domain, at, scheduler }) => {
    let poll: Sent | undefined;
    at(9, () => domain.user('juliet@example.com'));
    at(10, () => (poll = hand.send()));
    at(20, () => domain.close());
    at(30, () => {
      const late = hand.create();
      at(40, () =>
        left.push(domain.sessions, domain.open, poll?.error, late.error, scheduler.actions.length),
      );
    });
  });
  const network: unknown = expect.objectContaining({ kind: 'network' });
  expect(left).toEqual([[], [], network, network, 0]);
});

it('forgets what is older than what it is told to remember', () => {
  const domain = (remember?: number) => {
    let counts: number[] = [];
    stage({ ...(remember && { remember }) }, (set) => {
      logIn(set, 0, 'romeo', 'balcony');
      for (let i = 0; i < 50; i++) set.at(10 + i, () => set.hand.send(message(`${i}`, 'juliet@example.com')));
      set.at(100, () => {
        const last = set.domain.received(ROMEO).at(-1)?.textContent;
        counts = [set.domain.requests.length, set.domain.received(ROMEO).length, Number(last)];
      });
    });
    return counts;
  };
  expect(domain()).toEqual([54, 50, 49]);
  const [requests, stanzas, last] = domain(10);
  expect(last).toBe(49);
  for (const count of [requests, stanzas]) {
    expect(count).toBeGreaterThanOrEqual(10);
    expect(count).toBeLessThanOrEqual(20);
  }
});
