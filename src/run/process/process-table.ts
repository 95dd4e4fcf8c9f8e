// Which processes there are, and of which runs. Linux tells all of it in /proc; elsewhere `ps` tells of groups and parents.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { elapsed } from '../../base/elapsed.ts';
import { codeOf } from '../../base/error-code.ts';
import { hasProc, isZombie, processFields } from '../../base/liveness.ts';
import { systemProgram } from '../../base/program.ts';
import { isWindows } from './platform.ts';

/** The variable that tells every process of which runs and tasks it is, the outermost first: `run/task:run/task`. */
export const STACK = 'PTASK_STACK';

/** Signals a process and everything in its group. False when nothing was left to signal. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    // Windows has no groups; the process alone is what can be reached there.
    process.kill(isWindows ? pid : -pid, signal);
    return true;
  } catch (error) {
    // Somebody else's process is in the group (a setuid child): it is there, though out of reach.
    return codeOf(error) === 'EPERM';
  }
}

/** Signals a process alone. False when it was gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

export interface LiveProcess {
  pid: number;
  parent: number;
  group: number;
  /** Where it can be told. */
  session?: number;
  /** In hundredths of a second after the system's start, where it can be told. */
  started?: number;
}

/** All there are, but for zombies, which answer to signals and do nothing any more. */
export function liveProcesses(): LiveProcess[] {
  if (!hasProc) return listed();
  return readdirSync('/proc').flatMap((entry) => {
    const fields = processFields(entry);
    if (fields === undefined || isZombie(fields)) return [];
    const [, parent, group, session] = fields.map(Number);
    return [{ pid: Number(entry), parent, group, session, started: Number(fields[19]) } as LiveProcess];
  });
}

function listed(): LiveProcess[] {
  return ps('-axo', 'pid=,ppid=,pgid=,stat=').flatMap((line) => {
    const [pid, parent, group, state = 'Z'] = line.split(/\s+/);
    if (state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
  });
}

/** Whether there is somebody to ask: on Linux `ps` would tell of the processes that `/proc` tells of. */
export const canList = hasProc || (process.platform !== 'linux' && !isWindows);

/** The lines that it prints. */
function ps(...args: string[]): string[] {
  const program = canList ? systemProgram('ps') : undefined;
  if (program === undefined) return [];
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return (stdout ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The session that this process is in, where it can be told. */
export const ownSession = (): { session?: number } =>
  hasProc ? { session: Number(processFields(process.pid)?.[3]) } : {};

/** By what they have in common. */
export function groupBy(all: readonly LiveProcess[], key: 'parent' | 'session'): Map<number, LiveProcess[]> {
  const groups = new Map<number, LiveProcess[]>();
  for (const each of all) {
    const group = groups.get(each[key] ?? 0);
    if (group === undefined) groups.set(each[key] ?? 0, [each]);
    else group.push(each);
  }
  return groups;
}

/** The variables that it was started with, on Linux. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Whether something of a group still runs. */
export function isGroupAlive(pid: number): boolean {
  if (!signalGroup(pid, 0)) return false;
  return !hasProc || liveProcesses().some(({ group }) => group === pid);
}

/** Of which runs and tasks it is; '' where nothing tells. */
export const stackOf = (pid: number): string => {
  const begin = `${STACK}=`;
  return (
    environmentOf(pid)
      .find((each) => each.startsWith(begin))
      ?.slice(begin.length) ?? ''
  );
};

/** The processes that carry this variable, on Linux. */
export const processesWith = (variable: string): number[] =>
  hasProc
    ? liveProcesses().flatMap(({ pid }) =>
        pid !== process.pid && environmentOf(pid).includes(variable) ? [pid] : [],
      )
    : [];

/** Milliseconds from the start of the system to that of this process. */
let began: number | undefined;

/**
 * The moment of now in hundredths of a second after the system's start. The system is asked once: it has to look it up each time. A
 * machine that has slept since then makes it too early a moment.
 */
export function sinceBoot(): number {
  began ??= uptime() * 1_000 - elapsed();
  return Math.floor((began + elapsed()) / 10);
}

/** The processes that have started a process, its parent first; none where there is nobody to ask. */
export function ancestors(pid: number): number[] {
  const found: number[] = [];
  for (let at = parentOf(pid); at !== undefined && at > 0 && !found.includes(at); at = parentOf(at))
    found.push(at);
  return found;
}

function parentOf(pid: number): number | undefined {
  if (hasProc) return Number(processFields(pid)?.[1] ?? 0);
  return Number(ps('-o', 'ppid=', '-p', String(pid))[0] ?? 0);
}

/** The words that a process was started with, where they can be had; elsewhere than on Linux as far as spaces tell. */
export function wordsOf(pid: number): string[] {
  if (!hasProc) return (ps('-o', 'args=', '-p', String(pid))[0] ?? '').split(' ');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
