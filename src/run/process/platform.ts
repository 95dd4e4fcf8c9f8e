// What differs between operating systems: the shell, the search path, what opens a file. Of processes see process-table.ts, of the
// user's folders user-folders.ts.

import { delimiter, join } from 'node:path';
import { trustedProgram } from '../../base/program.ts';
import type { Shell } from '../../config/config.ts';

export const isWindows = process.platform === 'win32';

export interface ShellCall {
  file: string;
  args: string[];
  /** Its own process group, which can then be signalled as a whole. */
  detached: boolean;
  /** Whether the arguments are quoted already. */
  verbatim: boolean;
}

/** A script of several lines ends with the first that fails: what comes after it rarely makes sense without it. */
const isScript = (command: string): boolean => command.trim().includes('\n');

/** A command for a shell; undefined where there is no such shell on the search path of that environment. */
export function shellCall(
  command: string,
  shell: Shell,
  cwd: string,
  { PATH = '' }: Record<string, string | undefined>,
): ShellCall | undefined {
  if (isWindows && shell === 'sh') {
    const args = ['/d', '/s', '/c', `"${command}"`];
    return { file: process.env.ComSpec ?? 'cmd.exe', args, detached: false, verbatim: true };
  }
  // The one that every system has does not depend on what is on the search path.
  const file = shell === 'sh' ? '/bin/sh' : trustedProgram(shell, cwd, PATH);
  if (file === undefined) return undefined;
  return { file, args: shellArguments(command, shell), detached: !isWindows, verbatim: false };
}

/** What a shell of POSIX's kind is started with, here and on another machine. */
export function shellArguments(command: string, shell: Shell): string[] {
  const flags = [...(shell === 'sh' ? [] : ['-o', 'pipefail']), ...(isScript(command) ? ['-e'] : [])];
  // A command may begin with a dash; the shell's own messages begin with its name.
  return [...flags, '-c', '--', command, shell];
}

/** An argument as a person would write it for a shell: in quotes where it would be something else without. */
export function shellWord(text: string, shell: Shell): string {
  if (/^[\w@%+:,./-][\w@%+:,./=-]*$/.test(text) && !(isWindows && text.includes('%'))) return text;
  return isWindows && shell === 'sh'
    ? `"${text.replaceAll('"', '""')}"`
    : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Puts folders in front of the search path, whatever it is called in this environment. Changes it. */
export function extendPath(env: Record<string, string | undefined>, folders: string): void {
  const name = isWindows ? (Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'Path') : 'PATH';
  const path = env[name];
  env[name] = path ? `${folders}${delimiter}${path}` : folders;
}

/** The files that a command's name could be, in the order of the search. */
export function programCandidates(name: string, path: string): string[] {
  const endings = isWindows ? ['', ...(process.env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  return path
    .split(delimiter)
    .flatMap((folder) => endings.map((ending) => join(folder || '.', name + ending)));
}

/** What opens a file in the program that a person has chosen for it; undefined where nobody would see it. */
export function openCall(
  file: string,
  env: Record<string, string | undefined>,
): { file: string; args: string[] } | undefined {
  if (isWindows) return { file: env.ComSpec ?? 'cmd.exe', args: ['/d', '/c', 'start', '""', file] };
  const isMac = process.platform === 'darwin';
  if (!isMac && !env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  const opener = trustedProgram(isMac ? 'open' : 'xdg-open');
  return opener === undefined ? undefined : { file: opener, args: [file] };
}
