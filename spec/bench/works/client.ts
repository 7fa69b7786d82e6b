import { $msg, type Client, type ClientOptions } from 'rxmpp';
import { attached, storage } from './manager.js';
import { answerOf } from './payload.js';
import type { Prepare } from './works.js';

/** Answers with `size` messages each, through the whole client. */
const receiving =
  (options: () => ClientOptions): Prepare =>
  (size) => {
    const { client, manager } = attached(options());
    const body = answerOf(size);
    let received = 0;
    client.stanza$.subscribe(() => (received += 1));
    const run = (): void => {
      const before = received;
      manager.answer(body);
      if (received !== before + size) throw new Error(`${received - before} of ${size} messages have come`);
    };
    return { run, amount: size };
  };

const messages = (size: number) =>
  Array.from({ length: size }, (_, n) =>
    $msg({ to: 'romeo@montague.example', type: 'chat', id: `m${n}` })
      .c('body')
      .t(`Thou knowest the mask of night is on my face ${n}`)
      .tree(),
  );

const sendAll = (client: Client, stanzas: readonly object[]): void => {
  for (const stanza of stanzas) client.send(stanza);
};

/** As many as fit in a request that the next one may follow at once. */
const AT_ONCE = 20;

/** Bursts of `size` messages, in requests of a few. */
const sending =
  (options: () => ClientOptions): Prepare =>
  (size) => {
    const { client } = attached(options());
    const stanzas = messages(size);
    const run = (): void => {
      for (let from = 0; from < size; from += AT_ONCE) {
        sendAll(client, stanzas.slice(from, from + AT_ONCE));
        client.flush();
      }
    };
    return { run, amount: size };
  };

const kept = (): ClientOptions => ({ keepalive: { storage: storage() } });

export const receivingAll: Readonly<Record<string, Prepare>> = {
  rxmpp: receiving(() => ({})),
  'rxmpp-kept': receiving(kept),
};

export const sendingAll: Readonly<Record<string, Prepare>> = {
  rxmpp: sending(() => ({})),
  'rxmpp-kept': sending(kept),
};
