// Runs a command to its end and measures it from outside. A command that fails ends the bench: it measures nothing.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir, watch } from './cleanup.ts';
import { cpuTimeOfChildren } from './cpu-time.ts';
import { watchMemory } from './tree-memory.ts';

export interface Ran {
  /** Milliseconds from the start of the process to its end. */
  wallMs: number;
  /** Milliseconds that processors worked for it and all below it, where the system tells. */
  cpuMs?: number;
  /** Peak memory in MB, when asked for. */
  peakMb?: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  /** Measure the peak memory too: what it had resident itself, for a Node program, or together with all below it. */
  peak?: boolean | 'tree';
  /** Beside `environment()`. */
  env?: NodeJS.ProcessEnv;
  /** For its standard input, which else is empty. */
  input?: string;
}

const preload = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));
let peakFile: string | undefined;

/** What slows the start of Node, and what changes what ptask or git does: certificates to load, CI, colours, a hook's repository, the user's folders. */
const LEFT_OUT =
  /^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NODE_V8_COVERAGE|CI|GITHUB_ACTIONS|GITLAB_CI|FORCE_COLOR|GIT_.*|PTASK_.*|XDG_.*)$/;

/** What is measured keeps in here what it else would in the user's folders. */
let home: string | undefined;

export function environment(): NodeJS.ProcessEnv {
  home ??= tempDir();
  const kept = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
  return { ...Object.fromEntries(kept), HOME: home };
}

/** What takes longer hangs. */
const LONGEST_MS = 5 * 60_000;

export function run(file: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const env = { ...environment(), ...options.env };
  if (options.peak === true) {
    peakFile ??= join(tempDir(), 'peak');
    Object.assign(env, { BENCH_PEAK_FILE: peakFile, NODE_OPTIONS: `--require ${JSON.stringify(preload)}` });
  }
  return new Promise((resolve, reject) => {
    const cpuBefore = cpuTimeOfChildren();
    const begin = performance.now();
    const child = spawn(file, args, {
      cwd: options.cwd,
      env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
    });
    watch(child);
    child.stdin?.end(options.input);
    const memory = options.peak === 'tree' && child.pid ? watchMemory(child.pid) : undefined;
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let wallMs = 0;
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('exit', () => {
      wallMs = performance.now() - begin;
    });
    child.once('close', (code, signal) => {
      const cpuAfter = cpuTimeOfChildren();
      const treeMb = memory?.();
      const ran: Ran = { wallMs, stdout: `${Buffer.concat(stdout)}`, stderr: `${Buffer.concat(stderr)}` };
      if (code !== 0) {
        const end = `${ran.stdout}${ran.stderr}`.slice(-2_000);
        reject(new Error(`${[file, ...args].join(' ').slice(0, 300)} ended with ${signal ?? code}\n${end}`));
        return;
      }
      if (cpuBefore !== undefined && cpuAfter !== undefined) ran.cpuMs = cpuAfter - cpuBefore;
      if (options.peak === true && peakFile)
        ran.peakMb = Number(readFileSync(peakFile, 'utf8')) / 1024 / 1024;
      if (treeMb !== undefined) ran.peakMb = treeMb;
      resolve(ran);
    });
  });
}

/** Runs a Node program. */
export const node = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  run(process.execPath, args, options);

/** Whether a program is installed. */
export const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
