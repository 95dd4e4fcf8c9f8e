// How long a plan takes, and how much memory, as tasks and files grow; beside git, which lists the same files.

import { execFileSync } from 'node:child_process';
import { type Contestant, type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { packageFiles, taskOf } from './support/monorepo.ts';
import { ptask, quick } from './support/options.ts';
import { project } from './support/project.ts';
import { environment, has, node, run } from './support/run.ts';

const SIZES = quick
  ? [{ tasks: 5, files: 50 }]
  : [
      { tasks: 100, files: 10_000 },
      { tasks: 1_000, files: 100_000 },
    ];
const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
const withGit = has('git');

function contestants({ tasks, files }: (typeof SIZES)[number]): Contestant[] {
  const packages = Array.from({ length: tasks }, (_, at) => `packages/p${at}`);
  const paths = packages.flatMap((name) => packageFiles(name, files / tasks));
  const cwd = project(Object.fromEntries(packages.map((_, at) => [`t${at}`, taskOf(at)])), paths);
  const size = `${tasks}/${files}`;
  const list: Contestant[] = [
    { name: `${size}: ptask plan`, turn: () => node([ptask, 'plan', '--json'], { cwd, peak: true }) },
  ];
  if (withGit) {
    const input = paths.map((path) => `100644 ${EMPTY_BLOB}\t${path}\n`).join('');
    const env = environment();
    execFileSync('git', ['init', '-q'], { cwd, env });
    execFileSync('git', ['update-index', '--index-info'], { cwd, env, input });
    const git =
      (...args: string[]) =>
      () =>
        run('git', args, { cwd });
    list.push({ name: `${size}: git ls-files -z`, turn: git('ls-files', '-z') });
    list.push({ name: `${size}: git ls-files -zco`, turn: git('ls-files', '-zco') });
  }
  return list;
}

const standings = await takeTurns(SIZES.flatMap(contestants), 5);
print({
  bench: 'plan',
  about: 'ptask plan --json by tasks/files, beside git listing the index (-z) and index and disk (-zco).',
  settings: { rounds: standings[0]?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs, peakMb }): Figures => {
    const git = standings.find((other) => other.name === `${name.split(':')[0]}: git ls-files -z`);
    return { name, medianMs, bestMs, peakMb, toGit: ratio(medianMs, git?.medianMs) };
  }),
  ...(withGit ? {} : { notes: ['git is not installed, so it is left out.'] }),
});
