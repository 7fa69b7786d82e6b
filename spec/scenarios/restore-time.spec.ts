import { serverProfiles } from 'rxmpp/testing';
import type { Page } from './kills/support/page.js';
import { heard, onPages, type Pages } from './kills/support/pages.js';
import { ROMEO } from './support/stage.js';

const ONE_WAY_MS = 40;
const ROUND_TRIP_MS = 2 * ONE_WAY_MS;
/** What a server may take before a held request counts as held again. */
const GRACE_MS = 250;

const login = ({ open, until }: Pages): Page => {
  const page = open();
  page.client.connect(ROMEO);
  until(() => page.status.type === 'online');
  return page;
};

/** How long it takes from restore() until the page is online, in ms. */
const timeRestore = ({ now, reload, until }: Pages): number => {
  const begunAt = now();
  const page = reload();
  until(() => page.status.type === 'online');
  return now() - begunAt;
};

/** Virtual time, 80 ms there and back. */
describe.each(Object.entries(serverProfiles))('a restore on %s', (_, profile) => {
  const options = { ...profile, latencyMs: ONE_WAY_MS };

  it(
    'takes at most one and a half round trips, and the grace time, when a request was held',
    onPages((pages) => {
      const page = login(pages);
      pages.pass(1_000);
      page.kill();
      pages.pass(500);
      expect(timeRestore(pages)).toBeLessThanOrEqual(1.5 * ROUND_TRIP_MS + GRACE_MS);
    }, options),
  );

  it(
    'takes at most one and a half round trips when nothing was under way',
    onPages((pages) => {
      const page = login(pages);
      pages.pass(1_000);
      page.client.pause();
      pages.tell('the last');
      pages.pass(200);
      expect([heard(page), pages.domain.sessions[0]?.held]).toEqual([['the last'], []]);
      page.kill();
      pages.pass(500);
      expect(timeRestore(pages)).toBeLessThanOrEqual(1.5 * ROUND_TRIP_MS);
    }, options),
  );
});
