import { ptask as file } from '../support/options.ts';
import type { Tool } from './tool.ts';

/** One task a line; JSON is YAML too. */
export function config(tasks: object): string {
  const lines = Object.entries(tasks).map(([name, task]) => `  ${name}: ${JSON.stringify(task)}\n`);
  return `tasks:\n${lines.join('')}`;
}

export const ptask: Tool = {
  name: 'ptask',
  find: () => [process.execPath, file],
  version: ['--version'],
  files(graph) {
    const tasks = Object.entries(graph.tasks).map(([id, { globs, ...task }]) => [
      id,
      globs === undefined ? task : { ...task, reads: globs },
    ]);
    const text = config(Object.fromEntries(tasks));
    return { 'parallel.config.yaml': graph.isCached ? `cache: true\n${text}` : text };
  },
  run: ({ concurrency }) => ['run', '--reporter', 'silent', '--concurrency', String(concurrency)],
  plan: () => ['plan', '--json'],
};
