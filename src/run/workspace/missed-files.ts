// Which files of the user's tree a task has missed in a folder of its own, told from what it printed: paths that are there, and were
// not given to it. Programs leave out the ends of names, and write paths from where they work, from the root or from the file that
// asks for another.

import { type Stats, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';
import { literalPattern } from '../../plan/patterns/index.ts';

export interface Asked {
  /** The user's folder of the config, and the one in its place. */
  root: string;
  workdir: string;
  /** Relative to them. */
  cwd: string;
  /** Of paths relative to the root: whether the task has found it. */
  isGiven(path: string): boolean;
}

/** Lines that complain of something missing: a bare name counts in these alone, and so does one without its ending. */
const MISSING =
  /ENOENT|no such file|not found|(?:cannot|can't|could not|couldn't|unable to|failed to) (?:find|open|read|load|resolve|locate|access)|does(?: not|n't) exist|no module named/i;

/** A path in quotes, or a word that may be one. */
const WORDS = /'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`|([^\s'"`()<>[\]{},;|=*?]+)/g;

const ENDINGS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.py', '.h'];
const INDEXES = ['/index.ts', '/index.tsx', '/index.js', '/__init__.py'];

const NOT_THE_USERS = /(?:^|\/)(?:\.git|\.ptask|node_modules)(?:\/|$)/;

/** Whether something that was printed complains of something missing. */
export const complainsOfMissing = (output: string): boolean => MISSING.test(output);

/** Patterns that match them, those of complaints first, each once. */
export function missedFiles(output: string, asked: Asked): string[] {
  const lines = output.split('\n').map((line) => ({
    words: wordsOf(line),
    isSure: MISSING.test(line),
    isOfDisk: /ENOENT|no such file/i.test(line),
  }));
  const from = new Set(lines.flatMap(({ words }) => words.flatMap((word) => askerIn(word, asked))));
  const found = new Set<string>();
  for (const sure of [true, false])
    for (const { words, isSure, isOfDisk } of lines.filter((line) => line.isSure === sure))
      for (const word of words)
        for (const pattern of missedBy(word, { isSure, isOfDisk }, asked, from)) found.add(pattern);
  return [...found];
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(WORDS)].flatMap(([, ...groups]) => {
    const word = groups.find((group) => group !== undefined) ?? '';
    // `file://`, and where in the file: `a.ts:3:14`, `a.ts:3`, a full stop.
    return [word.replace(/^file:\/\//, '').replace(/(?::\d+){0,2}[:.]*$/, '')];
  });
}

/** The folder of a file that was given to the task. */
function askerIn(word: string, { workdir, cwd, isGiven }: Asked): string[] {
  const path = word.startsWith(`${workdir}/`) ? relative(workdir, word) : normalize(join(cwd, word));
  return word !== '' && isGiven(path) ? [dirname(path)] : [];
}

/** What is known of the line that a word stands in. */
interface Context {
  isSure: boolean;
  /** Elsewhere a bare name may be that of a program or a package, and is none of a folder. */
  isOfDisk: boolean;
}

function missedBy(
  word: string,
  { isSure, isOfDisk }: Context,
  asked: Asked,
  from: ReadonlySet<string>,
): string[] {
  if (word === '' || word.length > 1_000 || (!isSure && !/[./]/.test(word))) return [];
  const { root, workdir, cwd } = asked;
  const places = word.startsWith('/')
    ? [word.startsWith(`${workdir}/`) ? relative(workdir, word) : '..']
    : [cwd, '.', ...(/^\.\.?\//.test(word) ? from : [])].map((folder) => join(folder, word));
  const endings = isSure ? ['', ...ENDINGS, ...INDEXES] : [''];
  for (const place of new Set(places.map(normalize))) {
    if (place.startsWith('..') || place === '.' || NOT_THE_USERS.test(place)) continue;
    // TypeScript's sources import what they will be compiled to.
    const names = isSure && /\.[mc]?js$/.test(place) ? [place, place.replace(/js$/, 'ts')] : [place];
    for (const path of names.flatMap((name) => endings.map((ending) => name + ending))) {
      const stats = statsOf(join(root, path));
      if (stats === undefined || asked.isGiven(path)) continue;
      if (stats.isFile()) return [literalPattern(path)];
      if (isSure && stats.isDirectory() && (word.includes('/') || isOfDisk))
        return [`${literalPattern(path)}/**`];
    }
  }
  return [];
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Those that are named; the rest is counted. */
const MOST_NAMED = 3;

/** `a, b and 3 more`. */
export function named(all: readonly string[]): string {
  const shown = all.length > MOST_NAMED + 1 ? all.slice(0, MOST_NAMED) : all;
  const rest = all.length - shown.length;
  return rest > 0
    ? `${shown.join(', ')} and ${rest} more`
    : shown.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** What to say of a failure with declared reads alone, a clause; undefined where nothing is known to be missing. */
export function missingReads(patterns: readonly string[]): string | undefined {
  if (patterns.length === 0) return undefined;
  const [are, them] = patterns.length > 1 ? ['exist and are', 'them'] : ['exists and is', 'it'];
  return `it saw only its declared reads; ${named(patterns)} ${are} not among them: add ${them} to its \`reads\``;
}
