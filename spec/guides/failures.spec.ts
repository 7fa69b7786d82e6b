import { readFileSync } from 'node:fs';
import { FAILURES } from 'rxmpp';
import { tableOf } from './support/failures-table.js';

const guide = readFileSync('examples/guides/failures.md', 'utf8');

it.each(Object.keys(FAILURES) as (keyof typeof FAILURES)[])(
  'the guide has the table of %s as the code has it',
  (name) => {
    expect(guide).toContain(`## ${name}\n`);
    expect(guide).toContain(tableOf(name));
  },
);
