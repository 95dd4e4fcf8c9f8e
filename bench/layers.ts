// How near ptask comes to the best possible schedule: a layered graph, against the bound, a bare loop and make.

import { layered } from './graphs/graph.ts';
import { type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { bareLoop, ptaskRun, start } from './support/contestants.ts';
import { quick } from './support/options.ts';
import { repositoryOf } from './support/project.ts';
import { spawnLoop } from './tools/floors.ts';
import { make } from './tools/make.ts';
import { ptask } from './tools/ptask.ts';

const width = quick ? 3 : 10;
const depth = quick ? 3 : 20;
const TASK_MS = 50;
const concurrency = 8;

/** A task needs all of the layer above it, or three tasks of it. */
const graphOf = (fanIn: number) => layered({ depth, width, fanIn }, `sleep ${TASK_MS / 1_000}`, concurrency);
const shapes = { all: graphOf(width), three: graphOf(Math.min(3, width)) };

const work = width * depth * TASK_MS;
const bound = Math.max(depth * TASK_MS, work / concurrency);
const withMake = make.find() !== undefined;

const contestants = Object.entries(shapes).flatMap(([shape, graph]) => {
  const list = [
    ptaskRun(`${shape}: ptask`, { cwd: repositoryOf(ptask, graph), concurrency, reporter: 'silent' }),
    bareLoop(`${shape}: bare loop`, spawnLoop, graph),
  ];
  if (!withMake) return list;
  const cwd = repositoryOf(make, graph);
  return [...list, { name: `${shape}: make`, turn: () => start(make, graph, make.run(graph), { cwd }) }];
});
const standings = await takeTurns(contestants, 3);
const rows = standings.map(({ name, medianMs, bestMs, cpuMs, insideMs }): Figures => {
  const bare = standings.find((other) => other.name === `${name.split(':')[0]}: bare loop`);
  return {
    name,
    medianMs,
    bestMs,
    cpuMs,
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
    layers: depth,
    width,
    taskMs: TASK_MS,
    concurrency,
    boundMs: bound,
    rounds: standings[0]?.rounds ?? 0,
  },
  rows,
  ...(withMake ? {} : { notes: ['make is not installed, so it is left out.'] }),
});
