// How a tool is started for a graph, and contestants made of that.

import { delimiter } from 'node:path';
import type { Graph } from '../graphs/graph.ts';
import { binaries } from '../tools/find.ts';
import type { Tool } from '../tools/tool.ts';
import type { Contestant } from './bench.ts';
import { ptask } from './options.ts';
import { repositoryOf } from './project.ts';
import { node, type Ran, run } from './run.ts';

export interface PtaskOptions {
  cwd: string;
  concurrency: number;
  reporter: 'silent' | 'lines';
  peak?: boolean;
}

/** `insideMs` is what the run itself says it took. */
export function ptaskRun(
  name: string,
  { cwd, concurrency, reporter, peak = false }: PtaskOptions,
): Contestant {
  const args = [ptask, 'run', '--json', '--reporter', reporter, '--concurrency', String(concurrency)];
  return {
    name,
    async turn() {
      const ran = await node(args, { cwd, peak });
      return { ...ran, insideMs: (JSON.parse(ran.stdout) as { durationMs: number }).durationMs };
    },
  };
}

/** `insideMs` is the loop without the start of Node. */
export function bareLoop(name: string, loop: Tool, graph: Graph): Contestant {
  const cwd = repositoryOf(loop, graph);
  return {
    name,
    async turn() {
      const ran = await start(loop, graph, loop.run(graph), { cwd });
      return { ...ran, insideMs: Number(ran.stdout) };
    },
  };
}

/** @param args what `tool.run`, `tool.plan` or `tool.version` says */
export function start(
  tool: Tool,
  graph: Graph,
  args: readonly string[],
  options: { cwd: string; peak?: 'tree' },
): Promise<Ran> {
  const [file, ...first] = tool.find() ?? [];
  if (file === undefined) throw new Error(`${tool.name} is not here`);
  const env = {
    DO_NOT_TRACK: '1',
    // Nobody asks a registry for anything.
    npm_config_offline: 'true',
    pnpm_config_offline: 'true',
    pnpm_config_pm_on_fail: 'ignore',
    PATH: [...binaries(), process.env.PATH].join(delimiter),
    ...tool.env?.(graph),
  };
  return run(file, [...first, ...args], { ...options, env });
}
