import type { XmlElement } from '../xml/element.js';
import { isCondition } from './conditions.js';
import { StreamError } from './errors.js';
import type { Condition } from './failures.js';
import * as NS from './ns.js';

/** The condition of that name; an unknown one counts as `undefined-condition`. */
export const toStreamCondition = (word: string): Condition<'StreamError'> =>
  isCondition('StreamError', word) ? word : 'undefined-condition';

/** The stream error inside a `<stream:error/>`, whatever carries it. RFC 6120 §4.9. */
export const readStreamError = (error: XmlElement): StreamError => {
  const condition = error.children.find((child) => child.ns === NS.STREAMS && child.name !== 'text');
  const text = error.child('text', NS.STREAMS)?.text;
  return new StreamError(toStreamCondition(condition?.name ?? ''), text ?? 'The server ended the stream');
};
