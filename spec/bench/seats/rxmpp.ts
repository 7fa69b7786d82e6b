import { filter, firstValueFrom, map } from 'rxjs';
import { $msg, type Client, createClient, fetchPort, messages } from 'rxmpp';
import { nodeWebSocket } from 'rxmpp/node';
import { storage } from '../works/manager.js';
import type { Attach, Login } from './seat.js';

const chat = (to: string, text: string) => $msg({ to, type: 'chat' }).c('body').t(text);

const hearAll = (client: Client, hear: (text: string) => void): void => {
  const text$ = client.stanza$.pipe(
    messages(),
    map((message) => message.child('body')?.text),
    filter((text) => text !== undefined),
  );
  text$.subscribe(hear);
};

const online = async (client: Client): Promise<string> => {
  const status = await firstValueFrom(
    client.status$.pipe(filter(({ type }) => type === 'online' || type === 'failed')),
  );
  if (status.type !== 'online') throw new Error(`rxmpp is not online: ${JSON.stringify(status)}`);
  return status.jid;
};

export const attach: Attach = async (service, tokens, hear) => {
  const client = createClient(service);
  hearAll(client, hear);
  client.attach(tokens);
  await online(client);
  return { close: () => client.disconnect() };
};

export const login: Login = async ({ service, websocket, jid, password }, hear, manner) => {
  const { immediate, fetch, keepalive, webSocket, managed = true } = manner;
  const client = createClient(webSocket ? websocket : service, {
    ...(webSocket && { platform: { webSocket: nodeWebSocket } }),
    ...(fetch && { platform: { http: fetchPort((...given) => globalThis.fetch(...given)) } }),
    streamManagement: managed,
    ...(immediate && { dispatchInterval: 0 }),
    ...(keepalive && { keepalive: { storage: storage() } }),
  });
  hearAll(client, hear);
  client.connect({ jid, password });
  return {
    jid: await online(client),
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
