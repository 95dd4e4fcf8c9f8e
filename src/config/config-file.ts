// Where a config may lie, and which folder it speaks of. Unaware of what stands in it.

import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { SourceText } from '../base/diagnostic.ts';
import { orElse } from '../base/error-code.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** What is said where none is found. */
export const NO_CONFIG = 'no parallel.config.yaml here or in any folder above';

export const CONFIG_NAMES = ['yaml', 'yml', 'json'].flatMap((ext) => [
  `parallel.config.${ext}`,
  `.config/parallel.config.${ext}`,
]);

export interface LoadOptions {
  /** Where to begin to look, and what paths in messages are relative to. Default: the working directory. */
  cwd?: string | undefined;
  /** The config's file, relative to `cwd`; otherwise it is looked for upwards. */
  config?: string | undefined;
}

/** A config that is there, unread. */
export interface ConfigFile {
  /** Absolute path of the file. */
  path: string;
  /** The folder that the config speaks of: its own, or the one above `.config`. */
  root: string;
}

export interface FoundConfig extends ConfigFile {
  source: SourceText;
}

export function configFile(path: string): ConfigFile {
  const folder = dirname(path);
  return { path, root: basename(folder) === '.config' ? dirname(folder) : folder };
}

/** What a folder has in the place of a config, which need not be a file. */
export const configIn = (folder: string): string | undefined =>
  CONFIG_NAMES.map((name) => join(folder, name)).find(isThere);

/** The folder that somebody names, absolute; the working directory where nobody does. */
export function existingFolder(cwd = '.'): Result<string> {
  const folder = resolve(cwd);
  return orElse(() => statSync(folder).isDirectory(), false)
    ? ok(folder)
    : fail({ message: `there is no folder ${cwd}`, hint: 'give the path of a folder' });
}

/** The nearest in a folder and those above it. */
export function nearestConfig(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = configIn(folder);
    if (path !== undefined || dirname(folder) === folder) return path;
  }
}

/** A path as a person in `cwd` would write it. */
export function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path) || '.';
  return short.startsWith(join('..', '..', '..')) ? path : short;
}

/** Anything at all, a link to nothing included. In a folder that may not be looked into there is nothing. */
const isThere = (path: string): boolean => orElse(() => lstatSync(path) !== undefined, false);
