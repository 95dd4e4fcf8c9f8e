// Finds and reads the config's text: upwards from a folder, or a file by name. Unaware of what stands in it.

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
// The explorer itself and not the package's entry: that one first looks for a config of its own in the working
// directory and would run a `.config/config.js` it finds there, while a ptask config is data only.
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import { SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';

export const CONFIG_NAMES = ['yaml', 'yml', 'json'].flatMap((ext) => [
  `parallel.config.${ext}`,
  `.config/parallel.config.${ext}`,
]);

/** Larger than any config people write (10,000 tasks take 2 MB), small enough to be read at once. */
export const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

export interface FoundConfig {
  /** Absolute path of the file. */
  path: string;
  /** The folder that the config speaks of: its own, or the one above `.config`. */
  root: string;
  source: SourceText;
}

const asText = (_path: string, text: string): { text: string } => ({ text });

const explorer = () =>
  new ExplorerSync({
    moduleName: 'parallel',
    searchPlaces: CONFIG_NAMES,
    searchStrategy: 'none',
    loaders: { '.yaml': asText, '.yml': asText, '.json': asText },
    ignoreEmptySearchPlaces: false,
    cache: false,
    mergeSearchPlaces: false,
    mergeImportArrays: false,
    transform: (result) => result,
    applyPackagePropertyPathToConfiguration: false,
    metaConfigFilePath: null,
  });

/** A path as a person in `cwd` would write it. */
export function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path) || '.';
  return short.startsWith(join('..', '..', '..')) ? path : short;
}

function unreadable(path: string, cwd: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return `${displayPath(path, cwd)} is not a file`;
    readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return `${displayPath(path, cwd)} cannot be read (${code})`;
  }
  return undefined;
}

function found(path: string, text: string, cwd: string): Result<FoundConfig> {
  const bytes = Buffer.byteLength(text);
  const file = displayPath(path, cwd);
  if (bytes > MAX_CONFIG_BYTES) {
    const size = (bytes / 1024 / 1024).toFixed(1);
    return fail({
      message: `${file} is ${size} MB, and a config may have at most ${MAX_CONFIG_BYTES / 1024 / 1024} MB`,
      hint: 'let one task run what many tasks list, or split the repository into several configs',
    });
  }
  const folder = dirname(path);
  const root = basename(folder) === '.config' ? dirname(folder) : folder;
  // A byte-order mark is no part of the text; without it the columns are the ones an editor shows.
  return ok({ path, root, source: new SourceText(file, text.replace(/^\uFEFF/, '')) });
}

/** Reads the config named by `--config`, relative to `cwd`. */
export function readConfig(file: string, cwd: string): Result<FoundConfig> {
  const path = resolve(cwd, file);
  const problem = unreadable(path, cwd);
  if (problem) return fail({ message: problem, hint: 'give --config the path of a YAML or JSON file' });
  try {
    return found(path, readFileSync(path, 'utf8'), cwd);
  } catch {
    return fail({
      message: `there is no file ${file}`,
      hint: 'give --config the path of a YAML or JSON file',
    });
  }
}

/** Looks for a config in `cwd` and the folders above it, nearest first. */
export function findConfig(cwd: string): Result<FoundConfig> {
  const search = explorer();
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const result = search.search(folder);
    // The explorer passes over what it cannot read; a person would want to know.
    for (const name of CONFIG_NAMES) {
      const path = join(folder, name);
      if (path === result?.filepath) break;
      const problem = unreadable(path, cwd);
      if (problem)
        return fail({ message: problem, hint: 'a config is a YAML or JSON file that you may read' });
    }
    if (result) {
      const text = (result.config as { text: string } | undefined)?.text;
      return found(result.filepath, text ?? '', cwd);
    }
    if (dirname(folder) === folder) break;
  }
  return fail({
    message: 'there is no parallel.config.yaml here or in a folder above',
    hint: `write one, for example:\n\ntasks:\n  types:\n    run: npx tsc --noEmit\n    reads: [src/**]\n  lint:\n    run: npm run lint\n    reads: [src/**]`,
  });
}
