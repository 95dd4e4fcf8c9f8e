// What ptask adds to each task: many tasks that do nothing, against a bare loop of child_process.spawn.

import { availableParallelism } from 'node:os';
import { independent } from './graphs/graph.ts';
import { print, ratio, takeTurns } from './support/bench.ts';
import { bareLoop, ptaskRun } from './support/contestants.ts';
import { quick } from './support/options.ts';
import { repositoryOf } from './support/project.ts';
import { directLoop, spawnLoop } from './tools/floors.ts';
import { ptask } from './tools/ptask.ts';

const concurrency = availableParallelism();
const graph = independent(quick ? 20 : 1_000, 'true', concurrency);
const cwd = repositoryOf(ptask, graph);

const standings = await takeTurns(
  [
    bareLoop('spawn true', directLoop, graph),
    bareLoop('spawn sh -c true', spawnLoop, graph),
    ptaskRun('ptask, silent', { cwd, concurrency, reporter: 'silent' }),
    ptaskRun('ptask, lines', { cwd, concurrency, reporter: 'lines' }),
  ],
  5,
);
const [direct, shell] = standings;
print({
  bench: 'noop',
  about: 'Independent no-op tasks: whole process, and (inside) without its start and end.',
  settings: { tasks: Object.keys(graph.tasks).length, concurrency, rounds: direct?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs, cpuMs, insideMs }) => ({
    name,
    medianMs,
    bestMs,
    cpuMs,
    insideMs,
    toSpawn: ratio(medianMs, direct?.medianMs),
    toShell: ratio(medianMs, shell?.medianMs),
    insideToShell: ratio(insideMs ?? 0, shell?.insideMs ?? undefined),
  })),
});
