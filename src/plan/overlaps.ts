// Which pairs of tasks touch a common path, and through which lists. Unaware of order and policy.

import type { Task } from '../config/config.ts';
import { type Clash, findClash } from './clashes.ts';
import type { Identity } from './identity.ts';
import type { Listing } from './listing-tree.ts';
import { isExclude, matcher, type Overlap, overlap, type PatternList } from './patterns/index.ts';
import { membersOf, type Stretches, sizeOf } from './stretches.ts';
import { type Expansion, prefixesOf } from './touches.ts';

export type Access = 'reads' | 'writes';

/** Two lists that meet, with the pattern of each that does. */
export interface Meeting {
  patterns: [string, string];
  witness?: string;
  exact: boolean;
  reason?: string;
  /** The files of today that both match: how many, and the first of them. */
  files: { count: number; sample: string[] };
  /** No common path: a file to the one, a folder to the other. */
  clash?: { file: string; below: string };
}

/** How a pair of tasks meets; the first of a key's names is the lower task. */
export interface PairMeetings {
  writesWrites?: Meeting;
  writesReads?: Meeting;
  readsWrites?: Meeting;
}

interface Use {
  task: number;
  access: Access;
  /** The patterns of the list as the config has them. */
  written: readonly string[];
}

interface ListUses {
  list: PatternList;
  uses: Use[];
}

/** Where names have spellings or links, a list is looked at in parts: see identity.ts. */
function distinctLists(tasks: readonly Task[], identity: Identity): ListUses[] {
  const lists = new Map<string, ListUses>();
  for (const [index, task] of tasks.entries()) {
    for (const access of ['writes', 'reads'] as const) {
      if (task[access].length === 0) continue;
      for (const { list, written } of identity.canonical(task[access])) {
        const key = JSON.stringify(list);
        const known = lists.get(key) ?? { list, uses: [] };
        known.uses.push({ task: index, access, written: written.map((at) => task[access][at] ?? '') });
        lists.set(key, known);
      }
    }
  }
  return [...lists.values()];
}

function* foldersAbove(prefix: string): Generator<string> {
  for (let folder = prefix; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    yield folder;
    if (folder === '') return;
  }
}

/** Pairs of lists one of which can match at or below a folder at or below which the other can. */
function* candidates(lists: readonly ListUses[]): Generator<[number, number]> {
  const byPrefix = new Map<string, number[]>();
  const prefixes = lists.map(({ list }) => [...new Set(prefixesOf(list))]);
  for (const [index, own] of prefixes.entries()) {
    for (const prefix of own) {
      const known = byPrefix.get(prefix);
      if (known) known.push(index);
      else byPrefix.set(prefix, [index]);
    }
  }
  const size = lists.length;
  const seen = new Set<number>();
  for (const [index, own] of prefixes.entries()) {
    for (const prefix of own) {
      for (const folder of foldersAbove(prefix)) {
        for (const other of byPrefix.get(folder) ?? []) {
          const pair = Math.min(index, other) * size + Math.max(index, other);
          if (seen.has(pair)) continue;
          seen.add(pair);
          yield [Math.min(index, other), Math.max(index, other)];
        }
      }
    }
  }
}

const SAMPLE = 5;
/** The path of a file by the name it is compared by. */
type Shown = (name: string) => string;

function meet(a: PatternList, b: PatternList, expansion: Expansion, shown: Shown): Meeting | undefined {
  const answer: Overlap = overlap(a, b);
  const files = expansion.common(a, b);
  if (!answer.overlap && files.length === 0) return clashing(a, b, findClash(a, b));
  const sample = first(SAMPLE, files).map((file) => expansion.listing.path(file));
  // A file of today says more than a name made up, but only one that the two patterns named meet in.
  const named = answer.patterns?.map((index, side) => (side === 0 ? a : b)[index] as string);
  const real = named ? firstIn(expansion.listing, files, named) : sample[0];
  const witness = real ?? answer.witness;
  const patterns = named ?? [patternFor(a, witness), patternFor(b, witness)];
  return {
    patterns: patterns as [string, string],
    ...(witness === undefined ? {} : { witness: real === undefined ? witness : shown(real) }),
    exact: answer.exact,
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    files: { count: sizeOf(files), sample: sample.map(shown) },
  };
}

function first(count: number, files: Stretches): number[] {
  const found: number[] = [];
  for (const file of membersOf(files)) {
    if (found.length === count) break;
    found.push(file);
  }
  return found;
}

/** The first of the files that all patterns match. */
function firstIn(listing: Listing, files: Stretches, patterns: readonly string[]): string | undefined {
  if (files.length === 0) return undefined;
  const tests = patterns.map((pattern) => matcher([pattern]));
  for (const file of membersOf(files)) {
    const path = listing.path(file);
    if (tests.every((matches) => matches(path))) return path;
  }
  return undefined;
}

function clashing(a: PatternList, b: PatternList, clash: Clash | undefined): Meeting | undefined {
  if (clash === undefined) return undefined;
  const { file, below, patterns } = clash;
  return {
    patterns: [a[patterns[0]] as string, b[patterns[1]] as string],
    exact: true,
    files: { count: 0, sample: [] },
    clash: { file, below },
  };
}

/** The pattern of a list that matches the path; its first one where no path is known. */
function patternFor(list: PatternList, path: string | undefined): string {
  const includes = list.filter((pattern) => !isExclude(pattern));
  return (
    (path === undefined ? undefined : includes.find((pattern) => matcher([pattern])(path))) ??
    includes[0] ??
    ''
  );
}

const flip = (meeting: Meeting): Meeting => ({
  ...meeting,
  patterns: [meeting.patterns[1], meeting.patterns[0]],
});

/** All pairs of tasks of which one writes what the other touches, by `lower * tasks.length + higher`. */
export function findMeetings(
  tasks: readonly Task[],
  expansion: Expansion,
  identity: Identity,
  shown: Shown,
): Map<number, PairMeetings> {
  const lists = distinctLists(tasks, identity);
  const pairs = new Map<number, PairMeetings>();
  const record = (a: Use, b: Use, meeting: Meeting): void => {
    if (a.task === b.task || (a.access === 'reads' && b.access === 'reads')) return;
    const [low, high, seen] = a.task < b.task ? [a, b, meeting] : [b, a, flip(meeting)];
    const key = low.task * tasks.length + high.task;
    const pair = pairs.get(key) ?? {};
    pairs.set(key, pair);
    if (low.access === 'reads') pair.readsWrites ??= seen;
    else if (high.access === 'reads') pair.writesReads ??= seen;
    else pair.writesWrites ??= seen;
  };
  const writes = lists.map(({ uses }) => uses.some((use) => use.access === 'writes'));
  for (const [first, second] of candidates(lists)) {
    if (!writes[first] && !writes[second]) continue;
    const [a, b] = [lists[first] as ListUses, lists[second] as ListUses];
    if (first === second && a.uses.length === 1) continue;
    const meeting = meet(a.list, b.list, expansion, shown);
    if (meeting === undefined) continue;
    for (const [at, use] of a.uses.entries()) {
      for (const other of first === second ? b.uses.slice(at + 1) : b.uses) {
        const one = use.written[a.list.indexOf(meeting.patterns[0])] as string;
        const two = other.written[b.list.indexOf(meeting.patterns[1])] as string;
        record(use, other, { ...meeting, patterns: [one, two] });
      }
    }
  }
  return pairs;
}
