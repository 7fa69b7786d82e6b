import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { concatMap, forkJoin, from, map, Observable, tap } from 'rxjs';
import { serverProfiles } from 'rxmpp/testing';
import { KINDS, type Kind, play, type Profile, type Share, sumUp, type Tally } from './support/tally.js';

/**
 * `npm run kills -- [histories, default 10000] [profile …]`: plays them all on all processors, and says what went wrong.
 * A fifth as many of the other kinds is played too.
 */
const [count = '10000', ...names] = process.argv.slice(2);

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const inChild = (share: Share): Observable<Tally> =>
  new Observable((subscriber) => {
    const child = fork(process.argv[1] ?? '', ['--share', JSON.stringify(share)]);
    child.on('message', (tally) => subscriber.next(tally as Tally));
    child.on('exit', (code) => {
      if (code === 0) subscriber.complete();
      else
        subscriber.error(new Error(`The histories of ${share.profile} broke off with code ${String(code)}`));
    });
  });

const sharesOf = (profile: Profile, kind: Kind): readonly Share[] => {
  const size = Math.ceil(Number(count) * (kind === 'single' ? 1 : 0.2));
  const many = availableParallelism();
  const bound = (i: number): number => Math.round((size * i) / many);
  return Array.from({ length: many }, (_, i) => ({ profile, kind, from: bound(i) + 1, to: bound(i + 1) }));
};

const report = (profile: Profile, kind: Kind, seconds: number, { figures, flawed }: Tally): void => {
  const list = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  say(`${profile}, ${KINDS[kind]}: ${list.join(', ')}; flawed ${flawed.length}; ${seconds.toFixed(1)} s`);
  for (const line of flawed.slice(0, 10)) say(`  ${line}`);
  if (flawed.length > 0) process.exitCode = 1;
};

const runAll = (): void => {
  const profiles = (Object.keys(serverProfiles) as Profile[]).filter(
    (name) => names.length === 0 || names.includes(name),
  );
  const jobs = profiles.flatMap((profile) =>
    (Object.keys(KINDS) as Kind[]).map((kind) => ({ profile, kind })),
  );
  const run = ({ profile, kind }: (typeof jobs)[number]): Observable<unknown> => {
    const startedAt = performance.now();
    return forkJoin(sharesOf(profile, kind).map(inChild)).pipe(
      map(sumUp),
      tap((tally) => report(profile, kind, (performance.now() - startedAt) / 1000, tally)),
    );
  };
  from(jobs).pipe(concatMap(run)).subscribe();
};

if (count === '--share')
  process.send?.(play(JSON.parse(names[0] ?? '') as Share), () => process.disconnect());
else runAll();
