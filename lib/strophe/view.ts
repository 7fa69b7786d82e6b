import type { DomView } from '../client/platform-dom.js';
import type { Stanza } from '../xml/element.js';

/** What the handlers, callbacks and hooks of a connection get: with the option `dom` Elements of the DOM. */
export type View<Dom extends boolean> = Dom extends true ? DomView : Stanza;
