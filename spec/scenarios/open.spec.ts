import { NEVER, of, Subject, throwError } from 'rxjs';
import { $msg, type Credentials, element, type Lifecycle, NS, type SessionTokens, type Status } from 'rxmpp';
import { memoryStorage } from 'rxmpp/testing';

import { heard, kill, nextPage, prebound } from './support/pages.js';
import { type Actor, type DomainStage, inDomain, ROMEO } from './support/stage.js';

const login = () => of(ROMEO);
const message = (text: string) => $msg({ to: 'juliet@example.com/balcony', type: 'chat' }).c('body').t(text);

const inWords = (status: Status): string => {
  switch (status.type) {
    case 'connecting':
      return `connecting ${status.how}`;
    case 'online':
      return `online ${status.how}`;
    case 'retrying':
      return `retrying ${status.error.condition} ${status.attempt}`;
    case 'failed':
      return `failed ${status.during} ${status.error.condition}`;
    default:
      return status.type;
  }
};
const course = ({ statuses }: Actor): readonly string[] => statuses.slice(1).map(inWords);

const pageThatDied = ({ actor, pass }: DomainStage) => {
  const page = actor({ keepalive: true });
  page.client.connect(ROMEO);
  pass(1000);
  return kill(page);
};

/** Ways in that count how often they were asked. */
const counted = (tokens: () => SessionTokens, credentials: () => Credentials = () => ROMEO) => {
  const asked: string[] = [];
  return {
    asked,
    prebind: () => (asked.push('prebind'), of(tokens())),
    login: () => (asked.push('login'), of(credentials())),
  };
};

/** The server ends a session with a stream error. */
const end = ({ domain }: DomainStage, condition: string): void => {
  const error = element('error', NS.STREAM, {}, [element(condition, NS.STREAMS)]);
  domain.terminate(domain.sessions.at(-1)!.sid, 'remote-stream-error', error);
};

const LOGIN = ['connecting login', 'authenticating', 'online connected'];

describe('open: restore, else prebind, else login', () => {
  it(
    'goes no further once it is told to leave, also while it says why the step before failed',
    inDomain((stage) => {
      const romeo = stage.actor({ keepalive: true });
      const ways = counted(() => prebound(stage));
      romeo.client.status$.subscribe(({ type }) => {
        if (type === 'retrying') romeo.client.disconnect();
      });
      romeo.client.open({ restore: true, ...ways });
      stage.pass(1000);
      expect(course(romeo)).toEqual(['retrying no-session 1', 'offline']);
      expect(ways.asked).toEqual([]);
    }),
  );

  it(
    'takes the session that was kept, and asks nobody',
    inDomain((stage) => {
      const romeo = nextPage(stage, pageThatDied(stage));
      const ways = counted(() => prebound(stage));
      romeo.client.open({ restore: true, ...ways });
      stage.pass(1000);
      expect(course(romeo)).toEqual(['connecting restore', 'online restored']);
      expect(ways.asked).toEqual([]);
    }),
  );

  it(
    'takes the tokens of a server when nothing was kept, and says why',
    inDomain((stage) => {
      const romeo = stage.actor({ keepalive: true });
      const tokens = prebound(stage);
      const ways = counted(() => tokens);
      romeo.client.open({ restore: true, ...ways });
      stage.pass(1000);
      expect(course(romeo)).toEqual(['retrying no-session 1', 'connecting attach', 'online attached']);
      expect(ways.asked).toEqual(['prebind']);
    }),
  );

  it(
    'logs in when the kept session is over and the tokens are wrong: each is tried once, each says why',
    inDomain((stage) => {
      const storage = pageThatDied(stage);
      stage.domain.kill(stage.domain.sessions[0]!.sid);
      const romeo = nextPage(stage, storage);
      const ways = counted(() => ({ jid: ROMEO.jid, sid: 'wrong', rid: 7 }));
      romeo.client.open({ restore: true, ...ways });
      stage.pass(2000);
      expect(course(romeo)).toEqual([
        'connecting restore',
        'retrying item-not-found 1',
        'connecting attach',
        'retrying item-not-found 2',
        ...LOGIN,
      ]);
      expect(ways.asked).toEqual(['prebind', 'login']);
    }),
  );

  it(
    'fails with the reason of the last one',
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.open({
        prebind: () => throwError(() => new Error('500')),
        login: () => of({ ...ROMEO, password: 'wrong' }),
      });
      stage.pass(1000);
      const [first, refused] = romeo.statuses.slice(1);
      expect(first).toEqual({ type: 'connecting', how: 'attach' });
      expect(refused).toMatchObject({
        type: 'retrying',
        error: { name: 'TransportError', condition: 'no-tokens' },
      });
      expect(course(romeo).slice(2)).toEqual([
        'connecting login',
        'authenticating',
        'failed auth not-authorized',
      ]);
      stage.pass(600_000);
      expect(romeo.statuses).toHaveLength(6);
    }),
  );

  it(
    'goes on when a way in says nothing at all, or is no observable',
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.open({ prebind: () => [], login: () => [ROMEO] });
      stage.pass(1000);
      expect(course(romeo)).toEqual(['connecting attach', 'retrying no-tokens 1', ...LOGIN]);
    }),
  );

  it(
    'goes on when the tokens are none, and when the jid is none says so',
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.open({
        prebind: () => of({ jid: ROMEO.jid, sid: 'a', rid: -1 }),
        login: () => of({ jid: '' }),
      });
      stage.pass(1000);
      expect(course(romeo)).toEqual([
        'connecting attach',
        'retrying bad-rid 1',
        'connecting login',
        'failed auth jid-malformed',
      ]);
    }),
  );

  it(
    'logs in on its own in a tab whose session another one drives, and leaves that one alone',
    inDomain((stage) => {
      const storage = memoryStorage();
      const first = stage.actor({ keepalive: true, storage });
      first.client.open({ restore: true, login });
      stage.pass(1000);
      first.client.send(message('from the first'));
      const copy = storage.clone();
      const second = nextPage(stage, copy);
      second.client.open({ restore: true, login: () => of({ ...ROMEO, jid: 'romeo@example.com/second' }) });
      stage.pass(5000);
      expect(course(second)).toEqual(['connecting restore', 'retrying session-in-use 1', ...LOGIN]);
      expect(first.status.type).toBe('online');
      const texts = stage.domain.received('romeo@example.com').map((stanza) => stanza.child('body')?.text);
      expect(texts.filter(Boolean)).toEqual(['from the first']);
    }),
  );

  it(
    'sends what waited in the kept session, once and in order, when that one is over',
    inDomain((stage) => {
      const page = stage.actor({ keepalive: true });
      page.client.connect(ROMEO);
      stage.pass(1000);
      page.client.pause();
      for (const text of ['one', 'two']) page.client.send(message(text));
      const storage = kill(page);
      stage.domain.kill(stage.domain.sessions[0]!.sid);
      const juliet = stage.domain.user('juliet@example.com/balcony');
      const romeo = nextPage(stage, storage);
      romeo.client.open({ restore: true, login });
      romeo.client.send(message('three'));
      stage.pass(1000);
      romeo.client.resume();
      stage.pass(1000);
      expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(['one', 'two', 'three']);
    }),
  );

  it(
    'never sends what waited in the name of another account',
    inDomain((stage) => {
      const page = stage.actor({ keepalive: true });
      page.client.connect(ROMEO);
      stage.pass(1000);
      page.client.pause();
      page.client.send(message('private'));
      page.client.resume();
      const storage = kill(page);
      stage.domain.kill(stage.domain.sessions[0]!.sid);
      const next = nextPage(stage, storage);
      next.client.open({
        restore: true,
        login: () => of({ jid: 'juliet@example.com', password: 'capulet' }),
      });
      stage.pass(2000);
      expect(next.status.type).toBe('online');
      expect(stage.domain.received('juliet@example.com').filter(({ name }) => name === 'message')).toEqual(
        [],
      );
    }),
  );

  it(
    'is misuse without any way in, or while there is a session',
    inDomain((stage) => {
      const romeo = stage.actor();
      expect(() => romeo.client.open({})).toThrow('nothing-to-open');
      expect(() => romeo.client.open({ restore: false, reopen: true })).toThrow('nothing-to-open');
      romeo.client.open({ login });
      stage.pass(1000);
      expect(() => romeo.client.open({ login })).toThrow('busy');
    }),
  );

  it.each([
    ['while the credentials are awaited', () => NEVER, 0],
    ['during the login', login, 1],
    ['while it waits for the next attempt', () => throwError(() => new Error('no token')), 10],
  ])('ends when it is told to, %s', (_, ask, after) =>
    inDomain((stage) => {
      const romeo = stage.actor();
      romeo.client.open({ login: ask, reopen: { when: () => true } });
      stage.pass(after);
      romeo.client.disconnect();
      stage.pass(10_000);
      expect(romeo.status.type).toBe('offline');
      expect({ timers: romeo.timers, open: romeo.open.length }).toEqual({ timers: 0, open: 0 });
      expect(stage.domain.sessions).toEqual([]);
    })(),
  );
});

describe('a session that is lost', () => {
  const opened = (
    stage: DomainStage,
    options: Parameters<Actor['client']['open']>[0],
    lifecycle$ = new Subject<Lifecycle>(),
  ) => {
    const romeo = stage.actor({ platform: { lifecycle$ } });
    romeo.client.open({ login, ...options });
    stage.pass(1000);
    expect(romeo.status.type).toBe('online');
    return romeo;
  };

  it(
    'stays lost unless it was asked for otherwise',
    inDomain((stage) => {
      const romeo = opened(stage, {});
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'internal-server-error');
      stage.pass(600_000);
      expect(romeo.status).toMatchObject({ type: 'failed', during: 'session' });
    }),
  );

  it(
    'is opened anew: the subscription goes on, what waits is sent, presence may be sent again',
    inDomain((stage) => {
      const romeo = opened(stage, { reopen: true });
      const juliet = stage.domain.user('juliet@example.com/balcony');
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'system-shutdown');
      stage.pass(100);
      const { status } = romeo;
      expect(status).toMatchObject({ type: 'retrying', attempt: 1, error: { condition: 'system-shutdown' } });
      const dueIn = status.type === 'retrying' ? status.nextAttemptAt - stage.now() : NaN;
      expect(dueIn).toBeGreaterThan(300);
      expect(dueIn).toBeLessThanOrEqual(1000);
      romeo.client.send(message('sent meanwhile'));
      stage.pass(dueIn - 1);
      expect(romeo.status.type).toBe('retrying');
      stage.pass(1001);
      expect(romeo.status).toMatchObject({ type: 'online', how: 'connected', resumed: false });
      juliet.send($msg({ to: ROMEO.jid }).c('body').t('hello again').tree());
      stage.pass(1000);
      expect(juliet.received.map((stanza) => stanza.child('body')?.text)).toEqual(['sent meanwhile']);
      expect(heard(romeo)).toEqual(['hello again']);
    }),
  );

  it(
    'is tried again at growing intervals, with credentials asked anew each time, and counted from 1 after a success',
    inDomain((stage) => {
      const times: number[] = [];
      let password = 'wrong';
      const ask = () => {
        times.push(stage.now());
        return of({ ...ROMEO, password });
      };
      const romeo = opened(stage, { login, reopen: true });
      romeo.client.disconnect();
      stage.pass(1000);
      password = ROMEO.password;
      romeo.client.open({ login: ask, reopen: { firstDelay: 1000, maxDelay: 8000 } });
      stage.pass(1000);
      times.length = 0;
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'internal-server-error');
      stage.pass(50);
      stage.domain.offline(true);
      stage.pass(60_000);
      const attempts = romeo.statuses.flatMap((status) => (status.type === 'retrying' ? status.attempt : []));
      expect(attempts).toEqual(attempts.map((_, i) => i + 1));
      expect(attempts.length).toBeGreaterThan(4);
      const gaps = times.slice(1).map((time, i) => time - times[i]!);
      expect(Math.max(...gaps)).toBeLessThan(12_000);
      expect(gaps.at(-1)!).toBeGreaterThan(gaps[0]!);
      stage.domain.offline(false);
      stage.pass(20_000);
      expect(romeo.status.type).toBe('online');
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'internal-server-error');
      stage.pass(100);
      expect(romeo.status).toMatchObject({ type: 'retrying', attempt: 1 });
    }),
  );

  it.each(['conflict', 'not-authorized', 'policy-violation'])(
    'stays lost when the reason is %s',
    (condition) =>
      inDomain((stage) => {
        const romeo = opened(stage, { reopen: true });
        end(stage, condition);
        stage.pass(600_000);
        expect(romeo.status).toMatchObject({ type: 'failed', during: 'session', error: { condition } });
      })(),
  );

  it(
    'stays lost once the password is refused',
    inDomain((stage) => {
      let password: string = ROMEO.password;
      const romeo = opened(stage, { login: () => of({ ...ROMEO, password }), reopen: true });
      password = 'changed';
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'internal-server-error');
      stage.pass(600_000);
      expect(romeo.status).toMatchObject({
        type: 'failed',
        during: 'auth',
        error: { condition: 'not-authorized' },
      });
    }),
  );

  it(
    'stays lost after so many attempts as were allowed, and when the app says so',
    inDomain((stage) => {
      const romeo = opened(stage, { reopen: { attempts: 2 } });
      end(stage, 'internal-server-error');
      stage.pass(50);
      stage.domain.offline(true);
      stage.pass(600_000);
      expect(romeo.statuses.filter(({ type }) => type === 'retrying')).toHaveLength(2);
      expect(romeo.status).toMatchObject({ type: 'failed', during: 'connect' });
      stage.domain.offline(false);
      const other = opened(stage, { reopen: { when: ({ error }) => error.condition !== 'reset' } });
      end(stage, 'reset');
      stage.pass(600_000);
      expect(other.status).toMatchObject({ type: 'failed', during: 'session' });
    }),
  );

  it(
    'is opened at once when the network is back',
    inDomain((stage) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = opened(stage, { reopen: { firstDelay: 50_000 } }, lifecycle$);
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'internal-server-error');
      stage.pass(100);
      expect(romeo.status.type).toBe('retrying');
      lifecycle$.next('online');
      stage.pass(100);
      expect(romeo.status.type).toBe('online');
    }),
  );

  it(
    'is opened anew by a page that was put aside while it waited for that',
    inDomain((stage) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = opened(stage, { reopen: true }, lifecycle$);
      stage.domain.terminate(stage.domain.sessions[0]!.sid, 'internal-server-error');
      stage.pass(100);
      lifecycle$.next('freeze');
      expect(romeo.timers).toBe(0);
      stage.pass(600_000);
      lifecycle$.next('thaw');
      stage.pass(1000);
      expect(romeo.status.type).toBe('online');
    }),
  );

  it(
    'is opened anew by a page that finds its session expired when it is taken out again',
    inDomain((stage) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const romeo = opened(stage, { reopen: true }, lifecycle$);
      lifecycle$.next('freeze');
      stage.pass(900_000);
      lifecycle$.next('thaw');
      stage.pass(10_000);
      expect(course(romeo).slice(-5)).toEqual(['connecting restore', 'retrying expired 1', ...LOGIN]);
    }),
  );
});
