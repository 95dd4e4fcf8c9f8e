// A command that has the terminal to itself: its input and output are ours, and it is in our own process group, since only the
// foreground group of a terminal may read from it. So Ctrl-C and Ctrl-Z reach it, and us, as they would without us. What it has
// started is known by its descent and by what its environment tells.

import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { openToRead } from '../../base/own-files.ts';
import { systemProgram } from '../../base/program.ts';
import { startProcess } from '../../base/start-process.ts';
import { step } from '../../base/trace.ts';
import type { Command, CommandResult } from './executor.ts';
import { failedToStart } from './failed-start.ts';
import type { Kin } from './family.ts';
import { isWindows, shellCall } from './platform.ts';
import {
  canList,
  groupBy,
  liveProcesses,
  ownSession,
  STACK,
  signalProcess,
  stackOf,
  wordsOf,
} from './process-table.ts';
import { ownStack, type ProcessesOptions, supervise } from './supervision.ts';

/**
 * What bash does by itself: of a Ctrl-C the shell ends if the program that it waits for has ended of it, and goes on if that has taken
 * it for something else. Other shells would be gone at once. One that waits for nobody is for us to end.
 */
const PATIENT = `trap 'if [ $? -eq 130 ]; then trap - INT; kill -INT $$; fi' INT; `;

/** How often it is looked whether what a Ctrl-C has left is over. */
const POLL_MS = 50;

/** @param stdout the descriptor that its output goes to */
export async function runRaw(
  { command, shell, cwd, env, stop }: Command,
  stdout: 1 | 2,
  { kill, graceMs, onRaw }: ProcessesOptions,
): Promise<CommandResult> {
  const isPlain = shell === 'sh' && !isWindows;
  const call = shellCall(isPlain ? `${PATIENT}${command}` : command, shell, cwd, env);
  if (call === undefined) return { exitCode: null, error: `the shell ${shell} was not found` };
  const { file, args, verbatim } = call;
  const stack = ownStack(env);
  const stdin = inputOf(env);
  const modes = await terminalModes();
  const end = step('process', command);
  const { child, ended } = startProcess(file, args, {
    cwd,
    env: (stack ? { ...env, [STACK]: stack } : env) as Record<string, string>,
    stdio: [stdin ?? 'inherit', stdout, 2],
    windowsHide: false,
    windowsVerbatimArguments: verbatim,
  });
  if (stdin !== undefined) closeSync(stdin);
  const pid = child?.pid;
  if (pid === undefined) {
    end();
    const { error } = await ended;
    return failedToStart({ code: error?.code, originalMessage: error?.message }, file, cwd);
  }
  const kin = new Started(pid, stack);
  const supervised = supervise(kin, { stop, kill, graceMs });
  try {
    onRaw(pid);
  } catch (error) {
    // Nobody would find it if we were killed.
    supervised.kill();
    await ended;
    await supervised.over();
    throw error;
  }
  let isForShell = false;
  const onInterrupt = (): void => {
    isForShell ||= isPlain && !/\btrap\b/.test(command) && wordsOf(pid).join(' ').includes(PATIENT);
    isForShell &&= kin.isAlone();
    if (isForShell) signalProcess(pid, 'SIGTERM');
  };
  process.on('SIGINT', onInterrupt);
  const { exitCode = null, ...how } = await ended;
  process.off('SIGINT', onInterrupt);
  const signal = isForShell && how.signal === 'SIGTERM' ? 'SIGINT' : how.signal;
  // A shell may end of a Ctrl-C at once, while the program that it waited for takes it for something else.
  while (signal === 'SIGINT' && kin.isAlive() && !stop.aborted && !kill.aborted) await sleep(POLL_MS);
  if (kin.isAlive()) supervised.terminate();
  await supervised.over();
  if (signal !== undefined || stop.aborted) await modes.restore();
  end({ pid, exitCode });
  return { exitCode, ...(signal === undefined ? {} : { signal }) };
}

/**
 * What git has told the hook that we are in has been read by us, and is there as a file. To other hooks git gives nothing to read; then
 * a person who is there is asked by way of the terminal itself. Undefined: our own.
 */
function inputOf(env: Command['env']): number | undefined {
  if (env.PTASK_HOOK_INPUT !== undefined) return openToRead(env.PTASK_HOOK_INPUT);
  const isOfGit = process.env.GIT_EXEC_PATH !== undefined && !isatty(0) && isatty(2);
  if (!isOfGit) return undefined;
  try {
    return openSync('/dev/tty', 'r');
  } catch {
    return undefined;
  }
}

/** A program that is killed leaves the terminal as it wanted to have it: without an echo, say. */
async function terminalModes(): Promise<{ restore(): Promise<void> }> {
  const stty = isWindows || !isatty(0) ? undefined : systemProgram('stty');
  const nothing = { restore: async () => {} };
  if (stty === undefined) return nothing;
  const { child, ended } = startProcess(stty, ['-g'], { stdio: ['inherit', 'pipe', 'ignore'] });
  let saved = '';
  child?.stdout?.on('data', (chunk: Buffer) => {
    saved += chunk.toString();
  });
  await ended;
  if (!/^[\w:=]+\s*$/.test(saved)) return nothing;
  return {
    async restore() {
      await startProcess(stty, [saved.trim()], { stdio: ['inherit', 'ignore', 'ignore'] }).ended;
    },
  };
}

/** What a command in our own group has started, as long as it stays in our session. */
class Started implements Kin {
  readonly #pid: number;
  readonly #stack: string | undefined;
  readonly #session = ownSession().session;

  constructor(pid: number, stack: string | undefined) {
    this.#pid = pid;
    this.#stack = stack;
  }

  isAlive(): boolean {
    return this.#all().length > 0;
  }

  /** Whether it has started nothing that still runs. */
  isAlone(): boolean {
    return this.#all().every((pid) => pid === this.#pid);
  }

  ask(): void {
    for (const pid of this.#all()) signalProcess(pid, 'SIGTERM');
  }

  kill(): void {
    let all = [this.#pid];
    try {
      all = this.#all();
    } catch {
      // No descriptor is left to look with: it goes all the same.
    }
    for (const pid of all) signalProcess(pid, 'SIGKILL');
  }

  #all(): number[] {
    if (!canList) return signalProcess(this.#pid, 0) ? [this.#pid] : [];
    const all = liveProcesses();
    const children = groupBy(all, 'parent');
    const open = all.filter(
      ({ pid, session }) =>
        pid === this.#pid || (session !== undefined && session === this.#session && this.#isMarked(pid)),
    );
    const found = new Set<number>();
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (found.has(one.pid)) continue;
      found.add(one.pid);
      open.push(...(children.get(one.pid) ?? []));
    }
    return [...found];
  }

  #isMarked(pid: number): boolean {
    const own = this.#stack;
    if (own === undefined) return false;
    const stack = stackOf(pid);
    return stack === own || stack.startsWith(`${own}:`);
  }
}
