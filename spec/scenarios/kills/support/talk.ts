import { type Client, element, NS, type Stanza } from 'rxmpp';
import { ROMEO } from '../../support/stage.js';
import type { Page, World } from './page.js';

export const JULIET = 'juliet@example.com/balcony';

/** `out` is sent by the page, `in` by the server, `re` by the handler of an `in`. */
export type Direction = 'out' | 're' | 'in';

const message = (direction: Direction, n: number) =>
  element('message', NS.CLIENT, {
    ...(direction === 'in' ? { from: JULIET, to: ROMEO.jid } : { to: JULIET }),
    ...{ type: 'chat', id: `${direction}-${n}` },
  });

/** The numbers of those messages among stanzas, in order. */
export const numbersOf = (stanzas: readonly Stanza[], direction: Direction): readonly number[] =>
  stanzas.flatMap(({ name, attrs: { id = '' } }) =>
    name === 'message' && id.startsWith(`${direction}-`) ? [Number(id.split('-')[1])] : [],
  );

/** Whether the handler of an incoming message answers it. */
export const isAnswered = (n: number): boolean => n % 3 === 0;

/** Numbered messages both ways, and what each side knows of them. */
export interface Talk {
  /** What the app was given, in order. */
  readonly seen: readonly { readonly n: number; readonly redelivered: boolean }[];
  /** Numbers that `send` has returned for. One that it did not return for may be sent or not. */
  readonly accepted: readonly number[];
  /** How many messages the server has pushed. */
  readonly pushed: number;
  readonly send: (page: Page) => void;
  readonly push: () => void;
  readonly handler: (stanza: Stanza, client: Client) => void;
}

export const createTalk = ({ domain }: World): Talk => {
  const seen: { readonly n: number; readonly redelivered: boolean }[] = [];
  const accepted: number[] = [];
  let sent = 0;
  let pushed = 0;
  return {
    ...{ seen, accepted },
    get pushed() {
      return pushed;
    },
    send({ client, fuse }) {
      sent += 1;
      client.send(message('out', sent));
      if (!fuse.blown) accepted.push(sent);
    },
    push() {
      if (domain.sessions.length === 0) return;
      pushed += 1;
      domain.deliver(ROMEO.jid, message('in', pushed));
    },
    handler(stanza, client) {
      for (const n of numbersOf([stanza], 'in')) {
        seen.push({ n, redelivered: stanza.redelivered });
        if (isAnswered(n)) client.send(message('re', n));
      }
    },
  };
};
