/**
 * The built command line as a user runs it: `node bin/ptask.cjs`, in a hermetic environment, without a
 * terminal and with its standard input closed. For a terminal see `pty.ts`.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { atEnd } from './cleanup.ts';
import { type Env, hermeticEnv, repositoryRoot } from './env.ts';
import { type Repo, repo } from './git.ts';
import { tempDir, type Written, write } from './tmp.ts';

/** The command under test. */
export const ptaskBin = join(repositoryRoot, 'bin/ptask.cjs');

export type PtaskOptions = {
  cwd?: string;
  /** On top of `hermeticEnv`; undefined takes a variable away. */
  env?: Env;
  /** Standard input; closed without. */
  input?: string;
  /** Sends `signal` (SIGINT unless named) once the output matches, or the promise resolves: no sleeping. */
  signalAfter?: { when: RegExp | Promise<unknown>; signal?: NodeJS.Signals };
  /** Milliseconds before it is killed, so that its output can still be shown; 15 000 unless given. */
  timeout?: number;
};

export type PtaskResult = {
  /** For messages: what was run. */
  command: string;
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
  stdout: string;
  stderr: string;
  /** Both streams as they came; two pipes, so lines of one near lines of the other may change places. */
  all: string;
  durationMs: number;
  timedOut: boolean;
};

export type Running = {
  pid: number;
  /** Both streams so far. */
  output: () => string;
  kill: (signal?: NodeJS.Signals) => void;
  result: Promise<PtaskResult>;
};

/** Runs ptask to its end; never throws for how it ended. */
export function ptask(args: readonly string[], options: PtaskOptions = {}): Promise<PtaskResult> {
  return startPtask(args, options).result;
}

/** Starts ptask, for tests that act while it runs. It is killed if the test file ends first. */
export function startPtask(args: readonly string[], options: PtaskOptions = {}): Running {
  const child = execa(process.execPath, [ptaskBin, ...args], {
    cwd: options.cwd ?? tempDir(),
    env: hermeticEnv(options.env),
    extendEnv: false,
    reject: false,
    all: true,
    stripFinalNewline: false,
    timeout: options.timeout ?? 60_000,
    killSignal: 'SIGKILL',
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  let output = '';
  child.all.on('data', (chunk) => {
    output += chunk;
  });
  const send = (signal: NodeJS.Signals = 'SIGINT') => void child.kill(signal);
  if (options.signalAfter !== undefined) {
    const { when, signal } = options.signalAfter;
    if (when instanceof RegExp) {
      const look = () => {
        if (!when.test(output)) return;
        child.all.off('data', look);
        send(signal);
      };
      child.all.on('data', look);
    } else {
      void when.then(() => send(signal));
    }
  }
  const result = child.then((ended) => ({
    command: ['ptask', ...args].join(' '),
    code: ended.exitCode,
    signal: ended.signal as NodeJS.Signals | undefined,
    stdout: ended.stdout ?? '',
    stderr: ended.stderr ?? '',
    all: ended.all ?? '',
    durationMs: ended.durationMs,
    timedOut: ended.timedOut,
  }));
  atEnd('end ptask', async () => {
    child.kill('SIGKILL');
    await result;
  });
  return { pid: child.pid as number, output: () => output, kill: send, result };
}

/** Everything about a run, for a failing test's message. */
export function describeResult(result: PtaskResult): string {
  const how = result.timedOut
    ? 'timed out, killed'
    : result.signal !== undefined
      ? result.signal
      : `code ${result.code}`;
  return `$ ${result.command}\n→ ${how}, ${Math.round(result.durationMs)} ms\n--- stdout\n${result.stdout}--- stderr\n${result.stderr}---`;
}

/** Fails, showing all that was printed, unless the run ended with this code; returns the run. */
export function expectCode(result: PtaskResult, code: number): PtaskResult {
  if (result.code !== code) throw new Error(`expected exit code ${code}\n${describeResult(result)}`);
  return result;
}

/** Fails, showing all that was printed, unless it died of this signal, as what was interrupted does; returns the run. */
export function expectSignal(result: PtaskResult, signal: NodeJS.Signals = 'SIGINT'): PtaskResult {
  if (result.signal !== signal) throw new Error(`expected ${signal}\n${describeResult(result)}`);
  return result;
}

/** Fails, showing all that was printed, unless `stdout` or `stderr` or both (`all`) match. */
export function expectOutput(
  result: PtaskResult,
  pattern: RegExp,
  stream: 'stdout' | 'stderr' | 'all' = 'all',
): PtaskResult {
  if (!pattern.test(result[stream]))
    throw new Error(`expected ${pattern} in ${stream}\n${describeResult(result)}`);
  return result;
}

export type Project = {
  dir: string;
  /** `ptask('run', '--json')` in the project; a last object is options. */
  ptask: (...args: string[] | [...string[], PtaskOptions]) => Promise<PtaskResult>;
  start: (...args: string[] | [...string[], PtaskOptions]) => Running;
  write: (files: Record<string, Written>) => void;
};

export type ProjectOptions = {
  /** The text of `parallel.config.yaml`; without it there is none, unless it is among `files`. */
  config?: string;
  files?: Record<string, Written>;
};

/** A folder with a configuration and files, not in a git repository. A string is the configuration. */
export function project(written: string | ProjectOptions): Project {
  const dir = tempDir();
  write(dir, projectFiles(written));
  return projectAt(dir);
}

/** The same, committed in a git repository on `main`. */
export async function gitProject(written: string | ProjectOptions): Promise<Project & Repo> {
  const made = await repo({ files: projectFiles(written) });
  return { ...projectAt(made.dir), ...made };
}

/** The helpers for a folder that exists already. */
export function projectAt(dir: string): Project {
  const start = (args: readonly (string | PtaskOptions)[]) => {
    const words = args.filter((arg) => typeof arg === 'string');
    const options = args.find((arg) => typeof arg === 'object') ?? {};
    return startPtask(words, { cwd: dir, ...options });
  };
  return {
    dir,
    start: (...args) => start(args),
    ptask: (...args) => start(args).result,
    write: (files) => write(dir, files),
  };
}

function projectFiles(written: string | ProjectOptions): Record<string, Written> {
  const { config, files = {} } = typeof written === 'string' ? { config: written } : written;
  return config === undefined ? files : { 'parallel.config.yaml': config, ...files };
}
