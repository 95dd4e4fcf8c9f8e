// What a shell that stays is told, for each command one line of script or more: a subshell, so that nothing which the command does
// to its shell outlives it. The subshell says in front of the command's output that it has begun, the shell itself on its own
// standard error how it ended. Pure.

import type { ShellCall } from './platform.ts';
import { STACK } from './process-table.ts';

export interface Job {
  call: ShellCall;
  command: string;
  cwd: string;
  env: Record<string, string | undefined>;
  /** Instead of the one in its environment. */
  stack: string | undefined;
  /** What its output goes to, by a name that can be opened. */
  output: string;
}

/** What the shell has had since it was started. */
export interface WorkerBase {
  cwd: string;
  env: Record<string, string | undefined>;
}

/** By which a command can be asked to end. Its shell outlives them, to tell how it did; without one it ends as well. */
const SIGNALS = 'HUP INT QUIT TERM';

/** What the output of a subshell begins with. What starts nothing says nothing: it is over before anybody could wait for it. */
export const BEGUN = '+\n';

/** Nothing that any shell has a meaning for. */
const PLAIN = /^[\w./:@+,-]+( [\w./:@%+,=-]+)*$/;

/** Builtins that a shell runs by itself, and that leave nothing behind. */
const HARMLESS = new Set([':', 'echo', 'false', 'true']);

/** Variables with a meaning for the shell itself, or that it does not let be set. */
const OF_THE_SHELL = /^(?:_|BASH.*|ENV|E?UID|IFS|LINENO|OLDPWD|OPTIND|PPID|PS\d|PWD|SHELLOPTS)$/;

const NAME = /^[A-Za-z_]\w*$/;

/** Characters up to which a command and its variables go this way. A system takes more, but not much more, of a program. */
const MOST = 64 * 1024;

export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Whether the shell runs it without starting anything. */
export const isBuiltin = (command: string): boolean =>
  PLAIN.test(command) && HARMLESS.has(command.split(' ', 1)[0] as string);

/**
 * Undefined for what cannot go this way.
 * @param isProgram whether a plain word is a program that can be found, and no builtin: then the subshell becomes it
 */
export function jobScript(
  { call, command, cwd, env, stack, output }: Job,
  base: WorkerBase,
  isProgram: (word: string) => boolean,
): string | undefined {
  const setting = settings(base.env, env, stack);
  if (setting === undefined) return undefined;
  const isInline =
    isBuiltin(command) || (PLAIN.test(command) && isProgram(command.split(' ', 1)[0] as string));
  const steps = [
    // From here on a signal that ends commands ends this one.
    ...(isBuiltin(command) ? [] : ['echo +']),
    ...(cwd === base.cwd ? [] : [`cd ${quoted(cwd)}`, ...(env.OLDPWD === undefined ? ['unset OLDPWD'] : [])]),
    ...setting,
    // Which some shells count for themselves.
    env.SHLVL === undefined ? 'unset SHLVL' : `export SHLVL=${quoted(env.SHLVL)}`,
    isInline ? command : ['exec', ...[call.file, ...call.args].map(quoted)].join(' '),
  ];
  const subshell = `( ${steps.join('; ')} ) </dev/null >${quoted(output)} 2>&1`;
  const script = `trap : ${SIGNALS}; ${subshell}; s=$?; trap - ${SIGNALS}; echo "=$s" >&2\n`;
  return script.length > MOST ? undefined : script;
}

/** A program of ours, of whose output nobody hears. */
export const programScript = (file: string, args: readonly string[]): string =>
  `${[file, ...args].map(quoted).join(' ')} </dev/null >/dev/null 2>&1; echo "=$?" >&2\n`;

/** What makes one environment of the other. */
function settings(
  before: WorkerBase['env'],
  after: WorkerBase['env'],
  stack: string | undefined,
): string[] | undefined {
  const unset: string[] = [];
  const set = stack === undefined ? [] : [`${STACK}=${quoted(stack)}`];
  for (const name in after) {
    const value = after[name];
    if (value === before[name] || value === undefined || (name === STACK && stack !== undefined)) continue;
    if (!NAME.test(name) || OF_THE_SHELL.test(name)) return undefined;
    set.push(`${name}=${quoted(value)}`);
  }
  for (const name in before) {
    if (before[name] === undefined || after[name] !== undefined) continue;
    if (!NAME.test(name) || OF_THE_SHELL.test(name)) return undefined;
    unset.push(name);
  }
  return [
    ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ...(set.length > 0 ? [`export ${set.join(' ')}`] : []),
  ];
}

export interface Status {
  code: number;
  /** What the shell itself had to say: of a signal, or of what it could not do. */
  said: string;
}

/** Reads what the shell has written so far; undefined as long as the status is not all there. */
export function readStatus(text: string): Status | undefined {
  const found = /^([\s\S]*?)=(\d+)\n$/.exec(text);
  return found === null ? undefined : { said: (found[1] as string).trim(), code: Number(found[2]) };
}
