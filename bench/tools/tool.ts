// What a bench knows of a tool. Each file beside this one says the graphs of `bench/graphs.ts` in the words of one tool,
// and decides nothing else: it reads no clock, starts nothing and writes nothing.

import type { Graph, Task } from '../graphs/graph.ts';

export interface Tool {
  name: string;
  /** What is no tool to choose, but the least that the work takes. */
  isFloor?: true;
  /** It only takes part: it has nothing to prove. */
  runsNothing?: true;
  /** Its package in `bench/peers`, where that has it. */
  peer?: string;
  /** The program with its first arguments; undefined where it is not here. */
  find(): string[] | undefined;
  /** What makes it print its version; undefined where it has none of its own. */
  version?: string[];
  /** Of a floor: what it does where others print their versions. */
  least?: string[];
  /** Why it cannot run this graph as it is meant. */
  cannot?(graph: Graph): string | undefined;
  /** What its project has, by path. */
  files(graph: Graph): Record<string, string>;
  run(graph: Graph): string[];
  /** What makes it tell what it would run. */
  plan?(graph: Graph): string[];
  env?(graph: Graph): Record<string, string>;
}

export const ids = (graph: Graph): string[] => Object.keys(graph.tasks);

/** Each task as what the tool makes of it, with nothing undefined in it. */
export function eachTask<T>(graph: Graph, make: (task: Required<Task>, id: string) => T): Record<string, T> {
  const entries = Object.entries(graph.tasks).map(([id, task]) => {
    const { run, needs = [], reads = [], globs = reads, writes = [] } = task;
    return [id, make({ run, needs, reads, globs, writes }, id)];
  });
  return Object.fromEntries(entries);
}

export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** For tools that know no order between tasks: a single layer is all that they can run. */
export const onlyOneLayer = ({ layers }: Graph): string | undefined =>
  layers?.length === 1 ? undefined : 'no order between tasks';

/** For tools that know layers, but no single edges. */
export const onlyLayers = ({ layers }: Graph): string | undefined => (layers ? undefined : 'no single edges');
export const noCache = ({ isCached }: Graph): string | undefined => (isCached ? 'no cache' : undefined);
