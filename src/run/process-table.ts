// Which processes there are, and of which runs. Linux tells all of it in /proc; elsewhere `ps` tells of groups and parents.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { isWindows } from './platform.ts';

export const isLinux = process.platform === 'linux';

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
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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
  if (isWindows) return [];
  if (!isLinux) return listed();
  return readdirSync('/proc').flatMap((entry) => {
    const fields = processFields(entry);
    if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return [];
    const [, parent, group, session] = fields.map(Number);
    return [{ pid: Number(entry), parent, group, session, started: Number(fields[19]) } as LiveProcess];
  });
}

function listed(): LiveProcess[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [pid, parent, group, state = 'Z'] = line.trim().split(/\s+/);
    if (state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
  });
}

/** Of /proc/<entry>/stat, from the third on: state, parent, group, …. */
function processFields(entry: string): string[] | undefined {
  if (!/^\d+$/.test(entry)) return undefined;
  try {
    // pid (name) state parent group …; the name may hold anything, so the fields count from its last bracket.
    const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

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
  return !isLinux || liveProcesses().some(({ group }) => group === pid);
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

/**
 * What tells a process from a later one of the same number: when it began, in the system's own words. Undefined when
 * it is not there, or is a zombie.
 */
export function processStart(pid: number): string | undefined {
  if (isLinux) {
    const [state, , , ...rest] = processFields(String(pid)) ?? [];
    return state === undefined || state === 'Z' || state === 'X' ? undefined : rest[16];
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  // Windows has no `ps`; there the number alone has to do.
  if (isWindows) return 'alive';
  const asked = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return asked.stdout?.trim() || undefined;
}

/** The processes that carry this variable, on Linux. */
export const processesWith = (variable: string): number[] =>
  isLinux
    ? liveProcesses().flatMap(({ pid }) =>
        pid !== process.pid && environmentOf(pid).includes(variable) ? [pid] : [],
      )
    : [];

/** Another one after each start of the machine; undefined where nothing tells. */
export function bootId(): string | undefined {
  if (isLinux) {
    try {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      return undefined;
    }
  }
  if (process.platform !== 'darwin') return undefined;
  const asked = spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' });
  return asked.stdout?.trim() || undefined;
}

/** The moment of now on the clock by which `sessionsSince` counts. */
export const sinceBoot = (): number => Math.floor(uptime() * 100);

/** The processes that have started a process, its parent first; none where there is nobody to ask. */
export function ancestors(pid: number): number[] {
  const found: number[] = [];
  for (let at = parentOf(pid); at !== undefined && at > 0 && !found.includes(at); at = parentOf(at))
    found.push(at);
  return found;
}

function parentOf(pid: number): number | undefined {
  if (isLinux) return Number(processFields(String(pid))?.[1] ?? 0);
  if (isWindows) return undefined;
  const asked = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(asked.stdout?.trim() || 0);
}

/** The words that a process was started with, where they can be had; elsewhere than on Linux as far as spaces tell. */
export function wordsOf(pid: number): string[] {
  if (isWindows) return [];
  if (!isLinux)
    return (spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '')
      .trim()
      .split(' ');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
