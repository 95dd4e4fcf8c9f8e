// Finds and reads the config's text: upwards from a folder, or a file by name. Unaware of what stands in it.

import { accessSync, constants, existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
// The explorer itself and not the package's entry: that one first looks for a config of its own in the working
// directory and would run a `.config/config.js` it finds there, while a ptask config is data only.
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import type { Diagnostic } from '../base/diagnostic.ts';
import { codeOf } from '../base/error-code.ts';
import { fail, ok, type Result } from '../base/result.ts';
import {
  CONFIG_NAMES,
  configFile,
  configIn,
  displayPath,
  type FoundConfig,
  NO_CONFIG,
} from './config-file.ts';
import { decode } from './decode.ts';

/** Larger than any config people write (10,000 tasks take 2 MB), small enough to be read at once. */
export const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** The explorer only finds the file; its bytes are read where their encoding is looked at. */
const unread = (path: string): { path: string } => ({ path });

const explorer = () =>
  new ExplorerSync({
    moduleName: 'parallel',
    searchPlaces: CONFIG_NAMES,
    searchStrategy: 'none',
    loaders: { '.yaml': unread, '.yml': unread, '.json': unread },
    ignoreEmptySearchPlaces: false,
    cache: false,
    mergeSearchPlaces: false,
    mergeImportArrays: false,
    transform: (result) => result,
    applyPackagePropertyPathToConfiguration: false,
    metaConfigFilePath: null,
  });

/** Why what stands at a path cannot be a config; undefined when it may be one, and when there is nothing. */
function unusable(path: string, cwd: string): Diagnostic | undefined {
  const file = displayPath(path, cwd);
  try {
    if (lstatSync(path).isSymbolicLink() && !existsSync(path))
      return { message: `${file} is a symbolic link to nothing`, hint: 'point it at the config' };
    const stat = statSync(path);
    if (!stat.isFile()) {
      const kind = stat.isDirectory() ? 'is a folder' : 'is not a file';
      return { message: `${file} ${kind}`, hint: 'a config is a YAML or JSON file' };
    }
    if (stat.size > MAX_CONFIG_BYTES) {
      const size = (stat.size / 1024 / 1024).toFixed(1);
      return {
        message: `${file} is ${size} MB, and a config may have at most ${MAX_CONFIG_BYTES / 1024 / 1024} MB`,
        hint: 'combine tasks, or split the config into several',
      };
    }
    accessSync(path, constants.R_OK);
  } catch (error) {
    const code = codeOf(error) ?? 'error';
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : unreadable(file, code);
  }
  return undefined;
}

const unreadable = (file: string, code: string): Diagnostic => ({
  message: code === 'EACCES' ? `no permission to read ${file}` : `${file} cannot be read (${code})`,
  hint: 'a config is a YAML or JSON file that you may read',
});

export interface ReadConfig extends FoundConfig {
  bytes: Buffer;
}

function read(path: string, cwd: string): Result<ReadConfig> {
  const file = displayPath(path, cwd);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return fail(unreadable(file, codeOf(error) ?? 'error'));
  }
  const source = decode(bytes, file);
  if (!source.ok) return source;
  return ok({ ...configFile(path), source: source.value, bytes });
}

/** Reads the config named by `--config`, relative to `cwd`. */
export function readConfig(file: string, cwd: string): Result<ReadConfig> {
  const path = resolve(cwd, file);
  const problem = unusable(path, cwd);
  if (problem) return fail(problem);
  if (!existsSync(path))
    return fail({
      message: `there is no file ${file}`,
      hint: `--config takes the path of a YAML or JSON file, from ${cwd}`,
    });
  return read(path, cwd);
}

/** Looks for a config in `cwd` and the folders above it, nearest first. */
export function findConfig(cwd: string): Result<ReadConfig> {
  const search = explorer();
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    // The explorer passes over what it cannot read; a person would want to know.
    const first = configIn(folder);
    const problem = first === undefined ? undefined : unusable(first, cwd);
    if (problem) return fail(problem);
    const result = search.search(folder);
    if (result) return read(result.filepath, cwd);
    if (dirname(folder) === folder) break;
  }
  return fail({
    message: NO_CONFIG,
    hint: `ptask init proposes one from what is here; or write it, for example:\n\n${EXAMPLE}`,
  });
}

const EXAMPLE = `tasks:
  types:
    run: npx tsc --noEmit
    reads: [src/**]
  lint:
    run: npm run lint
    reads: [src/**]`;
