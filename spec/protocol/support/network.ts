import type { BoshEvent } from '../../../lib/protocol/bosh-state.js';
import { TransportError } from '../../../lib/protocol/errors.js';
import { body } from './bosh.js';
import type { ModelServer } from './model-server.js';
import type { Effect } from './player.js';

/** What becomes of one attempt of a request. Times in ms. */
export interface Fate {
  readonly what: 'fine' | 'lost' | 'unheard' | 'cut' | 'gateway' | 'repeat' | 'busy' | 'twice';
  /** How long the request, and the answer, are on their way. */
  readonly up: number;
  readonly down: number;
  /** When a broken connection is noticed; undefined: never. */
  readonly breaksAfter: number | undefined;
}

const FINE: Fate = { what: 'fine', up: 2, down: 2, breaksAfter: undefined };

interface Task {
  readonly at: number;
  /** Whose connection it is about. */
  readonly life?: number;
  readonly arrival?: boolean;
  readonly work: () => void;
}

export interface NetworkOptions {
  readonly fates: readonly Fate[];
  readonly uploads: boolean;
  readonly now: () => number;
  /** Tells the client what became of a request. */
  readonly tell: (event: BoshEvent) => void;
}

/** A network that treats each attempt as its fate wills; when these have run out, all goes well. */
export const createNetwork = ({ fates, uploads, now, tell }: NetworkOptions) => {
  let tasks: readonly Task[] = [];
  let posts = 0;
  let life = 0;
  let always: Fate | undefined;

  const add = (task: Task): void => {
    const at = tasks.findIndex((other) => other.at > task.at);
    tasks = at < 0 ? [...tasks, task] : [...tasks.slice(0, at), task, ...tasks.slice(at)];
  };

  const post = (server: ModelServer, { rid, attempt, body: text, timeoutMs }: Effect<'post'>): void => {
    const fate = always ?? fates[posts++] ?? FINE;
    const { what, down } = fate;
    const up = uploads ? fate.up : Math.min(fate.up, 15);
    const mine = life;
    const begun = now();
    let open = true;
    const on = (ms: number, work: () => void): void => add({ at: now() + ms, life: mine, work });
    const finish = (event: BoshEvent): void => {
      if (!open || mine !== life) return;
      open = false;
      tell(event);
    };
    const fail = (kind: 'network' | 'timeout'): void => {
      if (open) server.drop(rid);
      finish({ type: 'failed', rid, attempt, error: new TransportError(kind, 'It broke') });
    };
    const say = (status: number, answer: string, retryAfterMs = 0): void =>
      finish({ type: 'answered', rid, attempt, status, text: answer, retryAfterMs });
    const hear = (answer: string): void => {
      if (what === 'cut') say(200, answer.slice(0, -9));
      else if (what === 'gateway') say(502, '<html>Bad gateway</html>');
      else if (what === 'repeat') say(200, body('', 'type="error"'));
      else say(200, answer);
      if (what === 'twice')
        tell({ type: 'answered', rid, attempt, status: 200, text: answer, retryAfterMs: 0 });
    };
    const reply = (answer: string): void => {
      if (what !== 'unheard' && mine === life) on(down, () => hear(answer));
    };
    on(timeoutMs, () => fail('timeout'));
    if (fate.breaksAfter !== undefined && what !== 'fine') on(fate.breaksAfter, () => fail('network'));
    if (what === 'lost') return;
    if (what === 'busy') on(down, () => say(429, '', 500));
    if (what === 'busy') return;
    const arrive = (): void => {
      // What breaks on its way there does not arrive after all.
      if (!open) return;
      if (uploads && mine === life) tell({ type: 'uploaded', rid, attempt });
      server.arrive(rid, text, reply);
    };
    add({ at: begun + up, life: mine, arrival: true, work: arrive });
  };

  return {
    post,
    later: (ms: number, work: () => void): void => add({ at: now() + ms, work }),
    nextAt: (): number => tasks[0]?.at ?? Infinity,
    runNext: (): void => {
      const [next, ...rest] = tasks;
      tasks = rest;
      next?.work();
    },
    /** From now on all goes well. */
    heal: (): void => {
      always = FINE;
    },
    /** From now on nothing arrives, and every connection breaks after this time, in ms. */
    cut: (breaksAfter: number): void => {
      always = { ...FINE, what: 'lost', breaksAfter };
    },
    /** The client has died: what has not arrived yet either does so now or never will. */
    hangUp: (arrives: boolean): void => {
      life += 1;
      const pending = tasks.filter((task) => task.arrival && arrives);
      tasks = tasks.filter((task) => task.life === undefined);
      for (const { work } of pending) work();
    },
  };
};
