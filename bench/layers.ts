// How near ptask comes to the best possible schedule: a layered graph, against the bound, a bare loop and make.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contestant, type Figures, print, quick, ratio, takeTurns } from './support/bench.ts';
import { tempDir } from './support/cleanup.ts';
import { bareLoop, ptaskRun } from './support/contestants.ts';
import { type BenchTask, project } from './support/project.ts';
import { has, run } from './support/run.ts';

const WIDTH = quick ? 3 : 10;
const DEPTH = quick ? 3 : 20;
const TASK_MS = 50;
const concurrency = 8;

/** Each task needs `fanIn` tasks of the layer above: all of it, or three. */
function layered(fanIn: number): Record<string, BenchTask> {
  const tasks: Record<string, BenchTask> = {};
  for (let layer = 0; layer < DEPTH; layer++) {
    for (let at = 0; at < WIDTH; at++) {
      const above = Array.from({ length: layer === 0 ? 0 : fanIn }, (_, step) => (at + step) % WIDTH);
      const needs = above.map((other) => `l${layer - 1}-${other}`);
      tasks[`l${layer}-${at}`] = { run: `sleep ${TASK_MS / 1_000}`, needs };
    }
  }
  return tasks;
}

function makeRun(name: string, tasks: Record<string, BenchTask>): Contestant {
  const cwd = tempDir();
  const ids = Object.keys(tasks);
  const rules = Object.entries(tasks).map(
    ([id, task]) => `${id}: ${task.needs?.join(' ')}\n\t@${task.run}\n`,
  );
  writeFileSync(
    join(cwd, 'Makefile'),
    `.PHONY: all ${ids.join(' ')}\nall: ${ids.join(' ')}\n${rules.join('')}`,
  );
  return { name, turn: () => run('make', ['-s', `-j${concurrency}`], { cwd }) };
}

const work = WIDTH * DEPTH * TASK_MS;
const bound = Math.max(DEPTH * TASK_MS, work / concurrency);
const withMake = has('make');
const shapes = { all: layered(WIDTH), three: layered(Math.min(3, WIDTH)) };

const contestants = Object.entries(shapes).flatMap(([shape, tasks]) => [
  ptaskRun(`${shape}: ptask`, { cwd: project(tasks), concurrency, reporter: 'silent' }),
  bareLoop(`${shape}: bare loop`, { tasks, concurrency, shell: true }),
  ...(withMake ? [makeRun(`${shape}: make`, tasks)] : []),
]);
const standings = await takeTurns(contestants, 3);
const rows = standings.map(({ name, medianMs, bestMs, insideMs }): Figures => {
  const bare = standings.find((other) => other.name === `${name.split(':')[0]}: bare loop`);
  return {
    name,
    medianMs,
    bestMs,
    insideMs,
    toBound: ratio(medianMs, bound),
    toLoop: ratio(medianMs, bare?.medianMs),
    insideToLoop: insideMs === null ? null : ratio(insideMs, bare?.insideMs ?? undefined),
  };
});
print({
  bench: 'layers',
  about: 'A layered graph of sleeps; each task needs all of the layer above it, or three tasks of it.',
  settings: {
    layers: DEPTH,
    width: WIDTH,
    taskMs: TASK_MS,
    concurrency,
    boundMs: bound,
    rounds: standings[0]?.rounds ?? 0,
  },
  rows,
  ...(withMake ? {} : { notes: ['make is not installed, so it is left out.'] }),
});
