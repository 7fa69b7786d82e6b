import type { AnyServer } from '../../servers/support/embedded.js';
import type { TestServer } from '../../servers/support/servers.js';
import { launchBrowser } from './browser.js';
import { bundle } from './bundle.js';
import { serve } from './serve.js';
import { openTab, type Tab } from './tab.js';

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="module" src="/app.js"></script>`;

/** A server, a browser, and a site whose pages run the program of `pages/app.ts`. */
export interface Stage<Server extends AnyServer = TestServer> {
  readonly server: Server;
  readonly openTab: () => Promise<Tab>;
  readonly close: () => Promise<void>;
}

export const openStage = async <Server extends AnyServer>(
  start: () => Promise<Server>,
): Promise<Stage<Server>> => {
  const routes = { '/app.html': PAGE, '/app.js': await bundle('spec/browser/pages/app.ts') };
  const [server, browser, site] = await Promise.all([start(), launchBrowser(), serve(routes)]);
  return {
    server,
    openTab: () => openTab(browser, `${site.origin}/app.html`),
    close: async () => {
      await Promise.all([server.stop(), browser.close(), site.close()]);
    },
  };
};
