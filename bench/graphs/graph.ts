// The graphs that benches run, described once: `bench/tools` says them in the words of each tool.

export interface Task {
  run: string;
  reads?: string[];
  /** The same files as globs, for tools that know these. */
  globs?: string[];
  writes?: string[];
  needs?: string[];
}

export interface Graph {
  tasks: Record<string, Task>;
  /** The same tasks as layers, where each task needs all of the layer above it: all that some tools can say. */
  layers?: string[][];
  /** How many tasks may run at once. */
  concurrency: number;
  /** Whether tasks may be left out whose files are as they were. */
  isCached: boolean;
}

const listOf = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Tasks that have nothing to do with each other. */
export function independent(count: number, run: string, concurrency: number): Graph {
  const ids = listOf(count, (at) => `t${at + 1}`);
  const tasks = Object.fromEntries(ids.map((id) => [id, { run }]));
  return { tasks, layers: [ids], concurrency, isCached: false };
}

/** Each task needs `fanIn` tasks of the layer above it; all of it, where `fanIn` is `width`. */
export function layered(
  shape: { depth: number; width: number; fanIn: number },
  run: string,
  concurrency: number,
): Graph {
  const { depth, width, fanIn } = shape;
  const layers = listOf(depth, (layer) => listOf(width, (at) => `l${layer}-${at}`));
  const tasks: Record<string, Task> = {};
  for (const [layer, ids] of layers.entries()) {
    const above = layers[layer - 1] ?? [];
    for (const [at, id] of ids.entries()) {
      const needs = above.length === 0 ? [] : listOf(fanIn, (step) => above[(at + step) % width] as string);
      tasks[id] = { run, needs };
    }
  }
  return { tasks, ...(fanIn === width ? { layers } : {}), concurrency, isCached: false };
}

/** Independent tasks that each copy a file, with what they read and write declared; and these files. */
export function copies(count: number, concurrency: number): { graph: Graph; files: Record<string, string> } {
  const ids = listOf(count, (at) => `t${at + 1}`);
  const tasks = Object.fromEntries(
    ids.map((id) => [
      id,
      { run: `cp in/${id}.txt out/${id}.txt`, reads: [`in/${id}.txt`], writes: [`out/${id}.txt`] },
    ]),
  );
  // Git keeps no empty folder, and not every tool makes the one that a task writes to.
  const files = Object.fromEntries([
    ...ids.map((id) => [`in/${id}.txt`, `${id}\n`]),
    ['out/kept.txt', 'for the folder\n'],
  ]);
  return { graph: { tasks, layers: [ids], concurrency, isCached: true }, files };
}

/** Independent tasks that each put `each` files of their own together into one; and these files. */
export function readers(
  count: number,
  each: number,
  concurrency: number,
): { graph: Graph; files: Record<string, string> } {
  const ids = listOf(count, (at) => `t${at + 1}`);
  const files: Record<string, string> = { 'out/kept.txt': 'for the folder\n' };
  const tasks: Record<string, Task> = {};
  for (const id of ids) {
    const reads = listOf(each, (at) => `in/${id}/${at + 1}.txt`);
    for (const path of reads) files[path] = `${path}\n`;
    tasks[id] = {
      run: `cat in/${id}/*.txt > out/${id}.txt`,
      reads,
      globs: [`in/${id}/*.txt`],
      writes: [`out/${id}.txt`],
    };
  }
  return { graph: { tasks, layers: [ids], concurrency, isCached: true }, files };
}
