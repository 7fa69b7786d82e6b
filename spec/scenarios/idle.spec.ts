import { createClient } from 'rxmpp';
import { createDomain, memoryBrowser, virtualTime } from 'rxmpp/testing';

const HOURS = 1000;
const WEEK = 168;
const HOUR_MS = 3_600_000;
const ROMEO = { jid: 'romeo@example.com', password: 'montague' };

/** What a session that nobody uses costs: the seconds of this process, whatever else wants the processor, and the requests. */
const idle = (wait: number, hours: number) => {
  const cost = { seconds: 0, requests: 0 };
  virtualTime(({ scheduler, pass, now }) => {
    const domain = createDomain({ scheduler, users: { romeo: 'montague' }, bosh: { wait } });
    const page = memoryBrowser(domain).page();
    const client = createClient(domain.url, { keepalive: true, wait, platform: page.platform });
    client.connect(ROMEO);
    pass(0);
    const before = domain.requests.length;
    const start = process.cpuUsage();
    pass(hours * HOUR_MS);
    const { user, system } = process.cpuUsage(start);
    expect(now()).toBe(hours * HOUR_MS);
    expect([page.timers, page.open.length, domain.sessions.length]).toEqual([1, 1, 1]);
    Object.assign(cost, { seconds: (user + system) / 1e6, requests: domain.requests.length - before });
    client.close();
    // The server notices at the end of `wait` only that nobody is there any more.
  }, 2 * HOUR_MS)();
  return cost;
};

it(`an idle session that polls once an hour takes less than 2 s for ${HOURS} virtual hours`, () => {
  const { seconds, requests } = idle(3600, HOURS);
  expect(requests).toBe(HOURS);
  expect(seconds).toBeLessThan(2);
});

it('one that polls once a minute, as most do, has one timer and one request, asks no more often, and takes seconds for a week', () => {
  const { seconds, requests } = idle(60, WEEK);
  expect(requests).toBe(WEEK * 60);
  expect(seconds).toBeLessThan(4);
});
