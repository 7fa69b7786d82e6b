import type { Stanza, XmlElement } from '../xml/element.js';
import { sameBareJid, sameJid } from '../xml/jid.js';
import type { Maybe } from './arguments.js';
import { guarded } from './guarded.js';

/** Gets a stanza. True keeps it; anything else removes it. */
export type StanzaHandler<S = Stanza> = (stanza: S) => unknown;

/** How a handler's conditions are compared. */
export interface HandlerOptions {
  /** Compares `from` without resources. Default false. */
  readonly matchBareFromJid?: boolean;
  /** Compares the namespaces of a stanza without what stands behind a `#` in them. Default false. */
  readonly ignoreNamespaceFragment?: boolean;
}

/** What a stanza must have for a handler to get it; null, undefined and '' stand for anything. */
export type HandlerConditions = readonly [
  /** Namespace of the stanza or of anything in it. */
  ns?: Maybe<string>,
  /** `message`, `presence` or `iq`. */
  name?: Maybe<string>,
  /** One of these. */
  type?: Maybe<string | readonly string[]>,
  id?: Maybe<string>,
  from?: Maybe<string>,
  options?: Maybe<HandlerOptions>,
];

/** A handler that has been added: what `deleteHandler` takes. */
export interface HandlerRef<S = Stanza> {
  readonly handler: StanzaHandler<S>;
}

/** The handlers of a connection, in the order they were added. */
export interface Handlers<S> {
  add(handler: StanzaHandler<S>, conditions: HandlerConditions): HandlerRef<S>;
  delete(ref: HandlerRef<S>): void;
  clear(): void;
  /** Gives a stanza to all that want it. Those added meanwhile get the next one. */
  handle(stanza: Stanza): void;
  /** Whether the stanza just handled was meant for one of them: it had a condition, matched, and did not throw. */
  hasTaken(stanza: Stanza): boolean;
}

const hasNs = (element: XmlElement, wanted: string, options: HandlerOptions): boolean => {
  const ns = options.ignoreNamespaceFragment ? element.ns.replace(/#.*/s, '') : element.ns;
  return ns === wanted || element.children.some((child) => hasNs(child, wanted, options));
};

const isFrom = (stanza: Stanza, wanted: string, { matchBareFromJid }: HandlerOptions): boolean => {
  const { from } = stanza.attrs;
  return from !== undefined && (matchBareFromJid ? sameBareJid(from, wanted) : sameJid(from, wanted));
};

const hasType = (stanza: Stanza, wanted: string | readonly string[]): boolean =>
  [wanted].flat().includes(stanza.attrs['type'] ?? '');

const matches = (stanza: Stanza, [ns, name, type, id, from, options]: HandlerConditions): boolean =>
  (!name || stanza.name === name) &&
  (!type || hasType(stanza, type)) &&
  (!id || stanza.attrs['id'] === id) &&
  (!from || isFrom(stanza, from, options ?? {})) &&
  (!ns || hasNs(stanza, ns, options ?? {}));

const isSelective = (conditions: HandlerConditions): boolean => conditions.slice(0, 5).some(Boolean);

/** `view` makes of a stanza what handlers get. */
export const createHandlers = <S>(view: (stanza: Stanza) => S): Handlers<S> => {
  const entries = new Map<HandlerRef<S>, HandlerConditions>();
  let taken: Stanza | undefined;

  const give = (ref: HandlerRef<S>, conditions: HandlerConditions, stanza: Stanza, seen: () => S): void => {
    const outcome = guarded(() => ref.handler(seen()));
    if (!outcome?.returned) entries.delete(ref);
    if (outcome && isSelective(conditions)) taken = stanza;
  };

  return {
    add(handler, conditions) {
      const ref: HandlerRef<S> = { handler };
      entries.set(ref, conditions);
      return ref;
    },
    delete: (ref) => void entries.delete(ref),
    clear: () => entries.clear(),
    handle(stanza) {
      let made: S | undefined;
      const seen = (): S => (made ??= view(stanza));
      for (const [ref, conditions] of [...entries]) {
        if (entries.has(ref) && matches(stanza, conditions)) give(ref, conditions, stanza, seen);
      }
    },
    hasTaken: (stanza) => taken === stanza,
  };
};
