import { timer } from 'rxjs';
import { type Client, createClient, prebind, type SessionTokens } from 'rxmpp';
import { type MemoryStorage, memoryStorage } from 'rxmpp/testing';

import type { Report, Wire } from './report.js';
import { offline, online, type Seat, seat, until } from './seat.js';
import type { World } from './world.js';

const KEY = 'strophe-bosh-session';

/** Full JIDs. */
interface Pair {
  readonly page: string;
  readonly friend: string;
}

/** The story of one session, as the tellers of its chapters know it. */
interface Stage {
  readonly world: World;
  readonly report: Report;
  readonly storage: MemoryStorage;
  readonly wire: Wire;
  /** Everybody who has come, in order. */
  readonly seats: Seat[];
}

const pass = (ms: number): Promise<unknown> => until(timer(ms), `${ms} ms`);

const sit = (stage: Stage, who: string, client: Client, partner: string): Seat => {
  const taken = seat(stage.report, who, client, partner);
  stage.seats.push(taken);
  return taken;
};

/** The page, before and after its reload: the same code. */
const openPage = (stage: Stage, { friend }: Pair): Seat => {
  const { world, storage, wire } = stage;
  const platform = { ...world.platform, http: wire.http };
  return sit(stage, 'page', createClient(world.service, { keepalive: { storage }, platform }), friend);
};

const openFriend = async (stage: Stage, page: string): Promise<Seat> => {
  const { world } = stage;
  const friend = sit(stage, 'friend', createClient(world.service, { platform: world.platform }), page);
  friend.client.connect(world.friend);
  await online(friend.client, 'the login of the friend');
  return friend;
};

const bind = async ({ world, report }: Stage): Promise<SessionTokens> => {
  report.chapter('A server logs in for the page, and gives the session away: prebind()');
  const wire = report.watch('server', world.platform.http);
  const platform = { ...world.platform, http: wire.http };
  const tokens = await until(
    prebind(world.service, { ...world.page, platform }),
    'the tokens of the prebind',
  );
  const { jid, sid, rid } = tokens;
  report.line('server', `has { jid: "${jid}", sid: "${sid.slice(0, 6)}…", rid: ${rid} } for the page`);
  report.check(
    rid === Number(wire.sent.at(-1)?.rid) + 1,
    'the rid is the next valid one: nobody has to add 1',
  );
  report.check(wire.open().length === 0, 'no request is left open');
  return tokens;
};

const attach = async ({ report, wire }: Stage, page: Seat, tokens: SessionTokens): Promise<void> => {
  report.chapter('The page takes the session over, without a password: attach()');
  page.client.attach(tokens);
  const { how, jid } = await online(page.client, 'the proof that the session is alive');
  report.check(
    how === 'attached' && jid === tokens.jid,
    'attached, once the server has answered a fresh request',
  );
  report.check(wire.sent[0]?.rid === tokens.rid, `its first request has rid ${tokens.rid}`);
  const logins = wire.sent.filter(({ body }) => body.child('auth'));
  report.check(logins.length === 0, 'no login has left the page');
};

const talk = async ({ report }: Stage, page: Seat, friend: Seat): Promise<void> => {
  report.chapter('Messages go both ways');
  page.say('Hello from the page!');
  await friend.hear('Hello from the page!');
  friend.say('Hello, page.');
  await page.hear('Hello, page.');
  report.check(friend.heard.length === 1 && page.heard.length === 1, 'one each way, each once');
};

const messagesIn = ({ sent }: Wire, from: number): readonly number[] =>
  sent
    .slice(from)
    .map(({ body }) => body.childrenOf('message').length)
    .filter((count) => count > 0);

const pause = async ({ report, wire }: Stage, page: Seat, friend: Seat): Promise<void> => {
  report.chapter('Nothing leaves during a pause; then everything does, in one request: pause(), resume()');
  const before = wire.sent.length;
  page.client.pause();
  report.line('page', 'pauses');
  page.say('one', 'two', 'three');
  await pass(350);
  report.check(messagesIn(wire, before).length === 0, 'no message has left in 350 ms');
  page.client.resume();
  report.line('page', 'resumes');
  await friend.hear('three');
  const counts = messagesIn(wire, before);
  report.check(counts.length === 1 && counts[0] === 3, 'exactly one request left, with all three messages');
  report.check(friend.heard.slice(-3).join() === 'one,two,three', 'they arrived in order');
};

/** What must leave first when the session goes on: the rids that nobody has answered, then the next unused one. */
const reload = async (stage: Stage, page: Seat, friend: Seat): Promise<readonly number[]> => {
  const { report, storage, wire } = stage;
  report.chapter('The page is reloaded in mid-sentence, without a goodbye');
  page.say('Just before the reload.');
  const unanswered = wire.open();
  const next = Number(wire.sent.at(-1)?.rid) + 1;
  page.client.close();
  report.line('page', 'is gone');
  report.check(wire.open().length === 0, 'its requests died with it');
  const { jid, rid } = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<SessionTokens>;
  report.line('storage', `has ${KEY} = { jid: "${String(jid)}", sid: "…", rid: ${String(rid)}, … }`);
  report.check(rid === next, 'the rid kept is the next unused one');
  friend.say('Said while the page was away.');
  await pass(400);
  return [...unanswered, next];
};

const restore = async (
  stage: Stage,
  pair: Pair,
  friend: Seat,
  expected: readonly number[],
): Promise<Seat> => {
  const { report, wire } = stage;
  report.chapter('The new page goes on where the old one was: restore()');
  const before = wire.sent.length;
  const page = openPage(stage, pair);
  page.client.restore(pair.page);
  const { how, jid } = await online(page.client, 'the proof that the session has survived');
  report.check(how === 'restored' && jid === pair.page, 'the same session, restored, without a password');
  await Promise.all([page.hear('Said while the page was away.'), friend.hear('Just before the reload.')]);
  await pass(300);
  const rids = wire.sent.slice(before, before + expected.length).map(({ rid }) => rid);
  report.check(rids.join() === expected.join(), 'rids go on: the unanswered ones again, then the next');
  report.check(page.heard.length === 1, 'what was said while it was away came, once');
  report.check(friend.heard.at(-1) === 'Just before the reload.', 'so did its own last word');
  return page;
};

const leave = async ({ report, storage }: Stage, page: Seat, friend: Seat): Promise<void> => {
  report.chapter('Goodbye: disconnect()');
  page.client.disconnect('The demo is over');
  await offline(page.client);
  report.check(storage.length === 0, 'nothing is kept after a logout');
  friend.client.disconnect();
  await offline(friend.client);
};

/** Tells the whole story, once. Rejects with a reason when something in it is not so. */
export const tellStory = async (world: World, report: Report): Promise<void> => {
  const wire = report.watch('page', world.platform.http);
  const stage: Stage = { world, report, storage: memoryStorage(), wire, seats: [] };
  try {
    const tokens = await bind(stage);
    const friend = await openFriend(stage, tokens.jid);
    const pair: Pair = { page: tokens.jid, friend: (await online(friend.client, 'the friend')).jid };
    const page = openPage(stage, pair);
    await attach(stage, page, tokens);
    await talk(stage, page, friend);
    await pause(stage, page, friend);
    const expected = await reload(stage, page, friend);
    const reloaded = await restore(stage, pair, friend, expected);
    await leave(stage, reloaded, friend);
    const heard = stage.seats.flatMap((one) => one.heard);
    report.check(
      heard.length === 7 && new Set(heard).size === 7,
      '7 messages said, 7 heard: none lost, none doubled',
    );
  } finally {
    for (const { client } of stage.seats) client.close();
  }
};
