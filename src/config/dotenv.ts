// Reads the dotenv files of a config. What can be said of a file when the config is checked is said then; a pipe, such as some
// secret stores serve, can be read only once, when a run begins.

import { realpathSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { readBounded } from '../base/bounded-read.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { codeOf } from '../base/error-code.ts';
import { decodeUtf8 } from './decode.ts';
import { type DotenvText, parseDotenv } from './dotenv-syntax.ts';
import { listOf } from './lists.ts';
import type { DiskRule } from './rule.ts';

/** More than any variables take. */
const MAX_BYTES = 1024 * 1024;
/** How long whoever serves a pipe may take. */
const PATIENCE_MS = 10_000;
const WHAT = {
  'too long': 'is longer than 1 MB',
  'nothing comes': `is a pipe, and nothing came out of it for ${PATIENCE_MS / 1_000} seconds`,
};

const nothing = (...problems: Diagnostic[]): DotenvText => ({ values: {}, problems });

/** A missing file is skipped. */
function read(root: string, name: string, wanted: 'every' | 'regular'): DotenvText {
  const path = resolve(root, name);
  const hint = 'name a file of NAME=value lines that you may read';
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return nothing({ message: `\`${name}\` is a folder`, hint });
    const isPipe = stats.isFIFO();
    if (isPipe && wanted === 'regular') return nothing();
    if (!stats.isFile() && !isPipe && realpathSync.native(path) !== devNull)
      return nothing({ message: `\`${name}\` is a device or a socket, not a file`, hint });
    const read = readBounded(path, MAX_BYTES, isPipe ? PATIENCE_MS : 0);
    if ('problem' in read) return nothing({ message: `\`${name}\` ${WHAT[read.problem]}`, hint });
    const source = decodeUtf8(read.bytes, name, 'a dotenv file');
    if (source.ok) return parseDotenv(source.value);
    return nothing(
      ...source.diagnostics.map(({ place, ...said }) =>
        place ? { ...said, place: { ...place, lines: [] } } : said,
      ),
    );
  } catch (error) {
    const code = codeOf(error) ?? 'error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return nothing();
    if (code === 'EACCES') return nothing({ message: `no permission to read \`${name}\``, hint });
    return nothing({ message: `\`${name}\` cannot be read (${code})`, hint });
  }
}

/** Of several names of one file the last, which is the one that wins: a file is read once, however often it is named. */
function lastNames(root: string, names: readonly string[]): string[] {
  const last = new Map<string, string>();
  for (const name of names) {
    const path = resolve(root, name);
    last.delete(path);
    last.set(path, name);
  }
  return [...last.values()];
}

/** What all files say together; the later ones win. @param wanted `regular` leaves pipes alone */
export function readDotenv(
  { root, dotenv }: { root: string; dotenv: readonly string[] },
  wanted: 'every' | 'regular' = 'every',
): DotenvText {
  const all = lastNames(root, dotenv).map((name) => read(root, name, wanted));
  return {
    values: Object.assign({}, ...all.map(({ values }) => values)),
    problems: all.flatMap(({ problems }) => problems),
  };
}

export const dotenvIsSound: DiskRule = ({ written, syntax, root }) => {
  const names = listOf(written.dotenv);
  return lastNames(
    root,
    names.flatMap((name) => [name]),
  ).flatMap((name): Diagnostic[] => {
    const named = syntax.placeOf(['dotenv', names.lastIndexOf(name)]);
    return read(root, name, 'regular').problems.map((problem) =>
      problem.place
        ? { ...problem, related: [{ message: 'read here', place: named }] }
        : { ...problem, place: named },
    );
  });
};
