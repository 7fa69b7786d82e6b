import { ROMEO } from '../support/stage.js';
import type { Page } from './support/page.js';
import { atEveryStep, KEY, type Pages, text } from './support/pages.js';

const open = (pages: Pages): Page => {
  const page = pages.open();
  page.client.open({ restore: true, login: ROMEO, reopen: { firstDelay: 1_000 } });
  return page;
};

/** A page with two messages that wait behind a pause; `end` ends its session, which it will open anew. */
const waiting = (pages: Pages, isPaused: boolean) => {
  const page = open(pages);
  pages.pass(500);
  page.client.pause();
  page.client.send([text('one'), text('two')]);
  const end = (): void => {
    pages.domain.terminate(ROMEO.jid, 'system-shutdown');
    pages.pass(100);
    if (!isPaused) page.client.resume();
  };
  return { page, end };
};

const rest = ({ world }: Pages) => world.storage.keys().filter((key) => /:[wq]/.test(key.slice(KEY.length)));

describe.each([
  ['paused', true],
  ['not paused', false],
])('what waits while a lost session is to be opened anew, in a page that is %s', (_, isPaused) => {
  it('is sent once, wherever that page dies', () => {
    const steps = atEveryStep((pages, dies) => {
      const { page, end } = waiting(pages, isPaused);
      dies(page);
      end();
      pages.pass(2000);
      page.kill();
      open(pages).client.resume();
      pages.pass(5000);
      expect(pages.received()).toEqual(['one', 'two']);
      expect(rest(pages)).toEqual([]);
    });
    expect(steps).toBeGreaterThan(20);
  });

  it('is sent once, wherever the page after it dies, ahead of what that one sends', () => {
    const steps = atEveryStep((pages, dies) => {
      const { page, end } = waiting(pages, isPaused);
      end();
      page.kill();
      const second = pages.open();
      dies(second);
      second.client.open({ restore: true, login: ROMEO });
      pages.pass(2000);
      second.kill();
      const third = open(pages);
      third.client.send(text('three'));
      pages.pass(5000);
      expect(pages.received()).toEqual(['one', 'two', 'three']);
      expect(rest(pages)).toEqual([]);
    });
    expect(steps).toBeGreaterThan(20);
  });
});
