import { body } from './bosh.js';

export interface ServerOptions {
  readonly wait: number;
  readonly hold: number;
  readonly requests: number;
  /** Whether an empty answer to a repeated request that carried stanzas is that request itself. */
  readonly echoes: boolean;
  /** Whether a request whose connection dies is dropped without any answer being kept for it. */
  readonly forgets: boolean;
  /** Whether the end is said on the older request too. */
  readonly endsOnOlder: boolean;
}

type Reply = (text: string) => void;

interface Held {
  readonly rid: number;
  readonly body: string;
  readonly again: boolean;
  readonly reply: Reply;
}

const idsOf = (text: string): readonly string[] =>
  [...text.matchAll(/<message [^>]*id="(m\d+)"/g)].map(([, id]) => id ?? '');

const isEmpty = (text: string): boolean => !text.includes('><') && !text.includes('type="terminate"');

/**
 * A connection manager that keeps to XEP-0124: handles request ids in order and each once, holds, repeats its last answers.
 * What a client must never make it see is noted in `violations`.
 */
export const modelServer = (options: ServerOptions, later: (ms: number, work: () => void) => void) => {
  const { hold, requests, echoes, forgets, endsOnOlder } = options;
  const processed: string[] = [];
  const violations: string[] = [];
  const content = new Map<number, readonly string[]>();
  const kept = new Map<number, string>();
  const forgotten = new Set<number>();
  const early = new Map<number, { readonly body: string; readonly reply: Reply }>();
  let held: readonly Held[] = [];
  let outgoing: readonly string[] = [];
  let expected = 0;
  let over = false;

  const record = (rid: number, text: string): void => {
    kept.set(rid, text);
    for (const old of kept.keys()) if (old <= rid - requests) kept.delete(old);
  };

  const answer = ({ rid, body: text, again, reply }: Held, attrs = ''): void => {
    held = held.filter((one) => one.rid !== rid);
    const echo = echoes && again && outgoing.length === 0 && attrs === '' && !isEmpty(text);
    content.set(rid, outgoing);
    record(rid, echo ? text : body(outgoing.join(''), attrs));
    outgoing = [];
    reply(kept.get(rid) ?? '');
  };

  const release = (): void => {
    const [oldest] = held;
    if (oldest) answer(oldest);
  };

  const end = (rid: number, reply: Reply): void => {
    over = true;
    for (const one of held) answer(one, endsOnOlder ? 'type="terminate"' : '');
    answer({ rid, body: '', again: false, reply }, 'type="terminate"');
  };

  const keep = (one: Held): void => {
    held = [...held, one].sort((a, b) => a.rid - b.rid);
    later(options.wait * 1000, () => {
      const still = held.find(({ rid }) => rid === one.rid);
      if (still) answer(still);
    });
    if (outgoing.length > 0) release();
    while (held.length > hold) release();
  };

  const handle = (rid: number, text: string, reply: Reply): void => {
    expected = rid + 1;
    processed.push(...idsOf(text));
    const ping = /<iq [^>]*id="(p\d+)"/.exec(text)?.[1];
    if (ping !== undefined)
      outgoing = [...outgoing, `<iq xmlns="jabber:client" type="result" id="${ping}"/>`];
    if (isEmpty(text) && held.length > 0) violations.push(`an empty request ${rid} while another is held`);
    if (text.includes('type="terminate"')) end(rid, reply);
    else keep({ rid, body: text, again: false, reply });
  };

  const repeat = (rid: number, text: string, reply: Reply): void => {
    const one = held.find((other) => other.rid === rid);
    const before = kept.get(rid);
    if (one) held = held.map((other) => (other === one ? { ...one, again: true, reply } : other));
    else if (before !== undefined) reply(before);
    else if (forgotten.has(rid) && rid === expected - 1) keep({ rid, body: text, again: true, reply });
    else {
      if (!forgotten.has(rid))
        violations.push(`request ${rid} is asked for, whose answer is not kept any more`);
      reply(body('', 'type="terminate" condition="item-not-found"'));
    }
  };

  return {
    processed,
    violations,
    /** What was said, in the order of the request ids that it was said on, and what could not be said yet. */
    said: (): readonly string[] =>
      [...content.keys()]
        .sort((a, b) => a - b)
        .flatMap((rid) => content.get(rid) ?? [])
        .concat(outgoing)
        .filter((xml) => xml.startsWith('<message')),
    isOver: (): boolean => over,
    open: (rid: number, text: string): void => {
      expected = rid + 1;
      content.set(rid, []);
      record(rid, text);
    },
    arrive: (rid: number, text: string, reply: Reply): void => {
      if (rid < expected) repeat(rid, text, reply);
      else if (over) reply(body('', 'type="terminate" condition="item-not-found"'));
      if (rid < expected || over) return;
      const goodbye = text.includes('type="terminate"') ? 1 : 0;
      if (rid >= expected + requests + goodbye)
        violations.push(`request ${rid} is beyond the window of ${expected}`);
      early.set(rid, { body: text, reply });
      for (let next = early.get(expected); next; next = early.get(expected)) {
        early.delete(expected);
        handle(expected, next.body, next.reply);
      }
    },
    say: (...xmls: readonly string[]): void => {
      outgoing = [...outgoing, ...xmls];
      release();
    },
    release,
    /** Answers the youngest request first. */
    releaseLast: (): void => {
      const last = held.at(-1);
      if (last) answer(last);
    },
    /** The connection of a request has died. */
    drop: (rid: number): void => {
      if (!forgets || !held.some((one) => one.rid === rid)) return;
      held = held.filter((one) => one.rid !== rid);
      forgotten.add(rid);
    },
  };
};

export type ModelServer = ReturnType<typeof modelServer>;
