import { load } from './load.js';
import { attached } from './manager.js';

/** A client that has a session with a server that answers when it is told to, without a network. */
export interface Member {
  /** Answers the request that waits; returns once the client has read it and asked again. */
  readonly answer: (body: string) => void;
  /** Calls `told` for each message. */
  readonly hear: (told: () => void) => void;
}

/** Gets a client ready to be made as often as is wanted. */
type Recruit = () => Promise<() => Member>;

const SERVICE = 'https://capulet.example/http-bind';
const JID = 'juliet@capulet.example/balcony';
const SID = '5a1c9d3e';

interface Connection {
  _idleTimeout: NodeJS.Timeout;
  _onIdle(): void;
  attach(jid: string, sid: string, rid: number, callback: () => void): void;
  addHandler(handler: () => boolean, ns: null, name: string): void;
}

interface Strophe {
  readonly Strophe: {
    readonly Connection: new (service: string) => Connection;
    readonly LogLevel: Readonly<Record<'FATAL', number>>;
    setLogLevel(level: number): void;
  };
}

interface Dom {
  readonly DOMParser: new () => { parseFromString(xml: string, type: string): unknown };
}

const DONE = 4;

/** What Strophe.js takes for a browser's requests: those that were sent wait in `held`. */
const fakeRequests = (DOMParser: Dom['DOMParser']) => {
  const held: Request[] = [];
  class Request {
    readyState = 0;
    status = 0;
    responseText = '';
    onreadystatechange = (): void => undefined;
    readonly setRequestHeader = undefined;

    get responseXML(): unknown {
      return new DOMParser().parseFromString(this.responseText, 'text/xml');
    }

    open(): void {
      this.readyState = 1;
    }

    send(): void {
      held.push(this);
    }

    getAllResponseHeaders(): string {
      return '';
    }
  }
  return { held, Request };
};

/** Its cycle, every 100 ms by itself, runs at once after each answer: that is when it asks again. */
const strophe: Recruit = async () => {
  const { DOMParser, ...dom } = await load<Dom>('@xmldom/xmldom');
  const { held, Request } = fakeRequests(DOMParser);
  Object.assign(globalThis, { ...dom, DOMParser, XMLHttpRequest: Request, WebSocket: Object });
  const { Strophe: library } = await load<Strophe>('strophe.js');
  library.setLogLevel(library.LogLevel.FATAL);
  return () => {
    const connection = new library.Connection(SERVICE);
    const cycle = (): void => {
      connection._onIdle();
      clearTimeout(connection._idleTimeout);
    };
    connection.attach(JID, SID, 1_000_000, () => undefined);
    cycle();
    let waiting = held.pop();
    return {
      hear(told) {
        connection.addHandler(() => (told(), true), null, 'message');
      },
      answer(body) {
        Object.assign(waiting ?? {}, { readyState: DONE, status: 200, responseText: body });
        waiting?.onreadystatechange();
        cycle();
        waiting = held.pop();
      },
    };
  };
};

type Callback = (failed: boolean, response: string) => void;

interface BoshClient {
  readonly sessionAttributes: object;
  state: number;
  xmlHttpRequest: (options: object, callback: Callback) => void;
  sendPending(): void;
  on(event: 'stanza', handler: () => void): void;
}

interface XmppBoshClient {
  readonly default: {
    readonly BoshClient: new (jid: string, password: string, service: string) => BoshClient;
  };
}

const ONLINE = 6;

const xmppBoshClient: Recruit = async () => {
  const { BoshClient: Client } = (await load<XmppBoshClient>('xmpp-bosh-client')).default;
  return () => {
    const client = new Client(JID, '', SERVICE);
    let waiting: Callback = () => undefined;
    client.xmlHttpRequest = (_, callback) => (waiting = callback);
    Object.assign(client.sessionAttributes, { sid: SID });
    client.state = ONLINE;
    client.sendPending();
    return {
      hear: (told) => client.on('stanza', told),
      answer: (body) => waiting(false, body),
    };
  };
};

const rxmpp: Recruit = () =>
  Promise.resolve(() => {
    const { client, manager } = attached({});
    return { hear: (told) => void client.stanza$.subscribe(told), answer: manager.answer };
  });

/** Every contender that can be had without a server. */
export const RECRUITS: Readonly<Record<string, Recruit>> = {
  rxmpp,
  'strophe.js': strophe,
  'xmpp-bosh-client': xmppBoshClient,
};
