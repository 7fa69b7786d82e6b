import { setTimeout as delay } from 'node:timers/promises';
import { filter, firstValueFrom } from 'rxjs';
import { $iq, $msg, type Client, createClient, prebind } from 'rxmpp';
import { ATTACHES } from '../seats/seats.js';
import type { Act, Task } from './task.js';

/** Somebody who writes to the session before its page is there. */
const writer = async ({ account: { service, jid, password } }: Task): Promise<Client> => {
  const client = createClient(service, { dispatchInterval: 0 });
  client.connect({ jid: `${jid.split('/')[0] ?? ''}/writer`, password });
  await firstValueFrom(client.status$.pipe(filter(({ type }) => type === 'online')));
  return client;
};

/** A session is opened, a message waits in it; then a page takes it over. The time until it says so, and has the message. */
export const attach: Act = async (task) => {
  const take = ATTACHES[task.contender];
  if (!take) throw new Error(`${task.contender} can't attach`);
  const { service, jid, password } = task.account;
  const client = await writer(task);
  const attachedMs: number[] = [];
  const ms: number[] = [];
  for (let n = 0; n <= task.count; n++) {
    const tokens = await firstValueFrom(prebind(service, { jid: `${jid}-${n}`, password }));
    client.send($msg({ to: tokens.jid, type: 'chat' }).c('body').t('Art thou there?'));
    // Answered after the message has been taken over.
    await firstValueFrom(client.request($iq({ type: 'get' }).c('ping', { xmlns: 'urn:xmpp:ping' })));
    let hear = (): void => undefined;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const begun = performance.now();
    const seat = await take(service, tokens, () => hear());
    const attached = performance.now() - begun;
    await heard;
    // The first one loads and compiles.
    if (n > 0) {
      ms.push(performance.now() - begun);
      attachedMs.push(attached);
    }
    seat.close();
    await delay(50);
  }
  client.close();
  return { ms, attachedMs };
};
