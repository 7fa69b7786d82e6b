// The colours of the diagram are those of the style sheet, so that both follow light and dark together.
import type { Tone } from './trace.js';

const NAMES = [
  'ink',
  'quiet',
  'line',
  'card',
  'good',
  'busy',
  'bad',
  'idle',
  'held',
  'out',
  'in',
  'on-tone',
] as const;

export type Palette = Readonly<Record<(typeof NAMES)[number] | Tone, string>>;

/** The colours as they are now. */
export const readPalette = (element: Element): Palette => {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Palette;
};
