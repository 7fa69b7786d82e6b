import { FAILURES } from '../../lib/protocol/failures.js';

it('says of every failure what has happened', () => {
  for (const [name, reasons] of Object.entries(FAILURES)) {
    for (const [condition, { means, retryable }] of Object.entries(reasons)) {
      expect(`${name} ${condition}: ${means}`).toMatch(/^[A-Za-z]+ [a-z-]+: .{10,}[^.]$/);
      expect([true, false, 'said']).toContain(retryable);
    }
  }
});
