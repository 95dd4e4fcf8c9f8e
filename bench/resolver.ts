// How the work before a run grows with paths and tasks: listing, expanding, finding what meets. Cold, without anything
// remembered, and warm; beside git, which lists the same files from its index and does nothing else, and find,
// which walks the same folders: no cold plan can be quicker than a walk.
// BENCH_MILLION=1 adds a million paths, which take a minute to be made.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { packageFiles, taskOf } from './support/monorepo.ts';
import { ptask, quick } from './support/options.ts';
import { project } from './support/project.ts';
import { environment, has, node, run } from './support/run.ts';

const MILLION = process.env.BENCH_MILLION === '1';
const SIZES = quick
  ? [{ tasks: 5, files: 50 }]
  : [100_000, ...(MILLION ? [1_000_000] : [])].flatMap((files) =>
      [1_000, 10_000].map((tasks) => ({ tasks, files })),
    );
const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
/** A folder's times say something once they are older than two seconds. */
const SETTLED_MS = 2_500;
const withGit = has('git');

function contestants({ tasks, files }: (typeof SIZES)[number]): Contestant[] {
  const packages = Array.from({ length: tasks }, (_, at) => `packages/p${at}`);
  const paths = packages.flatMap((name) => packageFiles(name, files / tasks));
  const cwd = project(Object.fromEntries(packages.map((_, at) => [`t${at}`, taskOf(at)])), paths);
  const size = `${tasks}/${files}`;
  const plan = () => node([ptask, 'plan', '--json'], { cwd, peak: true });
  const cold = () => {
    for (const place of ['.ptask', '.git/ptask']) rmSync(join(cwd, place), { recursive: true, force: true });
    return plan();
  };
  const list: Contestant[] = [
    { name: `${size}: ptask plan, cold`, turn: cold },
    { name: `${size}: ptask plan, warm`, turn: plan },
  ];
  if (withGit) {
    const input = paths.map((path) => `100644 ${EMPTY_BLOB}\t${path}\n`).join('');
    const env = environment();
    execFileSync('git', ['init', '-q'], { cwd, env });
    execFileSync('git', ['update-index', '--index-info'], { cwd, env, input });
    list.push({ name: `${size}: git ls-files -z`, turn: () => run('git', ['ls-files', '-z'], { cwd }) });
  }
  if (has('find')) {
    const besides = ['(', '-name', '.git', '-o', '-name', '.ptask', ')', '-prune', '-o', '-print'];
    list.push({ name: `${size}: find .`, turn: () => run('find', ['.', ...besides], { cwd }) });
  }
  return list;
}

const all = SIZES.flatMap(contestants);
if (!quick) await sleep(SETTLED_MS);
const bare: Contestant = { name: "node -e ''", turn: () => node(['-e', ''], { cwd: process.cwd() }) };
const standings = await takeTurns([bare, ...all], 5);
print({
  bench: 'resolver',
  about:
    'ptask plan --json by tasks/files, without and with what is remembered, beside git listing the index.',
  settings: { rounds: standings[0]?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs, peakMb }): Figures => {
    const git = standings.find((other) => other.name === `${name.split(':')[0]}: git ls-files -z`);
    return { name, medianMs, bestMs, peakMb, toGit: ratio(medianMs, git?.medianMs) };
  }),
  ...(withGit ? {} : { notes: ['git is not installed, so it is left out.'] }),
});
