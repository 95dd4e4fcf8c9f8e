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
  cannot: ({ isCached }) => (isCached ? 'no cache yet' : undefined),
  files: ({ tasks }) => ({ 'parallel.config.yaml': config(tasks) }),
  run: ({ concurrency }) => ['run', '--reporter', 'silent', '--concurrency', String(concurrency)],
  plan: () => ['plan', '--json'],
};
