import { StropheSessionError } from '../protocol/errors.js';
import { readRestored, readTokens, type Restored } from '../protocol/record.js';
import type { Ref, SessionTokens } from '../protocol/stream.js';
import { sideKeys, type StoragePort } from '../session/storage.js';
import { domainOf, nodeOf, sameBareJid } from '../xml/jid.js';

/** A kept session: its tokens, and what else is known of it. */
export interface Kept {
  readonly tokens: SessionTokens;
  readonly restored: Restored | undefined;
  /** Whether the handlers of an incoming stanza have run to the end. */
  readonly isDone: (ref: Ref) => boolean;
}

const doneBy =
  (tokens: SessionTokens, restored: Restored | undefined): Kept['isDone'] =>
  ({ rid, index }) => {
    const handled = restored?.flights.find((one) => one.rid === rid)?.handled;
    const next = restored?.inbox.find((one) => one.rid === rid)?.next ?? handled;
    return next !== undefined ? index < next : rid < (restored?.flights[0]?.rid ?? tokens.rid);
  };

const matches = (wanted: string, kept: string): boolean =>
  nodeOf(wanted) === undefined
    ? domainOf(wanted).toLowerCase() === domainOf(kept).toLowerCase()
    : sameBareJid(wanted, kept);

const read = (storage: StoragePort, key: string): string | null => {
  try {
    return storage.getItem(key);
  } catch (cause) {
    throw new StropheSessionError('no-storage', 'The storage of sessions can not be read', { cause });
  }
};

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
    throw new StropheSessionError(
      'jid-mismatch',
      `The session to restore is one of ${tokens.jid}, not of ${jid}`,
    );
  }
  const names = sideKeys(key);
  const body = (rid: number): string | null => read(storage, names.body(rid));
  const answer = (rid: number): string | null => read(storage, names.answer(rid));
  const restored = readRestored(text, body, answer);
  return { tokens, restored, isDone: doneBy(tokens, restored) };
};
