import { filter, firstValueFrom, merge, Subject, take, toArray } from 'rxjs';
import { $msg, type Client, createClient, messages } from 'rxmpp';
import { createDomain, listen, type ListeningDomain } from 'rxmpp/testing/node';
import { within } from './support/within.js';

const CLIENTS = 200;
const ROUNDS = 10;
const EACH = 5;

// Patience is for a machine that has other things to do; alone it takes seconds.
const PATIENCE_MS = 300_000;

jest.setTimeout(2 * PATIENCE_MS);

const names = Array.from({ length: CLIENTS }, (_, i) => `user${i}`);
const jidOf = (i: number): string => `user${i % CLIENTS}@example.com/load`;
const words = Array.from({ length: ROUNDS * EACH }, (_, i) => `${i}`);

describe(`${CLIENTS} clients of the embedded server`, () => {
  let server: ListeningDomain;
  const clients: Client[] = [];

  beforeAll(async () => {
    const users = Object.fromEntries(names.map((name) => [name, 'secret']));
    server = await listen(createDomain({ users, iterations: 64 }));
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.close();
  });

  it(`exchange ${CLIENTS * ROUNDS * EACH} messages over HTTP: none is lost, doubled or out of order`, async () => {
    for (const name of names) {
      const client = createClient(server.boshUrl, { connectTimeout: PATIENCE_MS });
      clients.push(client);
      client.connect({ jid: `${name}@example.com/load`, password: 'secret' });
    }
    const online = clients.map(({ status$ }) => status$.pipe(filter(({ type }) => type === 'online')));
    await within(
      merge(...online.map((one$) => one$.pipe(take(1)))).pipe(toArray()),
      'the logins',
      PATIENCE_MS,
    );

    const heard = clients.map((): string[] => []);
    const all$ = new Subject<void>();
    let count = 0;
    const say = (i: number, round: number): void => {
      const said = words.slice(round * EACH, (round + 1) * EACH);
      clients[i]!.send(
        said.map((word) =>
          $msg({ to: jidOf(i + 1), type: 'chat' })
            .c('body')
            .t(word),
        ),
      );
    };
    // Everybody says five things to the next one, and the next five when five have come from the one before.
    clients.forEach((client, i) => {
      client.stanza$.pipe(messages()).subscribe((message) => {
        expect(message.attrs['from']).toBe(jidOf(i + CLIENTS - 1));
        heard[i]!.push(message.child('body')?.text ?? '');
        if (heard[i]!.length % EACH === 0 && heard[i]!.length < words.length) say(i, heard[i]!.length / EACH);
        count += 1;
        if (count === CLIENTS * words.length) all$.next();
      });
    });
    const done = firstValueFrom(all$);
    const begun = performance.now();
    clients.forEach((_, i) => say(i, 0));
    await done;
    process.stdout.write(`${count} messages in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
    expect(heard).toEqual(clients.map(() => words));
  });
});
