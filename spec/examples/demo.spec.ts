import { DEMO_MS, EXPECTED, runDemo, ticked } from './support/run-demo.js';

describe('the demo', () => {
  it(
    'tells the whole story in memory, then ends by itself',
    async () => {
      const run = await runDemo();
      expect(run.err).toBe('');
      expect(run.code).toBe(0);
      expect(ticked(run)).toEqual(EXPECTED);
      expect(run.out).toMatch(/^ +\d+\.\d{3} {2}page +→ rid \d{10,16} {2}3 × message$/m);
      expect(run.out).toMatch(/^The story came out right, in \d+\.\d{3} s\.$/m);
      expect(run.lingeredMs).toBeLessThan(10_000);
    },
    DEMO_MS,
  );

  it(
    'says in one line why it can not go on, and fails',
    async () => {
      const nowhere = ['--service', 'http://127.0.0.1:9/http-bind', '--jid', 'alice@localhost'];
      const run = await runDemo([...nowhere, '--password', 'x']);
      expect(run.code).toBe(1);
      expect(run.err.trim()).toMatch(
        /^The story went wrong after \d+\.\d{3} s\. TransportError: The server can not be reached \(network\)$/,
      );
    },
    DEMO_MS,
  );

  it(
    'says how it is used when the arguments are not enough',
    async () => {
      const run = await runDemo(['--service', 'http://127.0.0.1:9/http-bind', '--jid', 'alice@localhost']);
      expect(run.code).toBe(2);
      expect(run.err).toMatch(/^usage: npm run demo/);
      expect(run.out).toBe('');
    },
    DEMO_MS,
  );
});
