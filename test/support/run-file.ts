/**
 * Runs one test file in a process of its own and says how it went.
 *
 * The process leads its own group, has an empty TMPDIR and HOME, and hands its counts over in a report
 * file. A file fails for what its tests say, and also for ending badly, ending early, or leaving folders
 * or processes behind.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir as systemTmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { testProcessEnv } from './env.ts';
import { REPORT_VARIABLE, readReport } from './report.ts';
import { killAll, lastingSurvivors } from './survivors.ts';

export type Outcome = {
  passed: number;
  failed: number;
  skipped: number;
  failures: { test: string; message: string }[];
  /** All that the process printed, both streams as they came. */
  output: string;
  durationMs: number;
};

/** Milliseconds that processes get to be gone after the file has ended. */
const GRACE = 1_000;
/** tsx keeps its compiled files in here, under TMPDIR; it is no leak, and files share it. */
const TSX_CACHE = `tsx-${process.geteuid?.() ?? userInfo().username}`;

/** node 22 keeps what npm has had it compile in here. */
const CACHES = [TSX_CACHE, 'node-compile-cache'];

const active = new Set<() => void>();

/** Ends every file under way and removes its folders: for a runner that is being interrupted. */
export function abandonAll(): void {
  for (const abandon of active) abandon();
}

/** `timeout` in milliseconds; `args` what node is called with. */
export async function runFile(args: readonly string[], timeout: number): Promise<Outcome> {
  const started = performance.now();
  // Short names: a unix socket's path has room for about 100 characters.
  const base = realpathSync(mkdtempSync(join(systemTmpdir(), 'pt-')));
  const own = join(base, 't');
  const report = join(base, 'report');
  mkdirSync(own);
  mkdirSync(join(base, 'home'));
  const cache = join(systemTmpdir(), TSX_CACHE);
  mkdirSync(cache, { recursive: true });
  symlinkSync(cache, join(own, TSX_CACHE));

  // One file for both streams keeps their order, and nobody who holds it open can make us wait.
  const printed = join(base, 'output');
  const output = openSync(printed, 'a');
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...testProcessEnv(), TMPDIR: own, HOME: join(base, 'home'), [REPORT_VARIABLE]: report },
  });
  closeSync(output);
  const group = child.pid;
  if (group === undefined) throw new Error(`node could not be started with ${args.join(' ')}`);
  const abandon = () => {
    killAll(group, own);
    rmSync(base, { recursive: true, force: true });
  };
  active.add(abandon);

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killAll(group, own);
  }, timeout);
  const end = await new Promise<string | undefined>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal !== null ? `ended by ${signal}` : code !== 0 ? `exit code ${code}` : undefined),
    );
  });
  clearTimeout(timer);

  const left = await lastingSurvivors(group, own, GRACE);
  if (left.length > 0) killAll(group, own);

  const { finished, running, ...outcome } = readReport(report);
  const fail = (test: string, message: string) => {
    outcome.failed += 1;
    outcome.failures.push({ test, message });
  };
  if (timedOut) fail(running ?? 'the file', `timed out: the file was not done after ${timeout} ms`);
  else if (!finished) fail(running ?? 'the file', `ended before its tests did (${end ?? 'exit code 0'})`);
  else if (end !== undefined && outcome.failed === 0) fail('the file', end);
  for (const { pid, command } of left) fail('the file', `left a process behind: ${pid} ${command}`);
  const litter = readdirSync(own).filter((name) => !CACHES.includes(name));
  if (litter.length > 0) fail('the file', `left in its TMPDIR: ${litter.join(', ')}`);

  const text = readFileSync(printed, 'utf8');
  rmSync(base, { recursive: true, force: true });
  active.delete(abandon);
  return { ...outcome, output: text, durationMs: performance.now() - started };
}
