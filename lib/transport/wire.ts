/** One thing that went over the wire, or failed to. `at` in ms since the epoch, by the client's clock. */
export type WireEvent =
  /** `attempt` above 1: the same request again (XEP-0124 §14.3). */
  | {
      readonly type: 'sent';
      readonly at: number;
      readonly rid: number;
      readonly attempt: number;
      readonly xml: string;
    }
  | {
      readonly type: 'received';
      readonly at: number;
      readonly rid: number;
      readonly status: number;
      readonly xml: string;
    }
  | { readonly type: 'failed'; readonly at: number; readonly rid: number; readonly error: Error }
  /** The storage refused to keep something. The session goes on; a reload may lose what was not kept. */
  | { readonly type: 'degraded'; readonly at: number; readonly error: unknown };

const OPENING = /<((?:[^\s<>/:"'=]+:)?(?:auth|response|challenge|success))(?=[\s/>])/g;
const ATTRIBUTES = /(?:[^<>"']|"[^"<]*"|'[^'<]*')*>/y;
const SID = /\b((?:sid|authid|previd)\s*=\s*)(?:"[^"<]*"?|'[^'<]*'?)/g;

/** Where the tag ends whose name ends at `from`; there at once when it is broken. */
const tagEnd = (xml: string, from: number): number => {
  ATTRIBUTES.lastIndex = from;
  return from + (ATTRIBUTES.exec(xml)?.[0].length ?? 0);
};

/** Takes what stands in SASL elements out. Where one is not closed, nothing behind it is shown: it may be cut off. */
const hidePayloads = (xml: string): string => {
  let shown = '';
  let from = 0;
  for (const { 0: opening, 1: name = '', index } of xml.matchAll(OPENING)) {
    if (index < from) continue;
    const begin = tagEnd(xml, index + opening.length);
    const closing = xml.startsWith('/>', begin - 2) ? begin : xml.indexOf(`</${name}`, begin);
    const end = closing < 0 ? xml.length : closing;
    shown += xml.slice(from, begin) + (end > begin ? '***' : '');
    from = end;
  }
  return shown + xml.slice(from);
};

/**
 * The same text without session ids and SASL payloads: nobody can use it to take the session over or to log in. The text
 * may be cut off or no XML at all; rather too much is hidden than too little.
 */
export const redact = (xml: string): string => hidePayloads(xml).replace(SID, '$1"***"');
