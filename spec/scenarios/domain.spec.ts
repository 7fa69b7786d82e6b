import { of, throwError } from 'rxjs';
import {
  type Client,
  type ClientOptions,
  createClient,
  includeWebSocket,
  type LookUpPort,
  prebind,
  type Status,
  TransportError,
} from 'rxmpp';
import { memoryStorage, type MemoryStorage } from 'rxmpp/testing';
import { type DomainStage, inDomain } from './support/stage.js';

const ROMEO = { jid: 'romeo@example.com/orchard', password: 'montague' } as const;
const BOTH = JSON.stringify({
  links: [
    { rel: 'urn:xmpp:alt-connections:xbosh', href: 'https://example.com/http-bind' },
    { rel: 'urn:xmpp:alt-connections:websocket', href: 'wss://example.com/ws' },
  ],
});

interface Setting extends ClientOptions {
  readonly loadWebSocket?: typeof includeWebSocket;
  readonly document?: string;
  readonly storage?: MemoryStorage;
}

/** A client that knows nothing but the domain. */
const stranger = (stage: DomainStage, setting: Setting = {}) => {
  const { document = BOTH, storage, loadWebSocket = includeWebSocket, ...options } = setting;
  const around = stage.surroundings();
  const refused = new TransportError('http', 'Nothing there', 404, 'refused');
  const lookUp: LookUpPort = ({ url }) =>
    url.endsWith('.json') && document !== '' ? of(document) : throwError(() => refused);
  const platform = {
    ...around.platform,
    ...{ lookUp, webSocket: stage.domain.webSocket, loadWebSocket },
    storage: storage ?? around.storage,
  };
  const client = createClient('example.com', { ...options, platform });
  const statuses: Status[] = [];
  client.status$.subscribe((status) => statuses.push(status));
  return { client, statuses, storage: platform.storage, status: (): Status => statuses.at(-1)! };
};

const retried = (statuses: readonly Status[]): readonly string[] =>
  statuses.flatMap((status) => (status.type === 'retrying' ? [status.error.condition] : []));

describe('createClient with a domain alone', () => {
  it(
    'takes a WebSocket where there is one, and touches nothing before it is told to',
    inDomain((stage) => {
      const one = stranger(stage);
      stage.pass(1_000);
      expect(stage.domain.sockets).toHaveLength(0);
      one.client.connect(ROMEO);
      stage.pass(500);
      expect(one.statuses.map(({ type }) => type)).toEqual([
        'offline',
        'connecting',
        'authenticating',
        'online',
      ]);
      expect(stage.domain.sockets.map(({ url }) => url)).toEqual(['wss://example.com/ws']);
      expect(stage.domain.requests).toHaveLength(0);
      one.client.close();
    }),
  );

  it.each([
    ['a domain', 'login', 'connect', (client: Client) => client.connect(ROMEO)],
    ['a domain', 'attach', 'attach', (client: Client) => client.attach({ jid: ROMEO.jid, sid: 's', rid: 7 })],
  ])('cannot go on where what looks up %s, for %s, is not loaded: a failure', (_what, how, during, begin) =>
    inDomain((stage) => {
      const unloaded = new TransportError('network', 'No such chunk');
      const one = stranger(stage, { loadWebSocket: () => throwError(() => unloaded) });
      begin(one.client);
      stage.pass(100);
      expect(one.statuses.slice(1)).toMatchObject([
        { type: 'connecting', how },
        { type: 'failed', during, error: unloaded },
      ]);
      one.client.close();
    })(),
  );

  it(
    'takes BOSH first if that is wanted',
    inDomain((stage) => {
      const one = stranger(stage, { discovery: ['bosh', 'websocket'] });
      one.client.connect(ROMEO);
      stage.pass(500);
      expect(one.status().type).toBe('online');
      expect(stage.domain.sockets).toHaveLength(0);
      one.client.close();
    }),
  );

  it(
    'falls back to the next when a connection can not be made, and says why',
    inDomain((stage) => {
      stage.domain.refuseSockets();
      const one = stranger(stage);
      one.client.connect(ROMEO);
      stage.pass(500);
      expect(retried(one.statuses)).toEqual(['closed']);
      expect(one.status()).toMatchObject({ type: 'online', how: 'connected' });
      expect(stage.domain.requests.length).toBeGreaterThan(0);
      one.client.close();
    }),
  );

  it(
    'tries no other address once it is told to leave, also while it says why the first one failed',
    inDomain((stage) => {
      stage.domain.refuseSockets();
      const one = stranger(stage);
      one.client.status$.subscribe(({ type }) => {
        if (type === 'retrying') one.client.disconnect();
      });
      one.client.connect(ROMEO);
      stage.pass(1_000);
      expect(one.status()).toEqual({ type: 'offline' });
      expect(stage.domain.requests).toHaveLength(0);
    }),
  );

  it(
    'does not try a wrong password elsewhere',
    inDomain((stage) => {
      const one = stranger(stage);
      one.client.connect({ ...ROMEO, password: 'wrong' });
      stage.pass(500);
      expect(one.status()).toMatchObject({
        type: 'failed',
        during: 'auth',
        error: { condition: 'not-authorized' },
      });
      expect(stage.domain.requests).toHaveLength(0);
      one.client.close();
    }),
  );

  it.each(['', '{"links":[]}'])('fails where the domain says nothing: %j', (document) =>
    inDomain((stage) => {
      const one = stranger(stage, { document });
      one.client.connect(ROMEO);
      stage.pass(500);
      expect(one.status()).toMatchObject({
        type: 'failed',
        during: 'connect',
        error: { condition: 'no-address' },
      });
      one.client.attach({ jid: ROMEO.jid, sid: 's', rid: 1 });
      stage.pass(500);
      expect(one.status()).toMatchObject({
        type: 'failed',
        during: 'attach',
        error: { condition: 'no-address' },
      });
      one.client.close();
    })(),
  );

  it.each([
    ['bosh', ['bosh']],
    ['websocket', ['websocket']],
  ] as const)('goes on after a reload where the session is: %s', (_, discovery) =>
    inDomain((stage) => {
      const before = stranger(stage, { discovery, keepalive: true });
      before.client.connect(ROMEO);
      stage.pass(500);
      expect(before.status().type).toBe('online');
      const storage = memoryStorage(before.storage.snapshot());
      before.client.close();
      const after = stranger(stage, { document: '', keepalive: true, storage });
      after.client.open({ restore: true, login: ROMEO });
      stage.pass(500);
      expect(after.status()).toMatchObject({ type: 'online', how: 'restored', jid: ROMEO.jid });
      after.client.close();
    })(),
  );

  it(
    'restores nothing where nothing is kept',
    inDomain((stage) => {
      const one = stranger(stage, { keepalive: true });
      const nothing = expect.objectContaining({
        name: 'StropheSessionError',
        condition: 'no-session',
      }) as Error;
      expect(() => one.client.restore()).toThrow(nothing);
      one.client.open({ restore: true });
      stage.pass(100);
      expect(one.status()).toMatchObject({ type: 'failed', error: { condition: 'no-session' } });
      one.client.close();
    }),
  );

  it(
    'takes over a BOSH session',
    inDomain((stage) => {
      const heir = stranger(stage);
      const { platform } = stage.surroundings();
      prebind(stage.domain.url, { ...ROMEO, platform }).subscribe((tokens) => heir.client.attach(tokens));
      stage.pass(1_000);
      expect(heir.status()).toMatchObject({ type: 'online', how: 'attached' });
      heir.client.close();
    }),
  );
});
