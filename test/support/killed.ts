// Runs test/support/store-child.ts with a kill or a full disk at a chosen call: see crash.cjs.

import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './env.ts';
import { program } from './program.ts';

const at = (name: string): string => join(repositoryRoot, 'test/support', name);

export interface Outcome {
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Bundled as dist is. */
export const bundleChild = (): Promise<string> => program('support/store-child.ts', 'cjs');

/** @param crash variables of crash.cjs, or of what is preloaded instead */
export function runChild(
  child: string,
  args: string[],
  crash: Record<string, string>,
  preload = at('crash.cjs'),
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, ['--require', preload, child, ...args], { env: crash });
    const outcome: Outcome = { signal: null, stdout: '', stderr: '' };
    process_.stdout.setEncoding('utf8').on('data', (text: string) => {
      outcome.stdout += text;
    });
    process_.stderr.setEncoding('utf8').on('data', (text: string) => {
      outcome.stderr += text;
    });
    process_.on('error', reject);
    process_.on('close', (_, signal) => resolve({ ...outcome, signal }));
  });
}

/** How many calls a run to its end makes. */
export async function countCalls(
  child: string,
  args: string[],
  file: string,
): Promise<{ calls: number; spacious: number; outcome: Outcome }> {
  const outcome = await runChild(child, args, { CRASH_COUNT: file });
  const counts = JSON.parse(readFileSync(file, 'utf8')) as { calls: number; spacious: number };
  rmSync(file);
  return { ...counts, outcome };
}
