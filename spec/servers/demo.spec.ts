import { DEMO_MS, EXPECTED, runDemo, ticked } from '../examples/support/run-demo.js';
import { SERVERS, type TestServer } from './support/servers.js';

const START_MS = 60_000;

describe.each(SERVERS)('the demo on $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start();
  }, START_MS);

  afterAll(() => server.stop());

  it(
    'tells the whole story with the password from the environment, then ends by itself',
    async () => {
      const { jid, password } = server.user('alice');
      const run = await runDemo(['--service', server.service, '--jid', jid], { RXMPP_PASSWORD: password });
      expect(run.err).toBe('');
      expect(run.code).toBe(0);
      expect(ticked(run)).toEqual(EXPECTED);
      expect(run.out).not.toContain(password);
      expect(run.lingeredMs).toBeLessThan(10_000);
    },
    DEMO_MS,
  );

  it(
    'fails with the reason when the password is wrong',
    async () => {
      const { jid } = server.user('alice');
      const run = await runDemo(['--service', server.service, '--jid', jid, '--password', 'wrong']);
      expect(run.code).toBe(1);
      expect(run.err).toMatch(/^\nThe story went wrong after .* AuthError: .*\(not-authorized\)$/m);
    },
    DEMO_MS,
  );
});
