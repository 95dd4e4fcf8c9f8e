// Everything that differs between operating systems: the shell, and stopping a task with all that it started.

import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const isWindows = process.platform === 'win32';

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
 * out of order. `eval` keeps the line numbers of the shell's own messages, `shift` hides our argument.
 */
export function shellCall(command: string): ShellCall {
  if (isWindows) {
    return {
      file: process.env.ComSpec ?? 'cmd.exe',
      args: ['/d', '/s', '/c', `"${command}"`],
      detached: false,
      joined: false,
    };
  }
  return {
    file: '/bin/sh',
    args: ['-c', 'exec 2>&1; eval "shift;$1"', 'sh', command],
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
  return process.platform !== 'linux' || readdirSync('/proc').some((entry) => isLiveMember(entry, pid));
}

function isLiveMember(entry: string, group: number): boolean {
  if (!/^\d+$/.test(entry)) return false;
  try {
    // pid (name) state parent group …; the name may hold anything, so the fields count from its last bracket.
    const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
    const [state, , member] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(member) === group && state !== 'Z' && state !== 'X';
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
