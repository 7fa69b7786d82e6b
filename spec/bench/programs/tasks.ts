import { install } from '../tasks/meter.js';
import type { Task } from '../tasks/task.js';
import { TASKS } from '../tasks/tasks.js';

install();

const say = (message: object): void => void process.send?.(message);

// stanza throws where nobody can catch it when its BOSH session ends; what was measured is said by then.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${String(error)}\n`);
});

process.on('message', (task: Task) => {
  const act = TASKS[task.name];
  if (!act) throw new Error(`There is no task ${task.name}`);
  act(task, (jid) => say({ ready: jid })).then(
    (figures) => say({ figures }),
    (error: unknown) => say({ failure: String(error) }),
  );
});
