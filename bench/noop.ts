// What ptask adds to each task: many tasks that do nothing, against a bare loop of child_process.spawn.

import { availableParallelism } from 'node:os';
import { print, quick, ratio, takeTurns } from './support/bench.ts';
import { bareLoop, ptaskRun } from './support/contestants.ts';
import { project } from './support/project.ts';

const count = quick ? 20 : 1_000;
const concurrency = availableParallelism();
const tasks = Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at + 1}`, { run: 'true' }]));
const cwd = project(tasks);

const standings = await takeTurns(
  [
    bareLoop('spawn true', { tasks, concurrency, shell: false }),
    bareLoop('spawn sh -c true', { tasks, concurrency, shell: true }),
    ptaskRun('ptask, silent', { cwd, concurrency, reporter: 'silent' }),
    ptaskRun('ptask, lines', { cwd, concurrency, reporter: 'lines' }),
  ],
  5,
);
const [direct, shell] = standings;
print({
  bench: 'noop',
  about: 'Independent no-op tasks: whole process, and (inside) without its start and end.',
  settings: { tasks: count, concurrency, rounds: direct?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs, insideMs }) => ({
    name,
    medianMs,
    bestMs,
    insideMs,
    toSpawn: ratio(medianMs, direct?.medianMs),
    toShell: ratio(medianMs, shell?.medianMs),
    insideToShell: ratio(insideMs ?? 0, shell?.insideMs ?? undefined),
  })),
});
