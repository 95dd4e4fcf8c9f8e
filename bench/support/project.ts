// A temporary repository with a config.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempDir } from './cleanup.ts';

export interface BenchTask {
  run: string;
  reads?: string[];
  writes?: string[];
  needs?: string[];
}

/** One task a line; JSON is YAML too. Returns the folder. */
export function project(tasks: Record<string, BenchTask>, files: readonly string[] = []): string {
  const root = tempDir();
  const lines = Object.entries(tasks).map(([name, task]) => `  ${name}: ${JSON.stringify(task)}\n`);
  writeFileSync(join(root, 'parallel.config.yaml'), `tasks:\n${lines.join('')}`);
  const folders = new Set(files.map((file) => dirname(file)));
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (const file of files) writeFileSync(join(root, file), '');
  return root;
}
