import { $msg, type Client, createClient, prebind, type SessionTokens, type Status } from 'rxmpp';
import { createDomain, memoryBrowser, type MemoryPage, virtualTime, type VirtualTime } from 'rxmpp/testing';

/** What may happen to a page, one after the other, each in virtual time and with nothing but the public kit. */

const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' };

const setUp = ({ scheduler }: VirtualTime) => {
  const domain = createDomain({ scheduler, users: { romeo: 'montague' }, latencyMs: 20 });
  const browser = memoryBrowser(domain);
  const juliet = domain.user('juliet@example.com/balcony');
  const clients: Client[] = [];
  const start = (page: MemoryPage) => {
    const client = createClient(domain.url, { keepalive: true, platform: page.platform });
    const statuses: Status[] = [];
    const heard: (string | undefined)[] = [];
    client.status$.subscribe((status) => statuses.push(status));
    client.stanza$.subscribe((stanza) => heard.push(stanza.child('body')?.text));
    clients.push(client);
    return { client, heard, page, status: () => statuses.at(-1), statuses };
  };
  const tell = (text: string): void => juliet.send($msg({ to: ROMEO.jid }).c('body').t(text).tree());
  const heardByJuliet = () => juliet.received.map((stanza) => stanza.child('body')?.text);
  const say = (text: string) => $msg({ to: juliet.jid }).c('body').t(text);
  return {
    domain,
    browser,
    start,
    tell,
    say,
    heardByJuliet,
    end: () => clients.forEach((one) => one.close()),
  };
};

const inVerona = (play: (stage: ReturnType<typeof setUp> & VirtualTime) => void): (() => void) =>
  virtualTime((time) => {
    const stage = setUp(time);
    play({ ...stage, ...time });
    stage.end();
  });

it(
  'a login takes five round trips, and a message goes each way',
  inVerona(({ browser, start, pass, tell, say, heardByJuliet }) => {
    const { client, status, heard } = start(browser.page());
    client.connect(ROMEO);
    pass(199);
    expect(status()?.type).not.toBe('online');
    pass(1);
    expect(status()).toMatchObject({ type: 'online', how: 'connected', jid: ROMEO.jid });
    tell('ay me');
    client.send(say('she speaks'));
    pass(200);
    expect([heard, heardByJuliet()]).toEqual([['ay me'], ['she speaks']]);
  }),
);

it(
  'an attach takes over what a server has opened, in one round trip and without the password',
  inVerona(({ browser, domain, start, pass, tell }) => {
    const given: SessionTokens[] = [];
    prebind(domain.url, { ...ROMEO, platform: browser.page().platform }).subscribe((tokens) =>
      given.push(tokens),
    );
    pass(1000);
    const { client, status, heard, page } = start(browser.page());
    client.attach(given[0]!);
    pass(40);
    expect(status()).toMatchObject({ type: 'online', how: 'attached', jid: ROMEO.jid });
    tell('ay me');
    pass(200);
    expect(heard).toEqual(['ay me']);
    expect(page.requests.filter(({ text }) => text.includes('<auth'))).toEqual([]);
  }),
);

it(
  'a restore goes on with the session of the page before; nothing is lost or doubled either way',
  inVerona(({ browser, domain, start, pass, tell, say, heardByJuliet }) => {
    const first = start(browser.page());
    first.client.connect(ROMEO);
    pass(1000);
    first.client.send(say('one'));
    tell('two');
    pass(25);
    const second = start(first.page.reload());
    tell('three');
    second.client.restore();
    second.client.send(say('four'));
    pass(2000);
    expect(second.status()).toMatchObject({ type: 'online', how: 'restored', resumed: true });
    expect([...first.heard, ...second.heard]).toEqual(['two', 'three']);
    expect(heardByJuliet()).toEqual(['one', 'four']);
    expect(domain.sessions).toHaveLength(1);
  }),
);

it(
  'reloads in a row, in every moment of an exchange, lose and double nothing',
  inVerona(({ browser, start, pass, tell, say, heardByJuliet }) => {
    let page = start(browser.page());
    const pages = [page];
    page.client.connect(ROMEO);
    pass(1000);
    for (let i = 0; i < 20; i++) {
      page.client.send(say(`${i}`));
      tell(`${i}`);
      pass(7 * i);
      page = start(page.page.reload());
      pages.push(page);
      page.client.restore();
      pass(1000);
    }
    const all = Array.from({ length: 20 }, (_, i) => `${i}`);
    expect([pages.flatMap(({ heard }) => heard), heardByJuliet()]).toEqual([all, all]);
  }),
);

it(
  'a duplicated tab asks the server nothing, and the first goes on',
  inVerona(({ browser, start, pass, tell }) => {
    const first = start(browser.page());
    first.client.connect(ROMEO);
    pass(1000);
    const copy = start(first.page.duplicate());
    copy.client.restore();
    pass(10_000);
    expect(copy.status()).toMatchObject({
      type: 'failed',
      during: 'attach',
      error: { condition: 'session-in-use' },
    });
    expect(copy.page.requests).toEqual([]);
    tell('still there?');
    pass(200);
    expect([first.status()?.type, first.heard]).toEqual(['online', ['still there?']]);
  }),
);

it(
  'a network that is gone for a while costs no session and no stanza; one that stays away ends it with a list',
  inVerona(({ browser, domain, start, pass, tell, say, heardByJuliet }) => {
    const { client, status, heard } = start(browser.page());
    client.connect(ROMEO);
    pass(1000);
    domain.offline(true);
    client.send(say('one'));
    tell('two');
    pass(15_000);
    domain.offline(false);
    pass(90_000);
    expect(status()).toMatchObject({ type: 'online' });
    expect([heard, heardByJuliet()]).toEqual([['two'], ['one']]);
    domain.offline(true);
    client.send(say('three'));
    pass(600_000);
    const failed = status();
    if (failed?.type !== 'failed') throw new Error(`It is ${failed?.type}`);
    const left = [...failed.uncertain, ...failed.unsent].map((stanza) => stanza.child('body')?.text);
    expect([failed.during, failed.error.retryable, left]).toEqual(['session', true, ['three']]);
  }),
);
