// Commands by way of shells that stay: to start a process from Node takes a millisecond in which nothing else goes on, and a shell
// does it in a third of that, beside us. For what a shell of ours cannot do as well, process.ts starts one.

import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { hasProc } from '../../base/liveness.ts';
import { limitReached } from '../../base/system-limits.ts';
import { step } from '../../base/trace.ts';
import type { Command, CommandResult } from './executor.ts';
import { Family } from './family.ts';
import { NewProcesses } from './new-processes.ts';
import { type Pipe, type RunProgram, takePipe } from './pipes.ts';
import { shellCall } from './platform.ts';
import { isGroupAlive } from './process-table.ts';
import { isFound, SHELL_WORDS } from './program-search.ts';
import { type Gone, ShellWorker } from './shell-worker.ts';
import { ownStack, type ProcessesOptions, supervise } from './supervision.ts';
import { WorkerOutput } from './worker-output.ts';
import { isBuiltin, jobScript, programScript, type Status } from './worker-script.ts';

/** In a shell of ours a command leads no group and has another parent, as one that asks for numbers may rely on. */
const ASKS = /\$\$|ppid/i;

/** A command with what it takes to run it so. */
interface Taken {
  worker: ShellWorker;
  script: string;
  pipe: Pipe;
  stack: string | undefined;
}

export class WorkerCommands {
  readonly #options: ProcessesOptions;
  #idle: ShellWorker[] = [];
  #busy = 0;
  readonly #processes = new NewProcesses();
  readonly #found = new Set<string>();

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  /** Undefined, with nothing done, for a command that is better started in another way. */
  async run(command: Command): Promise<CommandResult | undefined> {
    const taken = await this.#take(command);
    if (taken === undefined) return undefined;
    const { worker, script, pipe, stack } = taken;
    const { stop, onOutput } = command;
    const { kill, graceMs } = this.#options;
    const isMarked = !isBuiltin(command.command);
    const output = new WorkerOutput({ pipe, onOutput, isMarked, onBegun: () => supervised.repeat() });
    const end = step('process', command.command);
    const since = this.#processes.begin(this.#busy === 0);
    this.#busy += 1;
    const onStop = (): void => output.follow();
    const supervised = supervise(new Family(worker.pid, stack), { stop, kill, graceMs, onStop });
    const told = await worker.run(script);
    const result = resultOf(told);
    const hasEnded =
      !('gone' in told) &&
      result.error === undefined &&
      result.signal === undefined &&
      told.code <= 128 &&
      !stop.aborted &&
      !kill.aborted;
    const left = hasEnded && isMarked ? this.#processes.left(worker.pid, since) : 'nothing';
    const mayStay = hasEnded && left !== 'in the group';
    if (!mayStay) {
      await worker.end();
      // As when any other command is over, see process.ts.
      const hasFailed = result.signal !== undefined || Number(result.exitCode) > 128;
      if (isGroupAlive(worker.pid) || (hasFailed && supervised.isAlive())) supervised.terminate();
    }
    await supervised.over();
    this.#busy -= 1;
    if (mayStay) this.#idle.push(worker);
    else this.#processes.drop(worker.pid);
    await output.end();
    end({ pid: worker.pid, exitCode: result.exitCode });
    return { ...result, isAllOver: mayStay && left === 'nothing' };
  }

  /** Nothing is to run any more. */
  close(): void {
    for (const worker of this.#idle.splice(0)) void worker.end();
  }

  async #take(command: Command): Promise<Taken | undefined> {
    const { command: text, cwd, env, shell, input, through } = command;
    if (!hasProc || shell !== 'sh' || ASKS.test(text)) return undefined;
    if (input !== undefined || through !== undefined) return undefined;
    const call = shellCall(text, shell, cwd, env);
    if (call === undefined || !statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    const worker = await this.#worker(call.file, command);
    if (worker === undefined) return undefined;
    const run: RunProgram = async (file, args) => {
      const told = await worker.run(programScript(file, args));
      return !('gone' in told) && told.code === 0;
    };
    // Where there is none to be had it is said there.
    const pipe = await takePipe(run).catch(() => undefined);
    const stack = ownStack(env);
    const job = { call, command: text, cwd, env, stack, output: pipe?.name ?? '' };
    const isProgram = (word: string): boolean => this.#isProgram(word, cwd, env.PATH);
    const script = pipe?.name === undefined ? undefined : jobScript(job, worker.baseNow, isProgram);
    if (pipe !== undefined && script !== undefined && !worker.isGone) return { worker, script, pipe, stack };
    this.#idle.push(worker);
    pipe?.giveBack();
    return undefined;
  }

  /** Best one that is in this folder already. */
  async #worker(file: string, { cwd, env, shell }: Command): Promise<ShellWorker | undefined> {
    for (const { pid } of this.#idle.filter(({ isGone }) => isGone)) this.#processes.drop(pid);
    this.#idle = this.#idle.filter(({ isGone }) => !isGone);
    const at = this.#idle.findLastIndex(({ base }) => base.cwd === cwd);
    const idle = at < 0 ? this.#idle.pop() : this.#idle.splice(at, 1)[0];
    if (idle !== undefined) return idle;
    const announce = this.#options.onGroup();
    const worker = ShellWorker.start(file, shell, { cwd, env });
    if (worker === undefined) return undefined;
    try {
      announce(worker.pid);
    } catch (error) {
      // Nobody would find it if we were killed.
      await worker.end();
      throw error;
    }
    this.#processes.add(worker.pid);
    return worker;
  }

  #isProgram(word: string, cwd: string, searchPath: string | undefined): boolean {
    if (SHELL_WORDS.has(word) || /^\.+$/.test(word)) return false;
    const key = `${word}\0${cwd}\0${searchPath}`;
    if (this.#found.has(key)) return true;
    const found = isFound(word, cwd, searchPath);
    if (found) this.#found.add(key);
    return found;
  }
}

/** A shell says of a program that a signal has ended which one it was, and of most signals says so. */
function resultOf(told: Status | Gone): CommandResult {
  if ('gone' in told) {
    const { code, signal, said } = told;
    if (signal !== null) return { exitCode: null, signal };
    const error = /fork/i.test(said) ? limitReached({ code: 'EAGAIN' }) : undefined;
    return { exitCode: null, error: error ?? `its shell ended with ${said || `exit code ${code}`}` };
  }
  const { code, said } = told;
  if (said === '') return { exitCode: code };
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  if (signal !== undefined) return { exitCode: null, signal };
  return code === 0 ? { exitCode: 0 } : { exitCode: null, error: `it could not be started: ${said}` };
}
