// One page, one client: what its streams say is drawn as it happens, and goes on being drawn over reloads.
import { interval, type Subscription } from 'rxjs';
import { $msg, $pres, type Client, createClient, messages, type Status } from 'rxmpp';

import { draw, HEIGHT } from './draw.js';
import { createNetwork } from './network.js';
import { readPalette } from './palette.js';
import { type Count, createTally, NOTHING } from './tally.js';
import {
  emptyTrace,
  noteAway,
  noteDelivery,
  noteWire,
  statusLabel,
  statusTone,
  type Trace,
  trim,
} from './trace.js';

const SERVICE = '/http-bind';
const ACCOUNT = { jid: 'visitor@example.com', password: 'visitor' };
/** Sends a number every second, and counts the numbers it is sent. */
const METRONOME = 'metronome@example.com/clock';

const SPAN_MS = 14_000;
const STREAM_MS = 400;
const LOG_LINES = 60;

/** What this tab remembers besides the session. */
const KEYS = { trace: 'live:trace', left: 'live:left', page: 'live:page', in: 'live:in', sent: 'live:sent' };

const element = (id: string): HTMLElement => document.getElementById(id)!;

const readNumber = (key: string): number => Number(sessionStorage.getItem(key) ?? 0);
const countUp = (key: string): number => {
  const next = readNumber(key) + 1;
  sessionStorage.setItem(key, String(next));
  return next;
};

/** What the page before this one has seen, and the time in between. */
const recallTrace = (): Trace => {
  const left = readNumber(KEYS.left);
  const text = sessionStorage.getItem(KEYS.trace);
  const trace = text === null ? emptyTrace() : (JSON.parse(text) as Trace);
  if (left > 0) noteAway(trace, left, Date.now());
  return trace;
};

const trace = recallTrace();
const network = createNetwork();
let tally = createTally(sessionStorage, KEYS.in);

const log = (words: string): void => {
  const line = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toISOString().slice(11, 23);
  line.append(time, words);
  const list = element('log');
  list.prepend(line);
  while (list.children.length > LOG_LINES) list.lastElementChild?.remove();
};

const show = (direction: 'in' | 'out', count: Count): void => {
  for (const [name, value] of Object.entries(count)) {
    const cell = element(`${direction}-${name}`);
    cell.textContent = String(value);
    if (name !== 'came') cell.toggleAttribute('data-bad', value > 0);
  }
};

const showSession = (): void => {
  element('reloads').textContent = String(readNumber('live:reloads'));
  element('logins').textContent = String(readNumber('live:logins'));
};

const say = (client: Client, count = 1): void => {
  for (let i = 0; i < count; i += 1) {
    const number = countUp(KEYS.sent);
    const { id } = client.send($msg({ to: METRONOME, type: 'chat' }).c('body').t(String(number)));
    trace.outgoing.push({ id, at: Date.now(), label: String(number % 100), state: 'queued' });
  }
};

/** A new session: everything is counted from the beginning. */
const startOver = (client: Client): void => {
  for (const key of [KEYS.in, KEYS.sent]) sessionStorage.removeItem(key);
  tally = createTally(sessionStorage, KEYS.in);
  show('in', NOTHING);
  show('out', NOTHING);
  countUp('live:logins');
  client.connect(ACCOUNT);
};

const onStatus = (client: Client, status: Status): void => {
  const label = statusLabel(status);
  const tone = statusTone(status);
  trace.statuses.push({ at: Date.now(), is: { label, tone } });
  const pill = element('status');
  pill.textContent = status.type === 'online' ? `online: ${label}` : label;
  pill.dataset['tone'] = tone;
  log(`status: ${pill.textContent}`);
  element('login').hidden = status.type !== 'failed' && status.type !== 'offline';
  if (status.type !== 'online' || status.stalled) return;
  if (status.how === 'restored') countUp('live:reloads');
  else client.send([$pres(), $msg({ to: METRONOME }).c('body').t('start')]);
  showSession();
};

interface Tick {
  readonly tick: number;
  readonly heard: Count;
}

const listen = (client: Client): void => {
  client.status$.subscribe((status) => onStatus(client, status));
  client.wire$.subscribe((event) => {
    noteWire(trace, event);
    if (event.type === 'failed') log(`request …${String(event.rid).slice(-3)} broke: ${event.error.message}`);
    if (event.type === 'sent' && event.attempt > 1)
      log(`request …${String(event.rid).slice(-3)} is sent again, unchanged`);
  });
  client.delivery$.subscribe((delivery) => noteDelivery(trace, delivery, Date.now()));
  client.stanza$.pipe(messages()).subscribe((message) => {
    const { tick, heard } = JSON.parse(message.child('body')?.text ?? '{}') as Partial<Tick>;
    if (tick === undefined || heard === undefined) return;
    // A stanza that the page before this one may have seen says so; here it is seen for certain what was counted.
    const isNew = tally.take(tick);
    trace.incoming.push({ at: Date.now(), label: String(tick % 100), redelivered: !isNew });
    show('in', tally.count());
    show('out', heard);
  });
  client.paused$.subscribe((paused) => {
    trace.gates.push({ at: Date.now(), is: paused ? 'closed' : 'open' });
    const button = element('pause');
    button.setAttribute('aria-pressed', String(paused));
    button.lastChild!.textContent = paused ? 'Resume' : 'Pause';
    element('flush').toggleAttribute('disabled', paused);
  });
  network.cut$.subscribe((cut) => {
    element('cut').setAttribute('aria-pressed', String(cut));
    element('cut').lastChild!.textContent = cut ? 'Mend the network' : 'Cut the network';
  });
};

/** Goes on with the session of the page before this one, else logs in. */
const begin = (client: Client): void => {
  try {
    client.restore();
  } catch {
    startOver(client);
  }
};

const control = (client: Client): void => {
  let paused = false;
  client.paused$.subscribe((now) => (paused = now));
  let stream: Subscription | undefined;
  const toggleStream = (): void => {
    const on = stream === undefined;
    stream?.unsubscribe();
    stream = on ? interval(STREAM_MS).subscribe(() => say(client)) : undefined;
    element('stream').setAttribute('aria-pressed', String(on));
    sessionStorage.setItem('live:stream', on ? 'on' : '');
  };
  const actions: Readonly<Record<string, () => void>> = {
    send: () => say(client),
    burst: () => say(client, 10),
    stream: toggleStream,
    pause: () => (paused ? client.resume() : client.pause()),
    flush: () => client.flush(),
    reload: () => location.reload(),
    duplicate: () => void window.open(location.href, '_blank'),
    cut: () => network.toggle(),
    login: () => startOver(client),
  };
  for (const [id, act] of Object.entries(actions)) element(id).addEventListener('click', act);
  document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey) return;
    document
      .querySelector<HTMLElement>(`button[aria-keyshortcuts="${CSS.escape(key)}"]:not([hidden])`)
      ?.click();
  });
  if (sessionStorage.getItem('live:stream')) toggleStream();
};

const animate = (): void => {
  const canvas = element('diagram') as HTMLCanvasElement;
  canvas.style.height = `${HEIGHT}px`;
  let palette = readPalette(document.body);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = readPalette(document.body);
  });
  // Who wants less motion gets a new picture now and then rather than a moving one.
  const pace = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1000 : 0;
  let drawnAt = 0;
  const step = (at: number): void => {
    if (at - drawnAt >= pace) {
      drawnAt = at;
      const now = Date.now();
      trim(trace, now);
      draw(canvas, trace, palette, canvas.clientWidth, now, SPAN_MS);
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
};

addEventListener('pagehide', () => {
  sessionStorage.setItem(KEYS.trace, JSON.stringify(trace));
  sessionStorage.setItem(KEYS.left, String(Date.now()));
});

const client = createClient(SERVICE, { keepalive: true, platform: { http: network.http, uploads: true } });
listen(client);
control(client);
show('in', tally.count());
showSession();
begin(client);
animate();
