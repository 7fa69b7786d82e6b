import {
  BehaviorSubject,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  noop,
  type Observable,
  of,
  ReplaySubject,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { StropheSessionError, TransportError } from '../protocol/errors.js';
import type { Status } from '../protocol/status.js';
import type { SessionTokens } from '../protocol/stream.js';
import { toElement } from '../xml/convert.js';
import { withAttributes, type XmlElement } from '../xml/element.js';
import type { Command, FakeClient, FakeClientOptions, FakeSent, Identified } from './fake.js';
import { outcomeOf } from './fake-answer.js';
import { createIds } from './ids.js';
import { aStatus } from './statuses.js';

const ANSWER_MS = 30_000;

const clientClosed = (): TransportError => new TransportError('closed', 'The client was closed');

const NAMELESS = new Set(['message', 'iq']);

/** A list, and the same as a stream that forgets nothing. */
const createDiary = <T>() => {
  const entries: T[] = [];
  const entry$ = new ReplaySubject<T>(Infinity);
  const write = (entry: T): void => {
    entries.push(entry);
    entry$.next(entry);
  };
  return { entries, entry$, write };
};

const tokensOf = (status: Status): SessionTokens | null =>
  status.type === 'online' ? { jid: status.jid, sid: 'sid-1', rid: 1 } : null;

/** The streams of a fake, with their writing ends. */
const createStreams = <D extends Identified>({ status$, stanza$, delivery$ }: FakeClientOptions<D>) => {
  const streams = {
    status$: new BehaviorSubject<Status>(aStatus('offline')),
    paused$: new BehaviorSubject(false),
    stanza$: new Subject<XmlElement>(),
    delivery$: new Subject<D>(),
    wire$: new Subject<never>(),
  };
  status$?.subscribe(streams.status$);
  stanza$?.subscribe(streams.stanza$);
  delivery$?.subscribe(streams.delivery$);
  return streams;
};

/** The commands that are only written down. */
const createCommands = (tell: (name: Command['name'], ...args: readonly unknown[]) => void) => ({
  connect: (...args: readonly unknown[]) => tell('connect', ...args),
  bind: () => tell('bind'),
  attach: (...args: readonly unknown[]) => tell('attach', ...args),
  open: (...args: readonly unknown[]) => tell('open', ...args),
  flush: () => tell('flush'),
  disconnect: (...args: readonly unknown[]) => tell('disconnect', ...args),
});

/** What an app sends, written down with the ids that a client would give. */
const createSending = <D extends Identified>(
  delivery$: Observable<D>,
  write: (stanza: XmlElement) => void,
) => {
  const ids = createIds();
  const note = (given: object): { readonly id: string; readonly stanza: XmlElement } => {
    const plain = toElement(given);
    const id = plain.attrs['id'] ?? (NAMELESS.has(plain.name) ? ids('id') : '');
    const stanza = id === '' ? plain : withAttributes(plain, { id });
    write(stanza);
    return { id, stanza };
  };
  const one = (given: object): FakeSent<D> => {
    const { id } = note(given);
    return { id, cancel: () => false, delivery$: delivery$.pipe(filter((now) => now.id === id)) };
  };
  function send(stanzas: readonly object[]): readonly FakeSent<D>[];
  function send(stanza: object): FakeSent<D>;
  function send(given: object): FakeSent<D> | readonly FakeSent<D>[] {
    return Array.isArray(given) ? given.map((stanza: object) => one(stanza)) : one(given);
  }
  return { note, send };
};

/**
 * Makes a {@link FakeClient}: `fakeClient({ stanza$: hot('--m', { m: aMessage({ from, body: 'hi' }) }) })`, for tests of what
 * an app makes of status and stanzas and of what it sends, where no server is needed.
 */
export const fakeClient = <D extends Identified = never>(
  options: FakeClientOptions<D> = {},
): FakeClient<D> => {
  const streams = createStreams(options);
  const { status$, stanza$, paused$, wire$, delivery$ } = streams;
  const [sent, commands] = [createDiary<XmlElement>(), createDiary<Command>()];
  const { note, send } = createSending(delivery$, sent.write);
  const tell = (name: Command['name'], ...args: readonly unknown[]): void => commands.write({ name, args });
  const pausing = (name: 'pause' | 'resume') => (): void => {
    tell(name);
    paused$.next(name === 'pause');
  };
  const closed$ = concat(
    sent.entry$.pipe(ignoreElements()),
    throwError(() => clientClosed()),
  );
  const close = (): void => {
    tell('close');
    for (const stream of [...Object.values(streams), sent.entry$, commands.entry$]) stream.complete();
  };

  return {
    status$: status$.asObservable(),
    stanza$: stanza$.asObservable(),
    session$: status$.pipe(
      map(tokensOf),
      distinctUntilChanged((one, other) => one?.jid === other?.jid),
    ),
    paused$: paused$.pipe(distinctUntilChanged()),
    wire$: wire$.asObservable(),
    delivery$: delivery$.asObservable(),
    outbox: { next: (stanza) => void note(stanza), error: noop, complete: noop },
    ...createCommands(tell),
    restore(...args) {
      tell('restore', ...args);
      if (options.hasSession !== true) {
        throw new StropheSessionError('no-session', 'There is no session to restore');
      }
    },
    send,
    request: (iq, { timeout = ANSWER_MS } = {}) =>
      defer(() => {
        const { id, stanza } = note(iq);
        const outcome$ = outcomeOf(options.answer?.(stanza), id, timeout);
        return merge(outcome$, closed$).pipe(take(1));
      }),
    pause: pausing('pause'),
    resume: pausing('resume'),
    park(...args) {
      tell('park', ...args);
      const isOnline = status$.value.type === 'online';
      if (isOnline) paused$.next(true);
      return isOnline;
    },
    detach() {
      tell('detach');
      const tokens = tokensOf(status$.value);
      return tokens ? of(tokens) : EMPTY;
    },
    close,
    [Symbol.dispose]: close,

    sent: sent.entries,
    sent$: sent.entry$.asObservable(),
    commands: commands.entries,
    commands$: commands.entry$.asObservable(),
    becomes: (status) => status$.next(status),
    hears: (stanza) => stanza$.next(toElement(stanza)),
  };
};
