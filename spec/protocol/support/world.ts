import { attaching, creating } from '../../../lib/protocol/bosh-open.js';
import type { BoshSettings, BoshState, Taken } from '../../../lib/protocol/bosh-state.js';
import { readRestored, readTokens, type Snapshot, snapshotOf } from '../../../lib/protocol/record.js';
import { element } from '../../../lib/xml/element.js';
import { bye, creation, JID, message, RID, settings } from './bosh.js';
import { guard } from './guard.js';
import { modelServer, type ServerOptions } from './model-server.js';
import { createNetwork, type Fate } from './network.js';
import { type Given, play, type Play } from './player.js';

export interface WorldOptions extends ServerOptions {
  readonly fates: readonly Fate[];
  readonly uploads: boolean;
  readonly inactivity: number;
  readonly maxBodySize: number;
  readonly seed: number;
}

export type Act =
  | { readonly do: 'send' | 'say'; readonly count: number }
  | { readonly do: 'pause' | 'resume' | 'retry' | 'release' | 'releaseLast' }
  /** The page dies now, or right after its next commits but before what follows from the last of them. */
  | { readonly do: 'kill'; readonly commits: number; readonly arrives: boolean };

const ping = (id: string) =>
  element('iq', 'jabber:client', { type: 'get', id }, [element('ping', 'urn:xmpp:ping')]);

/** Shortest time between two empty requests that the server takes, in seconds. */
const POLLING = 1;

/** A client, a network that can not be trusted, and a server, in virtual time. */
export const createWorld = (options: WorldOptions) => {
  const { uploads, maxBodySize, seed, inactivity, fates } = options;
  const set: BoshSettings = { ...settings, wait: options.wait, uploads, maxBodySize, seed };
  const accepted: Taken[] = [];
  const given: string[] = [];
  const watch = guard({ ...options, polling: POLLING });
  let now = 0;
  let life = 0;
  let stored: Snapshot | undefined;
  let dying: { commits: number; readonly arrives: boolean } | undefined;
  let page: Play | undefined;
  let said = 0;

  const network = createNetwork({
    fates,
    uploads,
    now: () => now,
    tell: (event) => {
      watch.heard(event, now);
      page?.tell(event);
    },
  });
  const server = modelServer(options, network.later);

  const take = ({ xml, redelivered }: Given): void => {
    if (xml.startsWith('<message') && !(redelivered && given.includes(xml))) given.push(xml);
  };

  const boot = (initial: BoshState, queue: readonly Taken[]): Play => {
    const mine: Play = play(initial, {
      at: now,
      queue,
      last: accepted.length,
      given: take,
      commit: (state, at) => {
        watch.committed(state, at);
        stored = snapshotOf(state, '/bosh', 20);
        if (state.phase === 'closed') dying = undefined;
        if (dying && stored) dying.commits -= 1;
        return !(dying && dying.commits < 0);
      },
      perform: (effect) => {
        watch.performed(effect, now);
        if (effect.type === 'post' && effect.rid !== RID) network.post(server, effect);
        if (effect.type === 'seen') {
          const proven = effect.elements.some(({ attrs }) => attrs['id'] === `p${life}`);
          mine.tell(proven ? { type: 'online', jid: JID, polling: true } : { type: 'listen' });
        }
        if (effect.type === 'ready') mine.tell({ type: 'released', upTo: accepted.length });
      },
    });
    return mine;
  };

  const restart = (): void => {
    const { record, bodies, answers } = stored as Snapshot;
    const text = JSON.stringify(record);
    const tokens = readTokens(text);
    const restored = readRestored(
      text,
      (rid) => bodies.get(rid) ?? null,
      (rid) => answers.get(rid) ?? null,
    );
    if (!tokens || !restored) throw new Error('what was stored can not be restored');
    life += 1;
    const initial = attaching(set, tokens, { wait: 60, hold: 1, wind: 5 }, restored, now);
    watch.restarted(initial, now);
    page = boot(
      initial,
      accepted.filter(({ n }) => n > restored.moved),
    );
    page.tell({ type: 'wake' });
    page.tell({ type: 'probe', element: ping(`p${life}`) });
  };

  const die = (arrives: boolean): void => {
    dying = undefined;
    page = undefined;
    for (const { r } of stored?.record.fl ?? []) server.drop(r);
    network.hangUp(arrives);
    network.later(400, restart);
  };

  const until = (end: number): void => {
    for (;;) {
      if (page && !page.alive()) die(dying?.arrives ?? false);
      const wakeAt = page?.state().wakeAt ?? Infinity;
      const at = Math.min(wakeAt, network.nextAt());
      if (at > end) break;
      watch.turned();
      now = Math.max(now, at);
      page?.until(now);
      if (page?.alive() !== false && network.nextAt() <= now) network.runNext();
    }
    now = end;
    page?.until(end);
  };

  const send = (count: number, released = true): void => {
    for (let i = 0; i < count; i++) {
      const xml = message(`m${accepted.length + 1}`);
      accepted.push({ n: accepted.length + 1, xml });
      page?.queued(xml);
    }
    if (released) page?.tell({ type: 'released', upTo: accepted.length });
  };

  const act = (one: Act): void => {
    if (one.do === 'send') send(one.count);
    else if (one.do === 'say') server.say(...Array.from({ length: one.count }, () => message(`s${++said}`)));
    else if (one.do === 'release') server.release();
    else if (one.do === 'releaseLast') server.releaseLast();
    else if (one.do === 'retry') page?.tell({ type: 'retry' });
    else if (one.do === 'kill') {
      if (!page || !stored || page.state().phase !== 'open') return;
      if (one.commits === 0) die(one.arrives);
      else dying ??= { commits: one.commits, arrives: one.arrives };
    } else if (page) {
      watch.paused(one.do === 'pause', now);
      page.tell({ type: 'paused', paused: one.do === 'pause' });
    }
  };

  /** The session is online; its first poll has left. */
  const open = (): void => {
    page = boot(creating(set, 0), []);
    page.tell({ type: 'wake' });
    const attrs = `wait="${options.wait}" hold="${options.hold}" requests="${options.requests}" ver="1.11"`;
    const text = creation(`${attrs} inactivity="${inactivity}" polling="${POLLING}"`);
    server.open(RID, text);
    page.tell({ type: 'answered', rid: RID, attempt: 1, status: 200, text, retryAfterMs: 0 });
    watch.heard({ type: 'answered', rid: RID, attempt: 1, status: 200, text, retryAfterMs: 0 }, 0);
    page.tell({ type: 'online', jid: JID, polling: true });
  };

  return {
    open,
    act,
    until,
    later: (ms: number): void => until(now + ms),
    heal: (): void => {
      network.heal();
      dying = undefined;
    },
    cut: network.cut,
    /** Says goodbye with stanzas that have not been released. */
    leave: (count: number): void => {
      send(count, false);
      watch.paused(false, now);
      page?.tell({ type: 'terminate', elements: [bye], upTo: accepted.length });
    },
    page: (): Play | undefined => page,
    lives: (): number => life + 1,
    /** How long after its last proof the server may be silent. */
    patienceMs: (options.wait + inactivity + 5) * 1000,
    now: (): number => now,
    server,
    accepted,
    given,
    watch,
  };
};

export type World = ReturnType<typeof createWorld>;
