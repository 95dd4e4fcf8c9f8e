// Runs a command to its end and measures it from outside. A command that fails ends the bench: it measures nothing.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir, watch } from './cleanup.ts';

export interface Ran {
  /** Milliseconds from the start of the process to its end. */
  wallMs: number;
  /** Peak resident memory in MB, when asked for. */
  peakMb?: number;
  stdout: string;
}

export interface RunOptions {
  cwd: string;
  /** Measure the peak memory too; only for Node programs. */
  peak?: boolean;
}

const preload = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));
let peakFile: string | undefined;

/** What slows the start of Node, and what changes what ptask or git does: certificates to load, CI, colours, a hook's repository. */
const LEFT_OUT =
  /^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NODE_V8_COVERAGE|CI|GITHUB_ACTIONS|GITLAB_CI|FORCE_COLOR|GIT_.*|PTASK_.*)$/;

export const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name)));

export function run(file: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const env = environment();
  if (options.peak) {
    peakFile ??= join(tempDir(), 'peak');
    Object.assign(env, { BENCH_PEAK_FILE: peakFile, NODE_OPTIONS: `--require ${JSON.stringify(preload)}` });
  }
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(file, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    watch(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let wallMs = 0;
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('exit', () => {
      wallMs = performance.now() - begin;
    });
    child.once('close', (code, signal) => {
      const text = Buffer.concat(stdout).toString();
      if (code !== 0) {
        const end = `${text}${Buffer.concat(stderr)}`.slice(-2_000);
        reject(new Error(`${[file, ...args].join(' ')} ended with ${signal ?? code}\n${end}`));
      } else if (options.peak && peakFile) {
        resolve({ wallMs, stdout: text, peakMb: Number(readFileSync(peakFile, 'utf8')) / 1024 / 1024 });
      } else resolve({ wallMs, stdout: text });
    });
  });
}

/** Runs a Node program. */
export const node = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  run(process.execPath, args, options);

/** Whether a program is installed. */
export const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
