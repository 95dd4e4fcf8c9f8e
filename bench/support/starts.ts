// The ways in which ptask starts, as contestants, with the least that starting takes: for `startup.ts` and `guard.ts`.

import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { independent } from '../graphs/graph.ts';
import { ptask as tool } from '../tools/ptask.ts';
import type { Contestant } from './bench.ts';
import { tempDir } from './cleanup.ts';
import { ptask } from './options.ts';
import { project, repositoryOf } from './project.ts';
import { node, run } from './run.ts';

export const NODE = "node -e ''";

const spawnShell =
  "require('child_process').spawn('/bin/sh', ['-c', 'true'], { stdio: ['ignore', 'pipe', 'pipe'] }).stdout.resume()";

/** What git says to `pre-push` when a push only deletes: then there is nothing to do. */
const DELETION = `(delete) ${'0'.repeat(40)} refs/heads/old ${'1'.repeat(40)}\n`;

/** One no-op task in the config, in a git repository where nothing else is said. */
export function starts(): Contestant[] {
  const graph = independent(1, 'true', 1);
  const cwd = repositoryOf(tool, graph);
  const outside = project(graph.tasks);
  const hook = ['--quiet', '--hook', 'pre-push', 'origin', 'origin'];
  const contestant = (name: string, args: string[], folder = cwd): Contestant => ({
    name,
    turn: () => node(args, { cwd: folder }),
  });
  return [
    contestant(NODE, ['-e', '']),
    contestant('node, starting a shell', ['-e', spawnShell]),
    { name: 'git status', turn: () => run('git', ['status', '--porcelain'], { cwd }) },
    contestant('ptask --version', [ptask, '--version']),
    contestant('ptask plan', [ptask, 'plan']),
    contestant('ptask run', [ptask, 'run']),
    contestant('ptask run, no repository', [ptask, 'run'], outside),
    { name: 'ptask, hook with nothing to do', turn: () => node([ptask, ...hook], { cwd, input: DELETION }) },
    // In a repository of its own: another build does not read what this one remembers, and remembers its own.
    firstStart(repositoryOf(tool, graph)),
  ];
}

/** As after an installation, when Node has not compiled any of it before. */
function firstStart(cwd: string): Contestant {
  const root = dirname(dirname(ptask));
  const copy = tempDir();
  const cache = join('dist', '.code-cache');
  for (const part of ['bin', 'dist', 'schema', 'package.json'])
    cpSync(join(root, part), join(copy, part), {
      recursive: true,
      filter: (from) => from !== join(root, cache),
    });
  return {
    name: 'ptask run, first after install',
    turn() {
      rmSync(join(copy, cache), { recursive: true, force: true });
      return node([join(copy, 'bin/ptask.cjs'), 'run'], { cwd });
    },
  };
}
