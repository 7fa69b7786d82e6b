import type { DomElement } from '../xml/convert.js';

/** An Element of the DOM, where TypeScript knows those (`lib: ["DOM"]`); else as much of one as this library reads. */
export type DomView = typeof globalThis extends { readonly Element: { readonly prototype: infer E } }
  ? E
  : DomElement;
