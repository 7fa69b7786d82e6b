// Draws a trace: time runs from left to right, now is at the right edge, one lane below the other.
import type { Palette } from './palette.js';
import type { Outgoing, Request, Trace } from './trace.js';

const LABELS_WIDTH = 104;
const LANES = [
  { name: 'status', height: 34 },
  { name: 'send()', height: 46 },
  { name: 'gate', height: 34 },
  { name: 'cycle', height: 30 },
  { name: 'requests', height: 92 },
  { name: 'stanza$', height: 46 },
] as const;
const AXIS_HEIGHT = 22;
const ROW_HEIGHT = 28;

export const HEIGHT = LANES.reduce((sum, { height }) => sum + height, AXIS_HEIGHT);

type LaneName = (typeof LANES)[number]['name'];

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly width: number;
  readonly now: number;
  readonly from: number;
  readonly x: (at: number) => number;
  readonly top: (lane: LaneName) => number;
}

const FONT = '12px ui-sans-serif, system-ui, sans-serif';
const MONO = '11px ui-monospace, SFMono-Regular, Menlo, monospace';

const penFor = (
  context: CanvasRenderingContext2D,
  palette: Palette,
  width: number,
  now: number,
  spanMs: number,
): Pen => {
  const from = now - spanMs;
  const scale = (width - LABELS_WIDTH - 8) / spanMs;
  const tops = new Map<string, number>();
  let y = 0;
  for (const { name, height } of LANES) {
    tops.set(name, y);
    y += height;
  }
  const x = (at: number): number => LABELS_WIDTH + (Math.max(at, from) - from) * scale;
  return { context, palette, width, now, from, x, top: (lane) => tops.get(lane) ?? 0 };
};

const text = ({ context }: Pen, words: string, x: number, y: number, colour: string, font = FONT): void => {
  context.font = font;
  context.fillStyle = colour;
  context.textBaseline = 'middle';
  context.fillText(words, x, y);
};

/** The first that fits; else as much of the last as does, or nothing where not even a few letters do. */
const fitted = ({ context }: Pen, choices: readonly string[], width: number, font: string): string => {
  context.font = font;
  const widthOf = (words: string): number => context.measureText(words).width;
  const whole = choices.find((words) => widthOf(words) <= width);
  if (whole !== undefined) return whole;
  const words = choices.at(-1) ?? '';
  const letters = Math.floor((words.length * width) / widthOf(words)) - 1;
  return letters < 3 ? '' : `${words.slice(0, letters)}…`;
};

const bar = (
  pen: Pen,
  [from, to]: readonly [number, number],
  y: number,
  height: number,
  colour: string,
  words: readonly string[],
  font = FONT,
): void => {
  const { context, palette, x } = pen;
  const left = x(from);
  const width = Math.max(x(to) - left, 2);
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(left, y, width, height, Math.min(5, width / 2));
  context.fill();
  const shown = fitted(pen, words, width - 10, font);
  if (shown) text(pen, shown, left + 5, y + height / 2 + 0.5, palette['on-tone'], font);
};

const frame = (pen: Pen): void => {
  const { context, palette, width, now, from, x } = pen;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  let y = 0;
  for (const { name, height } of LANES) {
    text(pen, name, 8, y + height / 2, palette.quiet, MONO);
    y += height;
    context.beginPath();
    context.moveTo(0, y + 0.5);
    context.lineTo(width, y + 0.5);
    context.stroke();
  }
  for (let second = Math.ceil(from / 1000); second * 1000 <= now; second += 1) {
    const left = Math.round(x(second * 1000)) + 0.5;
    context.globalAlpha = 0.55;
    context.beginPath();
    context.moveTo(left, 0);
    context.lineTo(left, y);
    context.stroke();
    context.globalAlpha = 1;
    const ago = Math.round((now - second * 1000) / 1000);
    if (ago % 2 === 0 && left < width - 24)
      text(pen, ago === 0 ? 'now' : `−${ago} s`, left - 10, y + 12, palette.quiet, MONO);
  }
};

/** Draws what lasts: each change until the next one. */
const stretches = <T>(
  pen: Pen,
  changes: readonly { readonly at: number; readonly is: T }[],
  draw: (span: readonly [number, number], is: T) => void,
): void => {
  changes.forEach(({ at, is }, n) => {
    const to = changes[n + 1]?.at ?? pen.now;
    if (to > pen.from) draw([Math.max(at, pen.from), to], is);
  });
};

const drawAway = (pen: Pen, { away }: Trace): void => {
  const { context, palette, x, from } = pen;
  for (const gap of away.filter(({ to }) => to > from)) {
    const [left, right] = [x(gap.from), x(gap.to)];
    context.fillStyle = palette.card;
    context.fillRect(left, 0, right - left, HEIGHT - AXIS_HEIGHT);
    context.save();
    context.beginPath();
    context.rect(left, 0, Math.max(right - left, 1), HEIGHT - AXIS_HEIGHT);
    context.clip();
    context.strokeStyle = palette.idle;
    context.globalAlpha = 0.6;
    for (let stripe = left - HEIGHT; stripe < right; stripe += 8) {
      context.beginPath();
      context.moveTo(stripe, HEIGHT);
      context.lineTo(stripe + HEIGHT, 0);
      context.stroke();
    }
    context.restore();
    text(pen, 'reload', right + 4, HEIGHT - AXIS_HEIGHT - 7, palette.ink, MONO);
  }
};

const marble = (pen: Pen, at: number, y: number, colour: string, words: string, filled: boolean): void => {
  const { context, palette, x } = pen;
  context.beginPath();
  context.arc(x(at), y, 11, 0, 2 * Math.PI);
  context.fillStyle = filled ? colour : palette.card;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
  context.textAlign = 'center';
  text(pen, words, x(at), y + 0.5, filled ? palette['on-tone'] : palette.ink, MONO);
  context.textAlign = 'start';
};

const STATE_COLOUR = {
  queued: 'out',
  dispatched: 'out',
  acknowledged: 'out',
  unsent: 'bad',
  uncertain: 'held',
} as const satisfies Record<Outgoing['state'], keyof Palette>;

const drawOutgoing = (pen: Pen, stanzas: readonly Outgoing[]): void => {
  const { context, palette, x, from, top } = pen;
  const y = top('send()') + 23;
  for (const { at, leftAt, state, label } of stanzas.filter((one) => (one.leftAt ?? one.at) > from)) {
    const colour = palette[STATE_COLOUR[state]];
    if (leftAt !== undefined) {
      context.strokeStyle = colour;
      context.lineWidth = 1.25;
      context.beginPath();
      context.moveTo(x(at), y + 11);
      context.lineTo(x(leftAt), top('requests'));
      context.stroke();
      context.fillStyle = colour;
      context.fillRect(x(leftAt) - 1.5, top('cycle') + 6, 3, 18);
    }
    if (at > from) marble(pen, at, y, colour, label, state === 'acknowledged');
  }
};

const requestColour = ({ palette }: Pen, { outcome, what }: Request): string => {
  if (outcome === 'failed') return palette.bad;
  if (outcome === 'cut') return palette.held;
  return what === 'poll' ? palette.idle : palette.out;
};

const drawRequests = (pen: Pen, requests: readonly Request[]): void => {
  const top = pen.top('requests') + 4;
  for (const request of requests.filter(({ to = pen.now }) => to > pen.from)) {
    const { rid, attempt, from, to = pen.now, row, what, outcome } = request;
    const again = attempt > 1 ? ` · again (${attempt})` : '';
    const end = outcome === 'failed' ? ' ✕' : outcome === 'cut' ? ' ✂' : '';
    const short = String(rid).slice(-3);
    const words = [`…${short} ${what}${again}${end}`, short];
    bar(
      pen,
      [Math.max(from, pen.from), to],
      top + row * ROW_HEIGHT,
      ROW_HEIGHT - 5,
      requestColour(pen, request),
      words,
      MONO,
    );
  }
};

/** Draws the trace as it stands at `now`. `width` in CSS pixels; the height is {@link HEIGHT}. */
export const draw = (
  canvas: HTMLCanvasElement,
  trace: Trace,
  palette: Palette,
  width: number,
  now: number,
  spanMs: number,
): void => {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = window.devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, HEIGHT);
  const pen = penFor(context, palette, width, now, spanMs);
  const middle = (lane: LaneName, height: number): number => pen.top(lane) + height;
  frame(pen);
  stretches(pen, trace.statuses, (span, { label, tone }) =>
    bar(pen, span, middle('status', 6), 22, palette[tone], [label]),
  );
  stretches(pen, trace.gates, (span, is) =>
    bar(pen, span, middle('gate', 8), 18, is === 'open' ? palette.good : palette.held, [is]),
  );
  drawRequests(pen, trace.requests);
  drawAway(pen, trace);
  drawOutgoing(pen, trace.outgoing);
  for (const { at, label, redelivered } of trace.incoming.filter((one) => one.at > pen.from)) {
    marble(pen, at, middle('stanza$', 23), redelivered ? palette.held : palette.in, label, true);
  }
};
