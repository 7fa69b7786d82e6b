import { parse } from '../xml/parse.js';

/** Where a domain can be reached, in the order of the document. */
export interface Addresses {
  /** `wss:` only. */
  readonly webSocket: readonly string[];
  /** `https:` only. */
  readonly bosh: readonly string[];
}

interface Link {
  readonly rel: unknown;
  readonly href: unknown;
}

const XRD = 'http://docs.oasis-open.org/ns/xri/xrd-1.0';
const REL = 'urn:xmpp:alt-connections:';

/** What of the links can be used: whatever is not encrypted can not (XEP-0156 §3). */
const addressesIn = (links: readonly Link[]): Addresses => {
  const of = (kind: string, scheme: RegExp): readonly string[] =>
    links.flatMap(({ rel, href }) =>
      rel === `${REL}${kind}` && typeof href === 'string' && scheme.test(href) ? [href] : [],
    );
  return { webSocket: of('websocket', /^wss:\/\//i), bosh: of('xbosh', /^https:\/\//i) };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Reads `host-meta.json` (RFC 6415 §3.1, RFC 7033 §4.4); undefined when it is none. */
export const readJsonMeta = (text: string): Addresses | undefined => {
  try {
    const meta: unknown = JSON.parse(text);
    const links = isObject(meta) ? meta['links'] : undefined;
    if (!Array.isArray(links)) return undefined;
    return addressesIn(links.filter(isObject).map(({ rel, href }) => ({ rel, href })));
  } catch {
    return undefined;
  }
};

/** Reads `host-meta` (XRD 1.0); undefined when it is none. */
export const readXmlMeta = (text: string): Addresses | undefined => {
  try {
    const root = parse(text);
    if (root.name !== 'XRD' || root.ns !== XRD) return undefined;
    return addressesIn(
      root.childrenOf('Link', XRD).map(({ attrs }) => ({ rel: attrs['rel'], href: attrs['href'] })),
    );
  } catch {
    return undefined;
  }
};
