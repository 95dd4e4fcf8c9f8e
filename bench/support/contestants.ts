// The same tasks run by ptask and by a bare loop.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contestant, ptask } from './bench.ts';
import { tempDir } from './cleanup.ts';
import type { BenchTask } from './project.ts';
import { node } from './run.ts';

const loop = fileURLToPath(new URL('bare-loop.mjs', import.meta.url));

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

export interface LoopOptions {
  tasks: Record<string, BenchTask>;
  concurrency: number;
  shell: boolean;
}

/** `insideMs` is the loop without the start of Node. */
export function bareLoop(name: string, { tasks, concurrency, shell }: LoopOptions): Contestant {
  const cwd = tempDir();
  const ids = Object.keys(tasks);
  const list = Object.values(tasks).map(({ run, needs = [] }) => ({
    command: run,
    needs: needs.map((need) => ids.indexOf(need)),
  }));
  const file = join(cwd, 'tasks.json');
  writeFileSync(file, JSON.stringify({ concurrency, shell, tasks: list }));
  return {
    name,
    async turn() {
      const ran = await node([loop, file], { cwd });
      return { ...ran, insideMs: Number(ran.stdout) };
    },
  };
}
