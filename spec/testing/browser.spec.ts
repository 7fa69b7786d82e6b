import { memoryBrowser } from '../../lib/testing/browser.js';
import { createDomain } from '../../lib/testing/domain.js';
import { memoryStorage } from '../../lib/testing/storage.js';
import { virtualTime, type VirtualTime } from '../../lib/testing/virtual-time.js';

const request = (body: string) => ({ url: 'u', body, headers: {}, withCredentials: false });

const inBrowser = (play: (stage: ReturnType<typeof setUp>) => void): (() => void) =>
  virtualTime((time) => play(setUp(time)));

const setUp = (time: VirtualTime) => {
  const domain = createDomain({ scheduler: time.scheduler, latencyMs: 10 });
  return { ...time, domain, browser: memoryBrowser(domain) };
};

it(
  'knows what each of its pages asks the network for',
  inBrowser(({ browser, domain, pass }) => {
    const [one, other] = [browser.page(), browser.page()];
    one.platform.http(request('1')).subscribe();
    other.platform.http(request('2')).subscribe();
    one.platform.http(request('3')).subscribe();
    expect(one.requests.map(({ text }) => text)).toEqual(['1', '3']);
    expect(other.open.map(({ text }) => text)).toEqual(['2']);
    pass(100);
    expect([one.open, domain.requests.length]).toEqual([[], 3]);
  }),
);

it(
  'kills a page: what it had on the way is cut, and it does nothing more',
  inBrowser(({ browser, domain, pass }) => {
    const page = browser.page(memoryStorage({ kept: 'yes' }));
    const told: string[] = [];
    const { platform } = page;
    platform.http(request('1')).subscribe(({ type }) => told.push(type));
    platform.locks('mark').subscribe();
    platform.scheduler.schedule(() => told.push('rang'), 5);
    platform.lifecycle$.subscribe((event) => told.push(event));
    page.happen('offline');
    expect([page.timers, browser.locks.held()]).toEqual([1, ['mark']]);
    page.kill();
    page.happen('online');
    platform.storage.setItem('late', 'yes');
    platform.shared.setItem('late', 'yes');
    platform.farewell(request('2'));
    pass(100);
    expect([page.isAlive, page.timers, told]).toEqual([false, 0, ['offline']]);
    expect(domain.requests.map(({ state }) => state)).toEqual(['aborted']);
    expect([browser.locks.held(), page.storage.snapshot(), browser.shared.keys()]).toEqual([
      [],
      { kept: 'yes' },
      [],
    ]);
  }),
);

it(
  'reloads a page: the next one has its sessionStorage, and random numbers of its own',
  inBrowser(({ browser }) => {
    const page = browser.page();
    page.platform.storage.setItem('a', '1');
    const next = page.reload();
    expect([page.isAlive, next.isAlive]).toEqual([false, true]);
    expect(next.platform.storage.getItem('a')).toBe('1');
    next.platform.storage.setItem('a', '2');
    expect(page.storage.snapshot()).toEqual({ a: '2' });
    expect(next.platform.random(8)).not.toEqual(page.platform.random(8));
  }),
);

it(
  'duplicates a page: the other tab has a copy, and both share what tabs share',
  inBrowser(({ browser }) => {
    const page = browser.page();
    page.platform.storage.setItem('a', '1');
    const copy = page.duplicate();
    copy.platform.storage.setItem('a', '2');
    copy.platform.shared.setItem('b', '3');
    expect([page.isAlive, page.platform.storage.getItem('a')]).toEqual([true, '1']);
    expect(page.platform.shared.getItem('b')).toBe('3');
    const held: string[] = [];
    page.platform.locks('mark').subscribe(() => held.push('page'));
    copy.platform.locks('mark').subscribe(() => held.push('copy'));
    expect(held).toEqual(['page']);
    page.kill();
    expect(held).toEqual(['page', 'copy']);
  }),
);

it(
  'sends what a page says with its last breath, also when it then dies',
  inBrowser(({ browser, domain, pass }) => {
    const page = browser.page();
    page.platform.farewell(request('goodbye'));
    page.kill();
    pass(100);
    expect(domain.requests.map(({ text, state }) => [text, state])).toEqual([['goodbye', 'answered']]);
  }),
);

it('is the same in every run, and another one with another seed', () => {
  const numbers = (seed?: number): string => {
    let made = '';
    virtualTime(({ scheduler }) => {
      const browser = memoryBrowser(createDomain({ scheduler }), seed);
      made = [browser.page(), browser.page()].map(({ platform }) => platform.random(4).join()).join('/');
    })();
    return made;
  };
  expect(numbers()).toBe(numbers(1));
  expect(numbers(2)).not.toBe(numbers(1));
});

it(
  'reaches the WebSocket of the domain as well, until it is killed',
  inBrowser(({ browser, domain, pass }) => {
    const page = browser.page();
    const told: string[] = [];
    page.platform
      .webSocket({ url: domain.webSocketUrl, protocols: ['xmpp'] })
      .subscribe(({ type }) => told.push(type));
    pass(100);
    page.kill();
    pass(100);
    expect([told, domain.sockets.map(({ state }) => state)]).toEqual([['open'], ['closed']]);
  }),
);
