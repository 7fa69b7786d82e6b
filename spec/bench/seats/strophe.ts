import { load } from '../works/load.js';
import type { Attach, Login } from './seat.js';

interface Element {
  getElementsByTagName(name: string): ArrayLike<{ readonly textContent: string | null }>;
}

interface Builder {
  c(name: string): Builder;
  t(text: string): Builder;
}

interface Connection {
  readonly jid: string;
  connect(jid: string, password: string, callback: (status: number, condition: string | null) => void): void;
  attach(jid: string, sid: string, rid: number, callback: (status: number) => void): void;
  addHandler(handler: (element: Element) => boolean, ns: null, name: string): void;
  send(stanza: Builder): void;
  flush(): void;
  pause(): void;
  resume(): void;
  disconnect(reason: string): void;
}

interface Strophe {
  readonly Strophe: {
    readonly Connection: new (
      service: string,
      options?: { readonly enableStreamManagement: boolean },
    ) => Connection;
    readonly LogLevel: Readonly<Record<'FATAL', number>>;
    setLogLevel(level: number): void;
    readonly Status: Readonly<
      Record<'CONNECTED' | 'AUTHFAIL' | 'CONNFAIL' | 'ATTACHED' | 'ATTACHFAIL', number>
    >;
  };
  readonly $msg: (attrs: Readonly<Record<string, string>>) => Builder;
}

interface Request {
  readonly readyState: number;
  readonly responseText: string | null;
}

interface Dom {
  readonly DOMParser: new () => { parseFromString(xml: string, type: string): unknown };
}

const DONE = 4;

/** Strophe.js needs what a browser has: in Node @xmldom/xmldom, xhr2 and ws stand for it, and xhr2 reads no XML by itself. */
const prepare = async (): Promise<Strophe> => {
  const { XMLHttpRequest } = (
    await load<{ default: { XMLHttpRequest: { readonly prototype: Request } } }>('xhr2')
  ).default;
  const { DOMParser, ...dom } = await load<Dom>('@xmldom/xmldom');
  Object.defineProperty(XMLHttpRequest.prototype, 'responseXML', {
    configurable: true,
    get(this: Request) {
      const { readyState, responseText } = this;
      return readyState === DONE && responseText
        ? new DOMParser().parseFromString(responseText, 'text/xml')
        : null;
    },
  });
  const { WebSocket } = await load<{ readonly WebSocket: unknown }>('ws');
  Object.assign(globalThis, { ...dom, XMLHttpRequest, DOMParser, WebSocket });
  const library = await load<Strophe>('strophe.js');
  // By itself it tells the console of every step.
  library.Strophe.setLogLevel(library.Strophe.LogLevel.FATAL);
  return library;
};

const telling =
  (hear: (text: string) => void) =>
  (element: Element): boolean => {
    const [body] = Array.from(element.getElementsByTagName('body'));
    if (body) hear(body.textContent ?? '');
    return true;
  };

export const attach: Attach = async (service, { jid, sid, rid }, hear) => {
  const { Strophe: strophe } = await prepare();
  const connection = new strophe.Connection(service);
  await new Promise<void>((resolve, reject) => {
    connection.attach(jid, sid, rid, (status) => {
      if (status === strophe.Status.ATTACHFAIL) reject(new Error('Strophe.js: not attached'));
      if (status !== strophe.Status.ATTACHED) return;
      connection.addHandler(telling(hear), null, 'message');
      resolve();
    });
  });
  return { close: () => connection.disconnect('') };
};

export const login: Login = async (
  { service, websocket, jid, password },
  hear,
  { webSocket, managed = false },
) => {
  const { Strophe: strophe, $msg } = await prepare();
  const { CONNECTED, AUTHFAIL, CONNFAIL } = strophe.Status;
  const connection = new strophe.Connection(webSocket ? websocket : service, {
    enableStreamManagement: managed,
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect(jid, password, (status, condition) => {
      if (status === CONNECTED) resolve();
      if (status === AUTHFAIL || status === CONNFAIL) reject(new Error(`Strophe.js: ${condition ?? ''}`));
    });
  });
  connection.addHandler(telling(hear), null, 'message');
  const send = (to: string, text: string): void =>
    connection.send($msg({ to, type: 'chat' }).c('body').t(text));
  return {
    jid: connection.jid,
    send,
    flush: () => connection.flush(),
    burst(to, texts) {
      connection.pause();
      for (const text of texts) send(to, text);
      connection.resume();
    },
    close: () => connection.disconnect(''),
  };
};
