import { UsageError } from './error.js';

/** The parts of an address: `node@domain/resource` (RFC 7622 §3.1). */
export interface Jid {
  readonly node?: string;
  readonly domain: string;
  readonly resource?: string;
}

// RFC 7622 §3.3.1, and spaces and control characters, which no profile allows there.
const NOT_IN_NODE = /["&'/:<>@\s\p{Cc}\p{Cs}]/u;
// No label of it is empty.
const NOT_IN_DOMAIN = /["&'/<>@\s\p{Cc}\p{Cs}]|^\.|\.\.|\.$/u;
const NOT_IN_RESOURCE = /[\p{Cc}\p{Cs}]/u;
const MAX_BYTES = 1023;

/**
 * The parts of the address. Throws `UsageError` (`jid-malformed`) when it breaks the rules of RFC 7622 §3: each part has 1
 * to 1023 bytes in UTF-8, and none of the characters that are forbidden in it. Normalises nothing but the domain's final dot.
 */
export function parseJid(text: string): Jid {
  const [node, resource] = [nodeOf(text), resourceOf(text)];
  const domain = domainOf(text).replace(/\.$/, '');
  check(text, 'domain', domain, NOT_IN_DOMAIN);
  if (node !== undefined) check(text, 'node', node, NOT_IN_NODE);
  if (resource !== undefined) check(text, 'resource', resource, NOT_IN_RESOURCE);
  return { ...(node !== undefined && { node }), domain, ...(resource !== undefined && { resource }) };
}

/** The address without its resource. Checks nothing, like all that follow. */
export function bareJid(jid: string): string {
  const slash = jid.indexOf('/');
  return slash < 0 ? jid : jid.slice(0, slash);
}

/** What stands before the `@`, if it is there. */
export function nodeOf(jid: string): string | undefined {
  const bare = bareJid(jid);
  const at = bare.indexOf('@');
  return at < 0 ? undefined : bare.slice(0, at);
}

/** What stands between node and resource: `example.com`. */
export function domainOf(jid: string): string {
  const bare = bareJid(jid);
  return bare.slice(bare.indexOf('@') + 1);
}

/** What stands behind the first `/`, if it is there. */
export function resourceOf(jid: string): string | undefined {
  const slash = jid.indexOf('/');
  return slash < 0 ? undefined : jid.slice(slash + 1);
}

export const isFullJid = (jid: string): boolean => Boolean(resourceOf(jid));

/** Whether both have the same node and domain, in capitals or not. */
export const sameBareJid = (one: string, other: string): boolean =>
  bareJid(one).toLowerCase() === bareJid(other).toLowerCase();

/** Whether both are the same address; capitals count in the resource only. */
export const sameJid = (one: string, other: string): boolean =>
  sameBareJid(one, other) && resourceOf(one) === resourceOf(other);

/** A name as it may stand before the `@` (XEP-0106 §3): spaces around it go, forbidden characters are escaped. */
export function escapeNode(name: string): string {
  return name
    .trim()
    .replace(/[ "&'/:<>@]|\\(?=20|22|26|27|2f|3a|3c|3e|40|5c)/g, (character) => `\\${hexOf(character)}`);
}

/** The name that {@link escapeNode} has escaped. */
export function unescapeNode(node: string): string {
  return node.replace(/\\(20|22|26|27|2f|3a|3c|3e|40|5c)/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

const hexOf = (character: string): string => character.charCodeAt(0).toString(16);

function check(jid: string, part: keyof Jid, text: string, forbidden: RegExp): void {
  const problem = problemOf(text, forbidden);
  if (problem !== undefined)
    throw new UsageError('jid-malformed', `${JSON.stringify(jid)}: the ${part} ${problem}`);
}

function problemOf(text: string, forbidden: RegExp): string | undefined {
  if (text === '') return 'is empty';
  const found = forbidden.exec(text);
  if (found) return `contains ${JSON.stringify(found[0])}`;
  if (byteLength(text) > MAX_BYTES) return `is longer than ${MAX_BYTES} bytes`;
  return undefined;
}

/** Bytes in UTF-8 of a text without halves of surrogate pairs. */
const byteLength = (text: string): number => encodeURIComponent(text).replace(/%../g, '-').length;
