import { filter, firstValueFrom, map } from 'rxjs';
import { $msg, createClient, fetchPort, messages } from 'rxmpp';
import { storage } from '../works/manager.js';
import type { Login } from './seat.js';

const chat = (to: string, text: string) => $msg({ to, type: 'chat' }).c('body').t(text);

export const login: Login = async ({ service, jid, password }, hear, { immediate, fetch, keepalive }) => {
  const client = createClient(service, {
    ...(fetch && { platform: { http: fetchPort((...given) => globalThis.fetch(...given)) } }),
    ...(immediate && { dispatchInterval: 0 }),
    ...(keepalive && { keepalive: { storage: storage() } }),
  });
  const text$ = client.stanza$.pipe(
    messages(),
    map((message) => message.child('body')?.text),
    filter((text) => text !== undefined),
  );
  text$.subscribe(hear);
  client.connect({ jid, password });
  const status = await firstValueFrom(
    client.status$.pipe(filter(({ type }) => type === 'online' || type === 'failed')),
  );
  if (status.type !== 'online') throw new Error(`rxmpp could not log in: ${JSON.stringify(status)}`);
  return {
    jid: status.jid,
    send: (to, text) => void client.send(chat(to, text)),
    flush: client.flush,
    burst(to, texts) {
      client.pause();
      for (const text of texts) client.send(chat(to, text));
      client.resume();
    },
    close: () => client.disconnect(),
  };
};
