import type { Stanza } from 'rxmpp';
import { ROMEO } from '../../support/stage.js';
import type { Page, World } from './page.js';
import { isAnswered, numbersOf, type Talk } from './talk.js';

/** A history as it looks from both ends. Numbers are those of messages. */
export interface Verdict {
  /** Sent, not received by the server, and not handed back by a session that failed either. */
  readonly lostOut: readonly number[];
  readonly doubledOut: readonly number[];
  /** Pushed by the server, never given to the app. Of a session that has failed nobody can know. */
  readonly lostIn: readonly number[];
  /** Given to the app more than once, and not marked so. */
  readonly doubledIn: readonly number[];
  /** Answers of handlers that did not arrive exactly once. */
  readonly wrongReplies: readonly number[];
  readonly disordered: boolean;
  /** Keys in the storage that a session at rest does not need. */
  readonly litter: readonly string[];
  /** Why the session ended, if it did. */
  readonly failure: string | undefined;
  /** How often something was given again, and marked. */
  readonly redelivered: number;
}

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);

const repeated = (numbers: readonly number[]): readonly number[] =>
  numbers.filter((n, i) => numbers.indexOf(n) !== i);

const without = (all: readonly number[], ...known: readonly (readonly number[])[]): readonly number[] => {
  const some = new Set(known.flat());
  return all.filter((n) => !some.has(n));
};

const litterIn = ({ storage, shared }: World): readonly string[] => {
  const bodies = storage.keys().filter((key) => key.includes(':f:'));
  const others = storage.keys().filter((key) => !/^strophe-bosh-session(:f:\d+)?$/.test(key));
  return [...others, ...bodies.slice(1), ...shared.keys().slice(1)];
};

const failureOf = ({ status }: Page): string | undefined => {
  if (status.type === 'failed') return `${status.during}: ${status.error.condition}`;
  return status.type === 'online' ? undefined : 'never online';
};

/** What a session that failed has handed back. */
const handedBack = ({ status }: Page): readonly Stanza[] =>
  status.type === 'failed' ? [...status.unsent, ...status.uncertain] : [];

/** What a session that failed had not given to a handler to its end: the app may see to it, answers included. */
const notHandled = ({ status }: Page): readonly Stanza[] =>
  status.type === 'failed' ? status.undispatched : [];

export const judge = (world: World, talk: Talk, last: Page): Verdict => {
  const failure = failureOf(last);
  const received = world.domain.received(ROMEO.jid);
  const back = handedBack(last);
  const [out, replies] = [numbersOf(received, 'out'), numbersOf(received, 're')];
  const first = talk.seen.filter(({ n }, i) => talk.seen.findIndex((one) => one.n === n) === i);
  const seen = first.map(({ n }) => n);
  const again = talk.seen.filter((one) => !first.includes(one));
  const pushed = Array.from({ length: talk.pushed }, (_, i) => i + 1);
  const open = numbersOf(notHandled(last), 'in');
  const missing = without(seen.filter(isAnswered), replies, numbersOf(back, 're'), open);
  return {
    lostOut: without(talk.accepted, out, numbersOf(back, 'out')),
    doubledOut: repeated(out),
    lostIn: failure === undefined ? without(pushed, seen) : [],
    doubledIn: again.filter(({ redelivered }) => !redelivered).map(({ n }) => n),
    wrongReplies: [...missing, ...repeated(replies)],
    disordered: ![out, replies, seen].every(isAscending),
    litter: failure === undefined ? litterIn(world) : [],
    failure,
    redelivered: again.length,
  };
};

/** What is wrong with a history. */
export const flawsOf = (verdict: Verdict): readonly string[] => {
  const { lostOut, doubledOut, lostIn, doubledIn, wrongReplies, litter, failure, disordered } = verdict;
  const lists = { lostOut, doubledOut, lostIn, doubledIn, wrongReplies, litter };
  const broken = Object.entries(lists).flatMap(([name, list]) =>
    list.length > 0 ? [`${name} ${list.join(' ')}`] : [],
  );
  const ended = failure === undefined ? [] : [failure];
  return [...broken, ...ended, ...(disordered ? ['disordered'] : [])];
};
