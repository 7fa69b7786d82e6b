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

const SASL = /(<(auth|response|challenge|success)\b[^>]*>)[^<]+(<\/\2>)/g;
const SID = /(\s(?:sid|authid)=)("[^"]*"|'[^']*')/g;

/** The same text without session ids and SASL payloads: nobody can use it to take the session over or to log in. */
export const redact = (xml: string): string => xml.replace(SASL, '$1***$3').replace(SID, '$1"***"');
