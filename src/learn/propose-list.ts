// What was seen of a task, against what it declares: what is missing, as patterns, and what was declared and not seen. Pure.

import type { Task } from '../config/config.ts';
import type { LearnedList, LearnedPattern } from '../model/learned.ts';
import { isExclude, matcher, overlap, staticPrefix } from '../plan/patterns/index.ts';
import { cover } from './cover.ts';

export interface OtherTask {
  id: string;
  writes: readonly string[];
}

export interface ReadsSeen {
  reads: readonly string[];
  ignoredReads: ReadonlySet<string>;
  listed: readonly string[];
  /** All files that are the user's. */
  visible: readonly string[];
  /** What is declared for all tasks, and counts for this one. */
  shared: readonly string[];
}

type Declared = Pick<Task, 'id' | 'reads' | 'writes'>;

/** @param writes what the task writes, declared and learned */
export function proposeReads(
  seen: ReadsSeen,
  task: Declared,
  writes: readonly string[],
  others: readonly OtherTask[],
): LearnedList {
  const { reads, ignoredReads, visible, shared } = seen;
  const isShared = matcher(shared);
  const lacking = against(reads, task.reads);
  const undeclared = lacking.undeclared.filter((path) => !isShared(path));
  const open = undeclared.filter((path) => !lacking.excluded.includes(path));
  const makers = makersOf(
    open.filter((path) => ignoredReads.has(path)),
    others,
  );
  const isMade = matcher([...makers.keys()]);
  const rest = open.filter((path) => !makers.size || !ignoredReads.has(path) || !isMade(path));
  const listed = new Set(seen.listed);
  // What is declared already is no part of what is left to say.
  const isDeclared = matcher(task.reads);
  const all = visible.filter((path) => !isDeclared(path) && !isShared(path));
  const globs = [
    ...cover(
      rest.filter((path) => !ignoredReads.has(path)),
      { all, listed },
    ),
    ...cover(
      rest.filter((path) => ignoredReads.has(path)),
      { all: visible, users: new Set(visible) },
    ),
  ];
  const includes = [...new Set(globs.filter((glob) => !isExclude(glob)))];
  const ids = [{ id: task.id, writes }, ...others];
  const excludes = [...globs.filter(isExclude), ...made(includes, ids, reads)];
  const writersOf = (glob: string): string[] => makers.get(glob) ?? [];
  return listOf(reads, { ...lacking, undeclared }, [...makers.keys(), ...includes, ...new Set(excludes)], {
    ...{ declared: task.reads, open, writersOf, ignored: ignoredReads },
  });
}

export interface WritesSeen {
  writes: readonly string[];
  /** What lies where it has written, and what is the user's own. */
  around: readonly string[];
  users: ReadonlySet<string>;
}

export function proposeWrites(
  { writes, around, users }: WritesSeen,
  { reads, read }: { reads: LearnedList; read: readonly string[] },
  task: Declared,
  others: readonly OtherTask[],
): LearnedList {
  const lacking = against(writes, task.writes);
  const open = lacking.undeclared.filter((path) => !lacking.excluded.includes(path));
  // One that changes files in place may change whichever it reads, the next time others than now.
  const inPlace = new Set(open.filter((path) => read.includes(path)));
  const places = [...task.reads, ...reads.add.map(({ pattern }) => pattern)].filter(
    (pattern) => !isExclude(pattern) && [...inPlace].some(matcher([pattern])),
  );
  const isDeclared = matcher(task.writes);
  const isInPlace = matcher(places);
  const globs = cover(
    open.filter((path) => !isInPlace(path)),
    { all: around.filter((path) => !isDeclared(path)), users },
  );
  const writersOf = (glob: string): string[] =>
    others.filter((other) => overlap([glob], other.writes).overlap).map(({ id }) => id);
  return listOf(writes, lacking, [...new Set([...places, ...globs])], {
    ...{ declared: task.writes, open, writersOf },
  });
}

interface Against {
  undeclared: string[];
  excluded: string[];
}

function against(paths: readonly string[], declared: readonly string[]): Against {
  const isDeclared = matcher(declared);
  const isIncluded = matcher(declared.filter((pattern) => !isExclude(pattern)));
  const undeclared = paths.filter((path) => !isDeclared(path));
  return { undeclared, excluded: undeclared.filter(isIncluded) };
}

function listOf(
  seen: readonly string[],
  { undeclared, excluded }: Against,
  globs: readonly string[],
  {
    declared,
    open,
    writersOf,
    ignored = new Set(),
  }: {
    declared: readonly string[];
    open: readonly string[];
    writersOf: (glob: string) => string[];
    ignored?: ReadonlySet<string>;
  },
): LearnedList {
  const add = globs.map((pattern): LearnedPattern => {
    const matched = isExclude(pattern) ? [] : open.filter(matcher([pattern]));
    const writers = isExclude(pattern) ? [] : writersOf(pattern);
    const isIgnored =
      writers.length === 0 && matched.length > 0 && matched.every((path) => ignored.has(path));
    return { pattern, files: matched.length, writers, isIgnored };
  });
  const unseen = declared.filter((pattern) => !isExclude(pattern) && !seen.some(matcher([pattern])));
  return { seen: seen.length, undeclared, add, excluded, unseen };
}

/** The patterns with which other tasks declare to write these, each with who does. */
function makersOf(paths: readonly string[], others: readonly OtherTask[]): Map<string, string[]> {
  const makers = new Map<string, string[]>();
  for (const { id, writes } of others) {
    const writesIt = matcher(writes);
    if (!paths.some(writesIt)) continue;
    for (const pattern of writes) {
      // One for everything says nothing of these.
      if (isExclude(pattern) || staticPrefix(pattern) === '' || !paths.some(matcher([pattern]))) continue;
      makers.set(pattern, [...(makers.get(pattern) ?? []), id]);
    }
  }
  return makers;
}

/** What tasks make within a glob, this one among them, and of which nothing was read: it does not wait for that. */
function made(globs: readonly string[], tasks: readonly OtherTask[], reads: readonly string[]): string[] {
  const found = tasks
    .flatMap(({ writes }) => writes)
    .filter((pattern) => !isExclude(pattern) && staticPrefix(pattern) !== '')
    .filter((pattern) => globs.some((glob) => overlap([glob], [pattern]).overlap))
    .filter((pattern) => !reads.some(matcher([pattern])));
  return [...new Set(found)].map((pattern) => `!${pattern}`);
}
