import { WORKS, type Work } from '../works/works.js';

interface Question {
  readonly prepare?: { readonly work: string; readonly size: number; readonly contender: string };
  readonly sliceMs: number;
}

let work: Work | undefined;

/** Does the work again and again for `sliceMs`. */
const slice = async ({ run }: Work, sliceMs: number): Promise<object> => {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let runs = 0;
  do {
    const pending = run();
    if (pending instanceof Promise) await pending;
    runs += 1;
  } while (performance.now() - begun < sliceMs);
  const { user, system } = process.cpuUsage(cpu);
  return { runs, wallMs: performance.now() - begun, cpuMs: (user + system) / 1000 };
};

const answer = async ({ prepare, sliceMs }: Question): Promise<object> => {
  if (!prepare) return slice(work as Work, sliceMs);
  const make = WORKS[prepare.work]?.[prepare.contender];
  if (!make) throw new Error(`${prepare.contender} does not ${prepare.work}`);
  work = await make(prepare.size);
  await slice(work, sliceMs);
  return { amount: work.amount };
};

process.on('message', (question: Question) => {
  void answer(question).then((reply) => process.send?.(reply));
});
