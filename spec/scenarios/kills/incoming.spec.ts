import { config } from 'rxjs';
import type { Client, Stanza } from 'rxmpp';
import { serverProfiles } from 'rxmpp/testing';
import { before } from './support/fuse.js';
import { heard, KEY, onPages, type Pages, recordIn, text } from './support/pages.js';

const saying = (stanza: Stanza): string => stanza.child('body')?.text ?? '';

/** Sends what waits at the server in one body: the poll was answered just before. */
const tellTogether = ({ tell, pass }: Pages, ...texts: readonly string[]): void => {
  tell('first');
  pass(5);
  tell(...texts);
};

describe.each(Object.entries(serverProfiles))('what %s has said to a page that died', (_, profile) => {
  it(
    'is heard once when it went to the dead connection; the oldest request is asked for first',
    onPages(({ login, reload, pass, tell, domain }) => {
      const page = login();
      const held = domain.requests.at(-1)!;
      page.kill();
      tell('one');
      pass(500);
      const from = domain.requests.length;
      const next = reload();
      pass(1000);
      expect(domain.requests[from]!.text).toBe(held.text);
      expect([heard(page), heard(next)]).toEqual([[], ['one']]);
    }, profile),
  );

  it(
    'is heard once when the answer had come and was not kept yet',
    onPages(({ login, reload, pass, tell }) => {
      const page = login();
      page.fuse.arm(before(/^set .*:i:/));
      tell('one');
      pass(500);
      expect(page.fuse.blown).toBe(true);
      const next = reload();
      pass(1000);
      expect([heard(page), heard(next)]).toEqual([[], ['one']]);
    }, profile),
  );

  it(
    'is heard once when it was kept and not given to the app yet; the server is not asked again',
    onPages(({ login, reload, pass, tell, domain }) => {
      const page = login();
      const held = domain.requests.at(-1)!.rid;
      page.fuse.arm(before(/^given/));
      tell('one');
      pass(500);
      const from = domain.requests.length;
      const next = reload();
      pass(1000);
      expect([heard(page), heard(next)]).toEqual([[], ['one*']]);
      expect(domain.requests.slice(from).map(({ rid }) => rid)).not.toContain(held);
    }, profile),
  );

  it(
    'is heard again, and marked so, only by the handler that had not come to its end',
    onPages((pages) => {
      const { login, reload, pass } = pages;
      const page = login({ handler: (stanza) => saying(stanza) === 'two' && page.kill() });
      tellTogether(pages, 'one', 'two', 'three');
      pass(500);
      const next = reload();
      pass(1000);
      expect([heard(page), heard(next)]).toEqual([
        ['first', 'one', 'two'],
        ['two*', 'three'],
      ]);
    }, profile),
  );

  it(
    'is heard again as a whole when it is so much that it is committed as a whole',
    onPages((pages) => {
      const { login, reload, pass } = pages;
      const all = Array.from({ length: 25 }, (__, i) => `${i}`);
      const page = login({ handler: (stanza) => saying(stanza) === '20' && page.kill() });
      tellTogether(pages, ...all);
      pass(500);
      const next = reload();
      pass(1000);
      expect(heard(page)).toEqual(['first', ...all.slice(0, 21)]);
      expect(heard(next)).toEqual(all.map((one) => `${one}*`));
    }, profile),
  );
});

describe('what a handler sends', () => {
  const answering =
    (flushes: boolean) =>
    (stanza: Stanza, client: Client): void => {
      client.send(text(`re ${saying(stanza)}`));
      if (flushes) client.flush();
    };

  /** The page dies before every step that follows the arrival of these stanzas, one life each; until none is left. */
  const atEveryStep = (flushes: boolean, ...texts: readonly string[]): void => {
    let last: string | undefined;
    for (let step = 1; step === 1 || last !== undefined; step++) {
      onPages((pages) => {
        const { login, reload, pass, received } = pages;
        const handler = answering(flushes);
        const page = login({ handler });
        tellTogether(pages, ...texts);
        page.fuse.arm((__, n) => n >= step);
        pass(400);
        last = page.fuse.last;
        page.kill();
        reload({ handler });
        pass(1000);
        expect({ step, last, received: received() }).toEqual({
          ...{ step, last },
          received: ['first', ...texts].map((one) => `re ${one}`),
        });
      })();
    }
  };

  it('reaches the server once, wherever the page dies', () => atEveryStep(false, 'one', 'two'));

  it('reaches the server once also when it is flushed at once', () => atEveryStep(true, 'one', 'two'));

  it('reaches the server once also out of an answer that is committed as a whole', () =>
    atEveryStep(true, ...Array.from({ length: 22 }, (_, i) => `${i}`)));
});

it(
  'a handler that throws keeps nothing from the others, and is not called again by the next page',
  onPages((pages) => {
    const { login, reload, pass, world } = pages;
    const thrown: unknown[] = [];
    config.onUnhandledError = (error) => thrown.push(error);
    jest.useFakeTimers();
    const page = login({
      handler(stanza) {
        if (saying(stanza) === 'one') throw new Error('poison');
      },
    });
    tellTogether(pages, 'one', 'two');
    pass(500);
    expect(heard(page)).toEqual(['first', 'one', 'two']);
    expect(recordIn(world)['inb']).toEqual([]);
    expect(world.storage.keys().filter((key) => key.startsWith(`${KEY}:i:`))).toEqual([]);
    page.kill();
    const next = reload();
    pass(1000);
    expect(heard(next)).toEqual([]);
    jest.runAllTimers();
    jest.useRealTimers();
    config.onUnhandledError = null;
    expect(thrown).toEqual([new Error('poison')]);
  }),
);
