// Which lists of the tasks meet in a common path. Unaware of pairs of tasks, of order and of policy.

import type { Task } from '../config/config.ts';
import { type Clash, findClash } from './clashes.ts';
import type { Identity } from './identity.ts';
import type { Listing } from './listing-tree.ts';
import { isExclude, matcher, overlap, type PatternList } from './patterns/index.ts';
import { PrefixIndex } from './prefix-index.ts';
import { common, membersOf, type Stretches, sizeOf } from './stretches.ts';
import type { Expansion } from './touches.ts';

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

interface Use {
  task: number;
  access: Access;
  /** The patterns of the list as the config has them. */
  written: readonly string[];
}

export interface ListUses {
  list: PatternList;
  /** False: it matches more than its tasks' lists do. */
  exact: boolean;
  /** By task, ascending. */
  uses: Use[];
}

/** Two lists that meet; both may be one list that several tasks use. */
export interface ListMeeting {
  a: ListUses;
  b: ListUses;
  /** With the patterns as the two lists have them. */
  meeting: Meeting;
}

/** Where names have spellings or links, a list is looked at in parts: see identity.ts. */
function distinctLists(tasks: readonly Task[], identity: Identity): ListUses[] {
  const lists = new Map<string, ListUses>();
  for (const [index, task] of tasks.entries()) {
    for (const access of ['writes', 'reads'] as const) {
      if (task[access].length === 0) continue;
      for (const { list, written, exact } of identity.canonical(task[access])) {
        const key = JSON.stringify([list, exact]);
        const known = lists.get(key) ?? { list, exact, uses: [] };
        const same = identity.isPlain ? known.list : written.map((at) => task[access][at] ?? '');
        known.uses.push({ task: index, access, written: same });
        lists.set(key, known);
      }
    }
  }
  return [...lists.values()];
}

const SAMPLE = 5;
/** The path of a file by the name it is compared by. */
type Shown = (name: string) => string;

/** What lists are compared on. */
export interface Ground {
  /** Over the files by the names that the lists are compared by. */
  expansion: Expansion;
  identity: Identity;
  shown: Shown;
}

const INEXACT = 'under the other names of its files, one of the two is taken to match more than it does';

const NONE: Meeting['files'] = { count: 0, sample: [] };

class Lists {
  readonly #all: readonly ListUses[];
  readonly #ground: Ground;
  readonly #files: (Stretches | undefined)[] = [];

  constructor(all: readonly ListUses[], ground: Ground) {
    this.#all = all;
    this.#ground = ground;
  }

  meet(one: number, other: number): Meeting | undefined {
    const { expansion, shown } = this.#ground;
    const [{ list: a, exact: exactA }, { list: b, exact: exactB }] = [this.#at(one), this.#at(other)];
    const answer = overlap(a, b);
    const files = common(this.#filesOf(one), this.#filesOf(other));
    const exact = answer.exact && exactA && exactB;
    const reason = answer.reason ?? (exact ? undefined : INEXACT);
    const certainty = { exact, ...(reason === undefined ? {} : { reason }) };
    if (!answer.overlap && files.length === 0) return clashing(a, b, findClash(a, b), certainty);
    const sample = files.length === 0 ? [] : first(SAMPLE, files).map((file) => expansion.listing.path(file));
    // A file of today says more than a name made up, but only one that the two patterns named meet in.
    const named = answer.patterns?.map((index, side) => (side === 0 ? a : b)[index] as string);
    const real = named ? firstIn(expansion.listing, files, named) : sample[0];
    const witness = real ?? answer.witness;
    const patterns = named ?? [patternFor(a, witness), patternFor(b, witness)];
    return {
      patterns: patterns as [string, string],
      ...(witness === undefined ? {} : { witness: real === undefined ? witness : shown(real) }),
      ...certainty,
      files: files.length === 0 ? NONE : { count: sizeOf(files), sample: sample.map(shown) },
    };
  }

  #at(index: number): ListUses {
    return this.#all[index] as ListUses;
  }

  #filesOf(index: number): Stretches {
    this.#files[index] ??= this.#ground.expansion.of(this.#at(index).list);
    return this.#files[index];
  }
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

function clashing(
  a: PatternList,
  b: PatternList,
  clash: Clash | undefined,
  certainty: Pick<Meeting, 'exact' | 'reason'>,
): Meeting | undefined {
  if (clash === undefined) return undefined;
  const { file, below, patterns } = clash;
  return {
    patterns: [a[patterns[0]] as string, b[patterns[1]] as string],
    ...certainty,
    files: NONE,
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

/** What one task alone touches keeps nobody apart. */
const isOfOne = (a: ListUses, b: ListUses): boolean => {
  const [{ task } = { task: -1 }] = a.uses;
  return [a.uses, b.uses].every((uses) => uses[0]?.task === task && uses.at(-1)?.task === task);
};

/** All pairs of lists that meet, one of which somebody writes. */
export function findMeetings(tasks: readonly Task[], ground: Ground): ListMeeting[] {
  const all = distinctLists(tasks, ground.identity);
  const writes = all.map(({ uses }) => uses.some((use) => use.access === 'writes'));
  const index = new PrefixIndex(all.map(({ list }) => list));
  const lists = new Lists(all, ground);
  const found: ListMeeting[] = [];
  for (const [first, a] of all.entries()) {
    for (const second of index.near(a.list)) {
      const b = all[second] as ListUses;
      if (second < first || (!writes[first] && !writes[second]) || isOfOne(a, b)) continue;
      const meeting = lists.meet(first, second);
      if (meeting !== undefined) found.push({ a, b, meeting });
    }
  }
  // Where two tasks meet through several pairs of lists, what is known for certain is told.
  return found.sort((one, other) => Number(other.meeting.exact) - Number(one.meeting.exact));
}
