// Temporary projects: with a config of ptask, or with whatever a tool needs for a graph, in a git repository.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Graph, Task } from '../graphs/graph.ts';
import { installed } from '../tools/find.ts';
import { config } from '../tools/ptask.ts';
import type { Tool } from '../tools/tool.ts';
import { tempDir } from './cleanup.ts';
import { environment } from './run.ts';

export function writeAll(root: string, files: Record<string, string>): void {
  for (const folder of new Set(Object.keys(files).map((file) => dirname(join(root, file)))))
    mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
}

/** A folder with a config of these tasks and with empty files. */
export function project(tasks: Record<string, Task>, paths: readonly string[] = []): string {
  const root = tempDir();
  const empty = Object.fromEntries(paths.map((path) => [path, '']));
  writeAll(root, { ...empty, 'parallel.config.yaml': config(tasks) });
  return root;
}

export function git(cwd: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
  execFileSync('git', [...identity, ...args], {
    cwd,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** What tools leave in a project, and what the tasks of `copies` make. */
const IGNORED = [
  '.ptask/',
  '.ninja_log',
  '.turbo/',
  '.nx/',
  '.wireit/',
  '.moon/cache/',
  'node_modules/',
  'out/t*',
];

/** A repository with all that the tool needs for the graph, committed. */
export function repositoryOf(tool: Tool, graph: Graph, files: Record<string, string> = {}): string {
  const root = tempDir();
  writeAll(root, { ...files, ...tool.files(graph), '.gitignore': `${IGNORED.join('\n')}\n` });
  linkPeers(root);
  git(root, 'init', '--quiet', '-b', 'main');
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '-m', 'first');
  return root;
}

/** Some tools look for themselves among the project's own packages. The folder is real: some keep their cache in it. */
export function linkPeers(root: string): void {
  if (!existsSync(installed)) return;
  const folder = join(root, 'node_modules');
  mkdirSync(folder);
  for (const name of readdirSync(installed))
    if (name !== '.cache') symlinkSync(join(installed, name), join(folder, name), 'junction');
}
