import * as NS from '../protocol/ns.js';
import type { XmlElement } from '../xml/element.js';
import { escapeAttribute, serialise } from '../xml/serialise.js';

/** Attributes of a `<body/>`; what is undefined is left out. */
export type BodyAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The text of one `<body/>` (XEP-0124 §6), for requests and for answers: `body({ sid: 's', rid: 2 }, '<presence xmlns="jabber:client"/>')`.
 *
 * Children are elements, or XML texts taken as they are. The prefixes `xmpp` and `stream` are declared on the body, so
 * that attributes such as `xmpp:restart` and children such as `<stream:error/>` can be written down.
 */
export const body = (
  attributes: BodyAttributes = {},
  ...children: readonly (string | XmlElement)[]
): string => {
  const all: BodyAttributes = {
    xmlns: NS.HTTPBIND,
    'xmlns:xmpp': NS.BOSH,
    'xmlns:stream': NS.STREAM,
    ...attributes,
  };
  let written = '';
  for (const name in all) {
    const value = all[name];
    if (value !== undefined) written += ` ${name}="${escapeAttribute(String(value))}"`;
  }
  const inner = children
    .map((child) => (typeof child === 'string' ? child : serialise(child, NS.HTTPBIND)))
    .join('');
  return inner === '' ? `<body${written}/>` : `<body${written}>${inner}</body>`;
};

/** The `<body/>` that ends a session (XEP-0124 §17.2); without a condition, the agreed end (§13). */
export const terminateBody = (condition?: string, ...children: readonly (string | XmlElement)[]): string =>
  body({ type: 'terminate', condition }, ...children);
