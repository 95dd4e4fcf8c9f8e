// What the cache costs and saves: runs in which nothing has changed, a result that is put back, one that is stored, and a store that
// is full; each beside the least that the same takes.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Graph, readers } from './graphs/graph.ts';
import { type Contestant, type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { tempDir } from './support/cleanup.ts';
import { start } from './support/contestants.ts';
import { onceSettled } from './support/entrants.ts';
import { fillStore } from './support/full-store.ts';
import { quick } from './support/options.ts';
import { repositoryOf, writeAll } from './support/project.ts';
import { node, type Ran, run } from './support/run.ts';
import { make } from './tools/make.ts';
import { ninja } from './tools/ninja.ts';
import { ptask } from './tools/ptask.ts';
import type { Tool } from './tools/tool.ts';

const CONCURRENCY = 8;
const NODE = "node -e ''";
const GIT = 'git status';

/** Contestants of one thing; the first is what the others are multiples of. */
interface Section {
  name: string;
  contestants: Contestant[];
}

/** Each laid out once its turn comes. */
const sections: (() => Section)[] = [
  () => unchanged(quick ? 4 : 100, quick ? 2 : 20),
  () => unchanged(quick ? 12 : 1_000, quick ? 2 : 10),
  () => manyFiles(quick ? 50 : 100_000),
  () => restoring(quick ? 5 : 1_000),
  () => storing(quick ? 5 : 1_000),
  () => stores(quick ? 100 : 100_000),
];
const rows: Figures[] = [];
for (const section of sections) {
  const { name, contestants } = section();
  const standings = await takeTurns(contestants, 9);
  const [floor] = standings;
  for (const { rounds, medianMs, bestMs, cpuMs, ...standing } of standings)
    rows.push({
      name: `${name}: ${standing.name}`,
      ...{ rounds, medianMs, bestMs, cpuMs },
      toFloor: ratio(medianMs, floor?.medianMs),
      overFloorMs: Number((medianMs - (floor?.medianMs ?? 0)).toFixed(1)),
    });
}
print({
  bench: 'cache',
  about: 'Tasks whose results are kept, each section beside its first row.',
  settings: { concurrency: CONCURRENCY, rounds: Number(rows[0]?.rounds ?? 0) },
  rows,
});

function unchanged(tasks: number, each: number): Section {
  const { graph, files } = readers(tasks, each, CONCURRENCY);
  const here = [ptask, make, ninja].filter((tool) => tool.find() !== undefined);
  const cwd = tempDir();
  return {
    name: `${tasks}/${each}`,
    contestants: [
      { name: NODE, turn: () => node(['-e', ''], { cwd }) },
      ...here.map((tool) => ({
        name: tool.name,
        turn: onceSettled(turnIn(repositoryOf(tool, graph, files), graph, tool)),
      })),
    ],
  };
}

/** One task that reads all files there are, and one that reads few of them. */
function manyFiles(count: number): Section {
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`in/${at % 1_000}/${at}.txt`, `${at}\n`]),
  );
  const run = 'echo done > out/t1.txt';
  const all = single({ run, reads: ['in/**'], writes: ['out/t1.txt'] });
  const few = single({ run, reads: ['in/1/**'], writes: ['out/t1.txt'] });
  const kept = { ...files, 'out/kept.txt': '' };
  const [cwd, other] = [repositoryOf(ptask, all, kept), repositoryOf(ptask, few, kept)];
  return {
    name: `${count} files`,
    contestants: [
      { name: GIT, turn: onceSettled(() => git(cwd)) },
      { name: 'ptask, all of them read', turn: onceSettled(turnIn(cwd, all)) },
      { name: 'ptask, few of them read', turn: onceSettled(turnIn(other, few)) },
    ],
  };
}

function git(cwd: string): Promise<Ran> {
  return run('git', ['status', '--porcelain'], { cwd });
}

/** A task that copies files, these files, and `cp` doing nothing but that. */
function copying(count: number): { graph: Graph; seed: Record<string, string>; copy: Contestant } {
  const seed = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`in/${at % 20}/${at}.txt`, `${at}\n`.repeat(800)]),
  );
  const graph = single({ run: 'mkdir -p out && cp -r in out/t', reads: ['in/**'], writes: ['out/t/**'] });
  const cwd = tempDir();
  writeAll(cwd, seed);
  const copy: Contestant = {
    name: 'cp -r',
    turn() {
      removeFrom(cwd);
      return run('sh', ['-c', 'mkdir out && cp -r in out/t'], { cwd });
    },
  };
  return { graph, seed, copy };
}

function removeFrom(cwd: string): void {
  rmSync(join(cwd, 'out'), { recursive: true, force: true });
}

/** A result that is put back, of which nothing is there. */
function restoring(count: number): Section {
  const { graph, seed, copy } = copying(count);
  const cwd = repositoryOf(ptask, graph, seed);
  const inPlace = onceSettled(turnIn(repositoryOf(ptask, graph, seed), graph));
  const restore = turnIn(cwd, graph);
  const turn = (): Promise<Ran> => {
    removeFrom(cwd);
    return restore();
  };
  return {
    name: `restore ${count}`,
    contestants: [
      copy,
      { name: 'ptask, all there', turn: inPlace },
      { name: 'ptask, none there', turn: onceSettled(turn) },
    ],
  };
}

/** A result that is new each time, with the cache and without. */
function storing(count: number): Section {
  const { graph, seed, copy } = copying(count);
  let content = 0;
  const contestants = [false, true].map((isCached): Contestant => {
    const own = { ...graph, isCached };
    const cwd = repositoryOf(ptask, own, seed);
    const make = turnIn(cwd, own);
    return {
      name: isCached ? 'ptask, stored' : 'ptask, no cache',
      turn() {
        content += 1;
        removeFrom(cwd);
        writeAll(
          cwd,
          Object.fromEntries(Object.entries(seed).map(([path, text]) => [path, `${content}\n${text}`])),
        );
        return make();
      },
    };
  });
  return { name: `store ${count}`, contestants: [copy, ...contestants] };
}

function stores(results: number): Section {
  const { graph, files } = readers(quick ? 4 : 100, quick ? 2 : 20, CONCURRENCY);
  const contestants = ['empty', 'full'].map((name): Contestant => {
    const cwd = repositoryOf(ptask, graph, files);
    const folder = join(tempDir(), 'store');
    mkdirSync(folder);
    if (name === 'full') fillStore(folder, results);
    const env = { PTASK_CACHE_DIR: folder };
    return { name, turn: onceSettled(turnIn(cwd, graph, { ...ptask, env: () => env })) };
  });
  return { name: `store of ${results}`, contestants };
}

function single(task: Graph['tasks'][string]): Graph {
  return { tasks: { t1: task }, layers: [['t1']], concurrency: CONCURRENCY, isCached: true };
}

function turnIn(cwd: string, graph: Graph, tool: Tool = ptask): () => Promise<Ran> {
  return () => start(tool, graph, tool.run(graph), { cwd });
}
