import { XmlError } from './error.js';
import { isLocalName, isQualifiedName } from './names.js';

/** Strings by name. Has no prototype, so that no name is taken: `attrs.constructor` is undefined. */
export type Strings = Readonly<Record<string, string>>;

/** What may be given as attributes: null and undefined leave one out, anything else counts as text. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Empty {@link Strings}, to be filled. A constructor, because engines make slow objects of `Object.create(null)`. */
export const NewStrings = function () {} as unknown as new () => Record<string, string>;
Object.defineProperty(NewStrings, 'prototype', { value: Object.create(null) });

export const NO_STRINGS: Strings = Object.freeze(new NewStrings());

const DECLARATION = 'xmlns:';

/** The prefixes that the attributes declare (`xmlns:xmpp`), with their namespaces. */
export function declaredPrefixes(attrs: Attributes): Strings {
  let prefixes: Record<string, string> | undefined;
  for (const name of Object.keys(attrs)) {
    if (!name.startsWith(DECLARATION) || attrs[name] == null) continue;
    const prefix = name.slice(DECLARATION.length);
    if (!isLocalName(prefix) || prefix === 'xml' || prefix === 'xmlns')
      throw malformed(`'${name}' declares no prefix`);
    const uri = String(attrs[name]);
    if (uri === '') throw malformed(`'${name}' needs a namespace`);
    (prefixes ??= new NewStrings())[prefix] = uri;
  }
  return prefixes ?? NO_STRINGS;
}

/** The attributes that are left without namespace declarations and empty values; each prefix must be one of `prefixes`. */
export function plainAttributes(attrs: Attributes, prefixes: Strings): Strings {
  const plain = new NewStrings();
  for (const name of Object.keys(attrs)) {
    const value = attrs[name];
    if (value == null || name === 'xmlns' || name.startsWith(DECLARATION)) continue;
    if (!isQualifiedName(name)) throw malformed(`'${name}' can't be the name of an attribute`);
    const colon = name.indexOf(':');
    if (colon > 0 && !name.startsWith('xml:') && !(name.slice(0, colon) in prefixes)) {
      throw malformed(`nothing declares the prefix of the attribute '${name}'`);
    }
    plain[name] = String(value);
  }
  return plain;
}

/** Attributes and prefixes with changes: as {@link plainAttributes} for those; null or undefined removes one. */
export function changed(
  { attrs, prefixes }: { readonly attrs: Strings; readonly prefixes: Strings },
  changes: Attributes,
): { readonly attrs: Strings; readonly prefixes: Strings } {
  const more = declaredPrefixes(changes);
  const all = more === NO_STRINGS ? prefixes : Object.assign(new NewStrings(), prefixes, more);
  const kept = new NewStrings();
  for (const name in attrs) if (!Object.hasOwn(changes, name)) kept[name] = attrs[name] as string;
  return { attrs: Object.assign(kept, plainAttributes(changes, all)), prefixes: all };
}

/** `XmlError` for what would not be well-formed XML. */
export const malformed = (message: string): XmlError => new XmlError('not-well-formed', message);
