// Many clients at once: each logs in and says numbers to the next one; the time of each number is measured.
//   RXMPP_PASSWORD=… npx tsx examples/node/load.ts --service http://localhost:5280/http-bind --jid 'user%@localhost' --clients 20
// The % stands for 1, 2, 3, …, in the password too; a domain alone means anonymous logins. For servers of your own only.
import {
  filter,
  first,
  firstValueFrom,
  forkJoin,
  interval,
  map,
  merge,
  take,
  tap,
  timeout,
  toArray,
} from 'rxjs';
import { $msg, $pres, type Client, createClient, messages, type Status } from 'rxmpp';

import { readArguments } from './arguments.js';

const USAGE =
  'usage: load --service <url> --jid <jid with %> [--clients <n>] [--messages <n>] [--every <ms>]';
const { service, credentials, options } = readArguments(USAGE, ['clients', 'messages', 'every']);
const numberOf = (name: string, otherwise: number): number => Number(options[name] ?? otherwise);
const [clients, count, every] = [numberOf('clients', 10), numberOf('messages', 20), numberOf('every', 200)];

type Online = Extract<Status, { readonly type: 'online' }>;

interface Seat {
  readonly client: Client;
  readonly jid: string;
  readonly loginMs: number;
}

const enter = async (n: number): Promise<Seat> => {
  const begun = performance.now();
  const client = createClient(service);
  const online$ = client.status$.pipe(
    tap((status) => {
      if (status.type === 'failed') throw status.error;
    }),
    first((status): status is Online => status.type === 'online'),
  );
  const numbered = (text: string): string => text.replace('%', String(n + 1));
  const { jid: account, password } = credentials;
  client.connect({ jid: numbered(account), ...(password !== undefined && { password: numbered(password) }) });
  const { jid } = await firstValueFrom(online$);
  client.send($pres());
  return { client, jid, loginMs: performance.now() - begun };
};

/** How long each number took that came to `seat`, in ms. */
const listen = ({ client }: Seat) =>
  client.stanza$.pipe(
    messages(),
    map((message) => performance.now() - Number(message.child('body')?.text)),
    filter((ms) => !Number.isNaN(ms)),
    take(count),
    timeout({ each: 30_000 }),
  );

const talk = ({ client }: Seat, to: string): void => {
  const body = (): string => String(performance.now());
  interval(every)
    .pipe(
      take(count),
      map(() => $msg({ to, type: 'chat' }).c('body').t(body())),
    )
    .subscribe(client.outbox);
};

const percentile = (values: readonly number[], part: number): string =>
  `${([...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN).toFixed(0)} ms`;

const tell = (what: string, values: readonly number[]): void =>
  console.log(
    `${what}: ${values.length}, median ${percentile(values, 0.5)}, 95 % ${percentile(values, 0.95)}`,
  );

try {
  const seats = await Promise.all(Array.from({ length: clients }, (_, n) => enter(n)));
  tell(
    'logins',
    seats.map(({ loginMs }) => loginMs),
  );
  const all = firstValueFrom(merge(...seats.map(listen)).pipe(toArray()));
  seats.forEach((seat, n) => talk(seat, seats[(n + 1) % seats.length]?.jid ?? seat.jid));
  tell('messages', await all);
  const goodbyes = seats.map(({ client }) =>
    client.status$.pipe(
      filter(({ type }) => type === 'offline' || type === 'failed'),
      take(1),
      tap(() => client.close()),
    ),
  );
  const over = firstValueFrom(forkJoin(goodbyes));
  for (const { client } of seats) client.disconnect();
  await over;
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
