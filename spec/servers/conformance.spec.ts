import { serverProfiles } from 'rxmpp/testing';
import { type Kind, SCENARIOS } from './conformance/scenarios.js';
import { type AnyServer, startEmbedded } from './support/embedded.js';
import { startEjabberd, startProsody } from './support/servers.js';

interface Contender {
  readonly name: string;
  readonly kind: Kind;
  readonly start: () => Promise<AnyServer>;
}

const CONTENDERS: readonly Contender[] = [
  { name: 'the embedded server', kind: 'strict', start: () => startEmbedded() },
  {
    name: 'the embedded server, as Prosody',
    kind: 'prosody',
    start: () => startEmbedded(serverProfiles.prosody),
  },
  { name: 'Prosody', kind: 'prosody', start: () => startProsody() },
  {
    name: 'the embedded server, as ejabberd',
    kind: 'ejabberd',
    start: () => startEmbedded(serverProfiles.ejabberd),
  },
  { name: 'ejabberd', kind: 'ejabberd', start: () => startEjabberd() },
];

jest.setTimeout(60_000);

/** One list, the same for all: what a client sees of our own server it sees of the others. */
describe.each(CONTENDERS)('a client of $name sees', ({ kind, start }) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each(SCENARIOS)('$name', async ({ play, sees, but }) => {
    expect(await play(server)).toEqual(but?.[kind] ?? sees);
  });
});
