// Everything that differs between operating systems: the shell, and stopping a task with all that it started.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir, uptime } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

export const isWindows = process.platform === 'win32';

/** Where programs keep what is to outlive them, for this user; undefined for one without a home. */
export function userStateFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { XDG_STATE_HOME = '', LOCALAPPDATA = '' } = env;
  if (isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  if (isWindows) return isAbsolute(LOCALAPPDATA) ? LOCALAPPDATA : undefined;
  try {
    const home = homedir();
    if (!isAbsolute(home)) return undefined;
    const folder = process.platform === 'darwin' ? 'Library/Application Support' : '.local/state';
    return join(home, folder);
  } catch {
    return undefined;
  }
}

export interface ShellCall {
  file: string;
  args: string[];
  /** Its own process group, which can then be signalled as a whole. */
  detached: boolean;
  /** Whether the shell joins stderr to stdout, so that their order is kept. */
  joined: boolean;
}

/**
 * A command for the shell. On POSIX the shell first joins stderr to stdout: with one pipe for both nothing can come
 * out of order. `eval` keeps the line numbers of the shell's own messages, `shift` hides our arguments.
 * @param input the file that is its standard input: a file and no pipe, so that who does not read it leaves nobody
 * behind who writes
 */
export function shellCall(command: string, input?: string): ShellCall {
  if (isWindows) {
    return {
      file: process.env.ComSpec ?? 'cmd.exe',
      args: ['/d', '/s', '/c', input === undefined ? `"${command}"` : `"(${command}) < "${input}""`],
      detached: false,
      joined: false,
    };
  }
  return {
    file: '/bin/sh',
    args:
      input === undefined
        ? ['-c', 'exec 2>&1; eval "shift;$1"', 'sh', command]
        : ['-c', 'exec 2>&1 <"$2"; eval "shift 2;$1"', 'sh', command, input],
    detached: true,
    joined: true,
  };
}

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

/** Whether something of a group still runs. Zombies, which answer to signals, do not count where they can be told. */
export function isGroupAlive(pid: number): boolean {
  if (!signalGroup(pid, 0)) return false;
  return process.platform !== 'linux' || liveProcesses().some(({ group }) => group === pid);
}

/** The same for the group and, where they can be told, the other groups of its session: a shell with job control makes such. */
export function isSessionAlive(pid: number): boolean {
  if (process.platform !== 'linux') return isGroupAlive(pid);
  return liveProcesses().some(({ group, session }) => group === pid || session === pid);
}

/** Signals what `isSessionAlive` sees. */
export function signalSession(pid: number, signal: NodeJS.Signals): void {
  signalGroup(pid, signal);
  if (process.platform !== 'linux') return;
  const others = liveProcesses().filter(({ group, session }) => session === pid && group !== pid);
  for (const group of new Set(others.map((each) => each.group))) signalGroup(group, signal);
}

interface LiveProcess {
  pid: number;
  group: number;
  session: number;
  /** In hundredths of a second after the system's start. */
  started: number;
}

/** All there are, on Linux. */
function liveProcesses(): LiveProcess[] {
  return readdirSync('/proc').flatMap((entry) => {
    const fields = processFields(entry);
    if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return [];
    const [, , group, session] = fields;
    return [
      { pid: Number(entry), group: Number(group), session: Number(session), started: Number(fields[19]) },
    ];
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

/**
 * What tells a process from a later one of the same number: when it began, in the system's own words. Undefined when
 * it is not there, or is a zombie.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
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

/** The processes that have started a process, its parent first; none where there is nobody to ask. */
export function ancestors(pid: number): number[] {
  const found: number[] = [];
  for (let at = parentOf(pid); at !== undefined && at > 0 && !found.includes(at); at = parentOf(at))
    found.push(at);
  return found;
}

function parentOf(pid: number): number | undefined {
  if (process.platform === 'linux') return Number(processFields(String(pid))?.[1] ?? 0);
  if (isWindows) return undefined;
  const asked = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(asked.stdout?.trim() || 0);
}

/** The words that a process was started with, where they can be had; elsewhere than on Linux as far as spaces tell. */
export function wordsOf(pid: number): string[] {
  if (isWindows) return [];
  if (process.platform !== 'linux')
    return (spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '')
      .trim()
      .split(' ');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** The processes that carry this variable, on Linux. */
export const processesWith = (variable: string): number[] =>
  process.platform === 'linux'
    ? liveProcesses().flatMap(({ pid }) => (pid !== process.pid && carries(pid, variable) ? [pid] : []))
    : [];

/** The moment of now on the clock by which `sessionsSince` counts. */
export const sinceBoot = (): number => Math.floor(uptime() * 100);

/** The sessions, by their leaders, with a process in them that carries this variable and began at that moment or later. */
export function sessionsSince(moment: number, variable: string): number[] {
  if (process.platform !== 'linux') return [];
  // Clocks are rounded, each in its own way.
  const found = liveProcesses().filter(({ pid, started }) => started >= moment - 2 && carries(pid, variable));
  const sessions = new Set(found.map(({ session }) => session));
  return [...sessions].filter((leader) => processStart(leader) === undefined || carries(leader, variable));
}

/**
 * Those of a run's groups of which something still lives. A group's number may by now be somebody else's: its leader must
 * be the one that began then, or, when that is gone, what is left must carry the variable.
 */
export function stillAlive(groups: readonly { pid: number; started: string }[], variable: string): number[] {
  if (process.platform !== 'linux')
    return groups.flatMap(({ pid, started }) =>
      isGroupAlive(pid) && (processStart(pid) ?? started) === started ? [pid] : [],
    );
  const bySession = new Map<number, LiveProcess[]>();
  for (const each of liveProcesses())
    bySession.set(each.session, [...(bySession.get(each.session) ?? []), each]);
  return groups.flatMap(({ pid, started }) => {
    const members = bySession.get(pid) ?? [];
    const leader = members.find((each) => each.pid === pid);
    const isOurs =
      leader === undefined
        ? members.some((each) => carries(each.pid, variable))
        : String(leader.started) === started;
    return isOurs ? [pid] : [];
  });
}

function carries(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
  } catch {
    return false;
  }
}

/** Puts folders in front of the search path, whatever it is called in this environment. */
export function withPath(
  env: Record<string, string | undefined>,
  folders: readonly string[],
): Record<string, string | undefined> {
  const name = isWindows ? (Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'Path') : 'PATH';
  return { ...env, [name]: [...folders, env[name]].filter(Boolean).join(delimiter) };
}

/** The files that a command's name could be, in the order of the search. */
export function programCandidates(name: string, path: string): string[] {
  const endings = isWindows ? ['', ...(process.env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  return path
    .split(delimiter)
    .flatMap((folder) => endings.map((ending) => join(folder || '.', name + ending)));
}

/** 128 and the signal's number, as shells count. */
export const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
};

/** What opens a file in the program that a person has chosen for it; undefined where nobody would see it. */
export function openCall(
  file: string,
  env: Record<string, string | undefined>,
): { file: string; args: string[] } | undefined {
  if (isWindows) return { file: env.ComSpec ?? 'cmd.exe', args: ['/d', '/c', 'start', '""', file] };
  if (process.platform === 'darwin') return { file: 'open', args: [file] };
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { file: 'xdg-open', args: [file] } : undefined;
}
