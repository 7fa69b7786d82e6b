import { StropheSessionError } from '../protocol/errors.js';
import { readRestored, readTokens, type Restored } from '../protocol/record.js';
import type { Ref, SessionTokens } from '../protocol/stream.js';
import { sideKeys, type StoragePort } from '../session/storage.js';
import { domainOf, nodeOf, sameBareJid } from '../xml/jid.js';

/** A kept session as far as its queue goes. */
export interface Resumable {
  readonly tokens: SessionTokens;
  readonly restored: Pick<Restored, 'gen' | 'moved'> | undefined;
  /** Whether the handlers of an incoming stanza have run to the end. */
  readonly isDone: (ref: Ref) => boolean;
}

/** A kept session: its tokens, and what else is known of it. */
export interface Kept extends Resumable {
  readonly restored: Restored | undefined;
}

/** The texts that are kept of a session: the record, and the stanzas or bodies beside it by number. */
export interface KeptTexts {
  readonly record: string | null;
  readonly body: (n: number) => string | null;
}

const doneBy =
  (tokens: SessionTokens, restored: Restored | undefined): Kept['isDone'] =>
  ({ rid, index }) => {
    const handled = restored?.flights.find((one) => one.rid === rid)?.handled;
    const next = restored?.inbox.find((one) => one.rid === rid)?.next ?? handled;
    return next !== undefined ? index < next : rid < (restored?.flights[0]?.rid ?? tokens.rid);
  };

/** Whether a kept session is the one that is wanted: the same bare JID, or for one without a node the same domain. */
export const matches = (wanted: string, kept: string): boolean =>
  nodeOf(wanted) === undefined
    ? domainOf(wanted).toLowerCase() === domainOf(kept).toLowerCase()
    : sameBareJid(wanted, kept);

export const mismatch = (kept: string, wanted: string): StropheSessionError =>
  new StropheSessionError('jid-mismatch', `The session to restore is one of ${kept}, not of ${wanted}`);

const read = (storage: StoragePort, key: string): string | null => {
  try {
    return storage.getItem(key);
  } catch (cause) {
    throw new StropheSessionError('no-storage', 'The storage of sessions can not be read', { cause });
  }
};

/** Throws {@link StropheSessionError} `no-storage` where nothing can be read. */
export const textsOf = (storage: StoragePort, key: string): KeptTexts => ({
  record: read(storage, key),
  body: (n) => read(storage, sideKeys(key).body(n)),
});

/**
 * The session kept under `key`, if it is one of `jid`: the same bare JID, for a `jid` without a node the same domain;
 * undefined: whosoever. Changes nothing.
 *
 * @throws {StropheSessionError} `no-storage`, `no-session` or `jid-mismatch`.
 */
export const readKept = (storage: StoragePort | undefined, key: string, jid: string | undefined): Kept => {
  if (!storage)
    throw new StropheSessionError('no-storage', 'There is no sessionStorage to restore a session from');
  const text = read(storage, key);
  const tokens = readTokens(text);
  if (!tokens) throw new StropheSessionError('no-session', 'There is no session to restore');
  if (jid !== undefined && jid !== '' && !matches(jid, tokens.jid)) {
    throw mismatch(tokens.jid, jid);
  }
  const names = sideKeys(key);
  const body = (rid: number): string | null => read(storage, names.body(rid));
  const answer = (rid: number): string | null => read(storage, names.answer(rid));
  const restored = readRestored(text, body, answer);
  return { tokens, restored, isDone: doneBy(tokens, restored) };
};
