import type { SchedulerLike, Subscription } from 'rxjs';
import type { WebSocketEvent } from 'rxmpp';
import { createDomain, type Domain, type DomainOptions } from 'rxmpp/testing';
import { parse } from '../../../lib/xml/parse.js';
import { marbles } from '../../marbles.js';

export const FRAMING = 'xmlns="urn:ietf:params:xml:ns:xmpp-framing"';
export const SM = 'xmlns="urn:xmpp:sm:3"';
export const JID = 'alice@example.com/home';

/** Somebody at the end of a WebSocket who says every frame by hand. */
export interface Talker {
  /** What has happened on this end, in short. */
  readonly heard: readonly string[];
  say(...texts: readonly string[]): void;
  hangUp(): void;
}

export interface SocketSetting {
  readonly domain: Domain;
  readonly scheduler: SchedulerLike;
  readonly pass: (ms: number) => void;
  readonly dial: () => Talker;
  /** One that has logged in as alice, or as another, and bound `home`. */
  readonly login: (node?: string) => Talker;
  /** The same, with a managed stream; `id` is what that is called. */
  readonly managed: () => { readonly talker: Talker; readonly id: string };
}

const short = (event: WebSocketEvent): string => {
  if (event.type === 'open') return `open ${event.protocol}`;
  if (event.type === 'close') return `close ${event.code}`;
  const { name, attrs } = parse(event.text ?? '<binary/>');
  return [name, attrs['id'] ?? attrs['h']].filter((part) => part !== undefined).join(' ');
};

const OPEN = `<open ${FRAMING} to="example.com" version="1.0"/>`;
const initial = (node: string): string => btoa(`\0${node}\0${node}-secret`);

/** A scenario on the sockets of a domain, 5 ms away, in virtual time. */
export const onSockets = (
  test: (setting: SocketSetting) => void,
  options: DomainOptions = {},
): (() => void) =>
  marbles(({ flush }, scheduler) => {
    const users = { alice: 'alice-secret', bob: 'bob-secret' };
    const domain = createDomain({ scheduler, users, mechanisms: ['PLAIN'], latencyMs: 5, ...options });
    const lines: Subscription[] = [];
    const pass = (ms: number): void => {
      scheduler.maxFrames = scheduler.frame + ms;
      flush();
      scheduler.frame = scheduler.maxFrames;
    };
    const dial = (): Talker => {
      const heard: string[] = [];
      let send = (_text: string): void => undefined;
      const line = domain.webSocket({ url: domain.webSocketUrl, protocols: ['xmpp'] }).subscribe((event) => {
        heard.push(short(event));
        if (event.type === 'open') send = event.send;
      });
      lines.push(line);
      pass(10);
      return {
        heard,
        say(...texts) {
          texts.forEach((text) => send(text));
          pass(10);
        },
        hangUp: () => line.unsubscribe(),
      };
    };
    const login = (node = 'alice'): Talker => {
      const talker = dial();
      talker.say(OPEN);
      talker.say(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${initial(node)}</auth>`);
      talker.say(OPEN);
      return talker;
    };
    const bind = (talker: Talker): void =>
      talker.say(
        '<iq xmlns="jabber:client" type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>home</resource></bind></iq>',
      );
    const managed = () => {
      const talker = login();
      bind(talker);
      talker.say(`<enable ${SM} resume="true"/>`);
      const id = talker.heard.at(-1)?.split(' ')[1] ?? '';
      return { talker, id };
    };
    test({ domain, scheduler, pass, dial, login, managed });
    for (const line of lines) line.unsubscribe();
  });
