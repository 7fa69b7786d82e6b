import { createClient } from 'rxmpp';
import { createDomain, memoryBrowser, virtualTime } from 'rxmpp/testing';
import { meter } from './meter.js';
import type { Act, Figures } from './task.js';

const HOUR_MS = 3_600_000;
const WAIT = 60;

/** `count` virtual hours of a session that nobody uses, which polls once a minute. */
export const hours: Act = ({ count, contender }) => {
  let figures: Figures = {};
  virtualTime(({ scheduler, pass }) => {
    const domain = createDomain({ scheduler, users: { romeo: 'montague' }, bosh: { wait: WAIT } });
    const page = memoryBrowser(domain).page();
    const client = createClient(domain.url, {
      keepalive: contender === 'rxmpp-kept',
      wait: WAIT,
      platform: page.platform,
    });
    client.connect({ jid: 'romeo@example.com', password: 'montague' });
    pass(0);
    const before = domain.requests.length;
    const read = meter();
    pass(count * HOUR_MS);
    const { ms, cpuMs } = read();
    figures = { s: ms / 1000, cpuS: cpuMs / 1000, requests: domain.requests.length - before };
    client.close();
  })();
  return Promise.resolve(figures);
};
