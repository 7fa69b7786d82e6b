import type { Observable, Subscription } from 'rxjs';

import type { Client } from '../client/client.js';
import type { WireEvent } from '../transport/wire.js';
import type { Stanza } from '../xml/element.js';
import { parse } from '../xml/parse.js';
import { guarded, listen } from './guarded.js';

/** Gets what goes over the wire: elements, texts, or the next valid rid. */
export interface Hooks<S = Stanza> {
  /** Each answer, as an element. */
  xmlInput: (element: S) => void;
  /** Each request, as an element; again when it is sent again. */
  xmlOutput: (element: S) => void;
  /** The text of each answer. */
  rawInput: (xml: string) => void;
  /** The text of each request. */
  rawOutput: (xml: string) => void;
  /** The rid that the next request of the session will have, after each answer. */
  nextValidRid: (rid: number) => void;
}

/** Does nothing: the hook is not set. */
export const unset = (): void => undefined;

const isXml = (event: WireEvent): event is Extract<WireEvent, { type: 'sent' | 'received' }> =>
  event.type === 'sent' || event.type === 'received';

/** The element, if the text is one: what a proxy answers may be anything. */
const elementOf = (xml: string): Stanza | undefined => {
  try {
    return parse(xml);
  } catch {
    return undefined;
  }
};

/** Feeds the hooks that are set from the streams of the client, and listens to none while none is. */
export const createHooks = <S>({ wire$, session$ }: Client, view: (element: Stanza) => S) => {
  const listening = new Map<keyof Hooks, Subscription>();
  const hooks: Hooks<S> = {
    xmlInput: unset,
    xmlOutput: unset,
    rawInput: unset,
    rawOutput: unset,
    nextValidRid: unset,
  };

  const follow = <T>(stream$: Observable<T>, tell: (value: T) => void): Subscription =>
    listen(stream$, (value) => guarded(() => tell(value)));

  const texts = (type: 'sent' | 'received', tell: (xml: string) => void): Subscription =>
    follow(wire$, (event) => {
      if (isXml(event) && event.type === type) tell(event.xml);
    });

  const elements = (type: 'sent' | 'received', tell: (element: S) => void): Subscription =>
    texts(type, (xml) => {
      const read = elementOf(xml);
      if (read) tell(view(read));
    });

  const start = (name: keyof Hooks): Subscription => {
    switch (name) {
      case 'xmlInput':
        return elements('received', (element) => hooks.xmlInput(element));
      case 'xmlOutput':
        return elements('sent', (element) => hooks.xmlOutput(element));
      case 'rawInput':
        return texts('received', (xml) => hooks.rawInput(xml));
      case 'rawOutput':
        return texts('sent', (xml) => hooks.rawOutput(xml));
      case 'nextValidRid':
        return follow(session$, (tokens) => tokens && hooks.nextValidRid(tokens.rid));
    }
  };

  return {
    hooks,
    set<N extends keyof Hooks>(name: N, hook: Hooks<S>[N]): void {
      hooks[name] = hook;
      listening.get(name)?.unsubscribe();
      listening.set(name, start(name));
    },
  };
};

/** Calls a handler for each HTTP answer with its status. */
export const onHttpStatus = (
  { wire$ }: Client,
  status: number,
  handler: (status: number) => unknown,
): Subscription =>
  listen(wire$, (event) => {
    if (event.type === 'received' && event.status === status) guarded(() => handler(status));
  });
