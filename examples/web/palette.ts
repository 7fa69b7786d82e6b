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

/** The colours as they are now. A custom property is text; only a property that takes a colour makes one of it. */
export const readPalette = (parent: Element): Palette => {
  const probe = document.createElement('i');
  parent.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const entries = NAMES.map((name) => [name, read(name)]);
  probe.remove();
  return Object.fromEntries(entries) as Palette;
};
