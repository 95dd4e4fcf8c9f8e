/**
 * A copy of the built ptask that nobody builds anew meanwhile, with its code cache warm: so two runs of it make the same
 * calls. Can be killed, or find the disk full, at a chosen one of them: see crash.cjs.
 */
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ptaskBin } from './cli.ts';
import { type Env, hermeticEnv, repositoryRoot } from './env.ts';
import { tempDir } from './tmp.ts';

const crash = join(repositoryRoot, 'test/support/crash.cjs');

export interface FrozenResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Both streams. */
  said: string;
}

export interface Counts {
  calls: number;
  spacious: number;
  own: number;
  steps: number[];
}

export interface FrozenPtask {
  run(cwd: string, args: readonly string[], env?: Env): Promise<FrozenResult>;
  /** The same, with a signal so many milliseconds after its start. */
  interrupt(
    cwd: string,
    args: readonly string[],
    ms: number,
    signal: NodeJS.Signals,
    env?: Env,
  ): Promise<FrozenResult>;
  /** SIGKILL as soon as this is so. */
  killWhen(cwd: string, args: readonly string[], isSo: () => boolean): Promise<FrozenResult>;
  /** How many calls that change the disk a run to its end makes, and which are the first from their place in the code. */
  count(cwd: string, args: readonly string[]): Promise<Counts & { said: string }>;
}

export function frozenPtask(): FrozenPtask {
  const folder = tempDir('frozen-');
  for (const name of ['bin', 'dist'])
    cpSync(join(ptaskBin, '../..', name), join(folder, name), { recursive: true });
  cpSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'));
  const program = join(folder, 'bin/ptask.cjs');
  // Else the first runs write more of it than others.
  writeFileSync(program, readFileSync(program, 'utf8').replace(/^const TIMES = .*$/m, 'const TIMES = 1;'));

  const start = (
    cwd: string,
    args: readonly string[],
    env: Env,
    after?: { ms: number; signal: NodeJS.Signals },
    isSo?: () => boolean,
  ) =>
    new Promise<FrozenResult>((done, fail) => {
      const child = spawn(process.execPath, ['--require', crash, program, ...args], {
        cwd,
        env: hermeticEnv(env),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      const timer = after && setTimeout(() => child.kill(after.signal), after.ms);
      const watch = isSo && setInterval(() => isSo() && child.kill('SIGKILL'), 5);
      child.on('error', fail);
      // Not `close`: what a killed ptask has left running may hold the pipes open.
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        clearInterval(watch);
        const settle = () => done({ code, signal, said });
        if (signal === null) child.on('close', settle);
        else {
          child.stdout.destroy();
          child.stderr.destroy();
          settle();
        }
      });
    });

  return {
    run: (cwd, args, env = {}) => start(cwd, args, env),
    interrupt: (cwd, args, ms, signal, env = {}) => start(cwd, args, env, { ms, signal }),
    killWhen: (cwd, args, isSo) => start(cwd, args, {}, undefined, isSo),
    async count(cwd, args) {
      const file = join(folder, `count-${args.join('-')}`);
      const { said } = await start(cwd, args, { CRASH_COUNT: file });
      const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts;
      rmSync(file);
      return { ...counts, said };
    },
  };
}
