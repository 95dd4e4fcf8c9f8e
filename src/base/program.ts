// Where the programs lie that ptask itself calls. A search path may name the folder one stands in (`.`, an empty entry) or
// what a package brings (`node_modules/.bin`), and then whoever wrote the repository would decide what runs as `git`. So only
// absolute folders outside of the repository count. What tasks run is theirs, and is none of this.

import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { orElse } from './error-code.ts';

const isWindows = process.platform === 'win32';

/** Where systems have their own: no repository's, though it may be one of the whole disk. */
const SYSTEM = isWindows
  ? []
  : ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The files that a program's name could be in a folder. */
function candidates(folder: string, name: string): string[] {
  const endings = isWindows ? (process.env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  return endings.map((ending) => join(folder, name + ending));
}

/** The work tree that a folder lies in, its real path; none where it is in no repository, or is not there. */
function groundsOf(folder: string): string[] {
  try {
    for (let at = realpathSync.native(folder); ; at = dirname(at)) {
      if (existsSync(join(at, '.git'))) return [at];
      if (dirname(at) === at) return [];
    }
  } catch {
    return [];
  }
}

const isWithin = (path: string, ground: string): boolean =>
  path === ground || path.startsWith(ground.endsWith(sep) ? ground : ground + sep);

/** The real path of what can be run there; undefined where nothing can. */
const runnable = (file: string): string | undefined =>
  orElse(() => {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? realpathSync.native(file) : undefined;
  }, undefined);

/** The entries of a search path that mean the same wherever one stands. */
const absoluteEntries = (path: string): string[] => path.split(delimiter).filter(isAbsolute);

/** An environment whose search path has only such: a program looks for others as well, git for filters. */
export function absolutePath(env: Record<string, string>): Record<string, string> {
  const name = isWindows ? Object.keys(env).find((key) => key.toUpperCase() === 'PATH') : 'PATH';
  const path = name === undefined ? undefined : env[name];
  if (name === undefined || path === undefined) return env;
  return { ...env, [name]: absoluteEntries(path).join(delimiter) };
}

function search(name: string, folders: readonly string[], grounds: readonly string[]): string | undefined {
  for (const folder of folders) {
    if (folder.split(/[\\/]/).includes('node_modules')) continue;
    for (const file of candidates(folder, name)) {
      const real = runnable(file);
      if (real === undefined || real.split(sep).includes('node_modules')) continue;
      const isOfGround = [file, real].some((each) => grounds.some((ground) => isWithin(each, ground)));
      if (!isOfGround || SYSTEM.includes(folder)) return file;
    }
  }
  return undefined;
}

const found = new Map<string, string>();

/** Once something was found it is not looked for again. */
function once(key: string, find: () => string | undefined): string | undefined {
  const file = found.get(key) ?? find();
  if (file !== undefined) found.set(key, file);
  return file;
}

/**
 * A program by its absolute path, looked for once; undefined where there is none that can be trusted.
 * @param folder where it is to work: nothing that lies in the work tree around it is taken
 */
export function trustedProgram(
  name: string,
  folder: string = process.cwd(),
  path: string = process.env.PATH ?? process.env.Path ?? '',
): string | undefined {
  return once([name, folder, path].join('\0'), () =>
    search(name, absoluteEntries(path), [folder, process.cwd()].flatMap(groundsOf)),
  );
}

/** One that every system has, where it has it; else as `trustedProgram`. */
export const systemProgram = (name: string): string | undefined =>
  once(name, () => search(name, SYSTEM, []) ?? trustedProgram(name));
