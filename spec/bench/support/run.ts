import { fork } from 'node:child_process';
import type { Figures, Task } from '../tasks/task.js';

const PATIENCE_MS = 100_000;

type Word = { readonly ready: string } | { readonly figures: Figures } | { readonly failure: string };

/** Does a task in a fresh process. `begin` is called once the client there is ready to be talked to. */
export const runTask = (program: string, task: Task, begin?: (jid: string) => void): Promise<Figures> =>
  new Promise((resolve, reject) => {
    const child = fork(program, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--expose-gc'],
    });
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const fail = (what: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`${task.contender}, ${task.name}: ${what} ${complaints.slice(0, 500)}`));
    };
    const late = setTimeout(() => fail('not done in time'), PATIENCE_MS);
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(`${task.contender}, ${task.name}: ended early ${complaints.slice(0, 500)}`));
    });
    child.on('message', (word: Word) => {
      if ('ready' in word) begin?.(word.ready);
      else if ('failure' in word) fail(word.failure);
      else {
        resolve(word.figures);
        child.kill('SIGKILL');
      }
    });
    child.send(task);
  });
