// Which lists of the tasks meet in a common path. Unaware of order and of policy.

import type { Identity } from './canonical-path.ts';
import { type Clash, findClash } from './file-dir-conflicts.ts';
import { common, membersOf, type Stretches, sizeOf } from './interval-set.ts';
import type { Listing } from './listing-tree.ts';
import { Answers } from './overlap-cache.ts';
import { type ListOverlap, type ListUses, Overlaps } from './overlaps.ts';
import { isExclude, matcher, type Overlap, type PatternList } from './patterns/index.ts';
import { PrefixIndex } from './prefix-index.ts';
import type { TaskClass } from './task-classes.ts';
import type { Expansion } from './touches.ts';

/** Where names have spellings or links, a list is looked at in parts: see canonical-path.ts. */
function distinctLists(classes: readonly TaskClass[], identity: Identity): ListUses[] {
  const lists = new Map<string, ListUses>();
  for (const [by, { task }] of classes.entries()) {
    for (const access of ['writes', 'reads'] as const) {
      if (task[access].length === 0) continue;
      for (const { list, written, exact } of identity.canonical(task[access])) {
        const key = JSON.stringify([list, exact]);
        const known = lists.get(key) ?? { list, exact, uses: [] };
        known.uses.push({ by, access, written: written.map((at) => task[access][at] ?? '') });
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

const NONE: ListOverlap['files'] = { count: 0, sample: [] };

/** A contact, and the patterns of the two lists that meet in it, as indexes. */
interface Encountered {
  patterns: readonly [number, number];
  contact: ListOverlap;
}

class Lists {
  readonly #all: readonly ListUses[];
  readonly #ground: Ground;
  readonly #answers: Answers;
  /** Of answers with no file of today, which are what most of many pairs have. */
  readonly #contacts = new Map<Overlap, ListOverlap>();
  readonly #files: (Stretches | undefined)[] = [];

  constructor(all: readonly ListUses[], ground: Ground, answers: Answers) {
    this.#all = all;
    this.#ground = ground;
    this.#answers = answers;
  }

  meet(one: number, other: number): Encountered | undefined {
    const { expansion, shown } = this.#ground;
    const [{ list: a, exact: exactA }, { list: b, exact: exactB }] = [this.#at(one), this.#at(other)];
    const answer = this.#answers.of(one, other);
    const files = common(this.#filesOf(one), this.#filesOf(other));
    if (files.length === 0 && answer.patterns && exactA && exactB)
      return { patterns: answer.patterns, contact: this.#imagined(answer) };
    const exact = answer.exact && exactA && exactB;
    const reason = answer.reason ?? (exact ? undefined : INEXACT);
    const certainty = { exact, ...(reason === undefined ? {} : { reason }) };
    if (!answer.overlap && files.length === 0) return clashing(findClash(a, b), certainty);
    const sample = files.length === 0 ? [] : first(SAMPLE, files).map((file) => expansion.listing.path(file));
    // A file of today says more than a name made up, but only one that the two patterns named meet in.
    const named = answer.patterns?.map((index, side) => (side === 0 ? a : b)[index] as string);
    const real = named ? firstIn(expansion.listing, files, named) : sample[0];
    const witness = real ?? answer.witness;
    const contact = {
      ...(witness === undefined ? {} : { witness: real === undefined ? witness : shown(real) }),
      ...certainty,
      files: files.length === 0 ? NONE : { count: sizeOf(files), sample: sample.map(shown) },
    };
    return { patterns: answer.patterns ?? [patternFor(a, witness), patternFor(b, witness)], contact };
  }

  #imagined(answer: Overlap): ListOverlap {
    let known = this.#contacts.get(answer);
    if (known === undefined) {
      const { witness, exact, reason } = answer;
      known = {
        ...(witness === undefined ? {} : { witness }),
        exact,
        ...(reason === undefined ? {} : { reason }),
        files: NONE,
      };
      this.#contacts.set(answer, known);
    }
    return known;
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
  clash: Clash | undefined,
  certainty: Pick<ListOverlap, 'exact' | 'reason'>,
): Encountered | undefined {
  if (clash === undefined) return undefined;
  const { file, below, patterns } = clash;
  return { patterns, contact: { ...certainty, files: NONE, clash: { file, below } } };
}

/** Which pattern of a list matches the path; its first include where no path is known. */
function patternFor(list: PatternList, path: string | undefined): number {
  const found =
    path === undefined ? -1 : list.findIndex((pattern) => !isExclude(pattern) && matcher([pattern])(path));
  return found >= 0
    ? found
    : Math.max(
        0,
        list.findIndex((pattern) => !isExclude(pattern)),
      );
}

/** All pairs of lists that meet, one of which somebody writes. `root` is where answers are remembered. */
export function findOverlaps(classes: readonly TaskClass[], ground: Ground, root: string): Overlaps {
  const all = distinctLists(classes, ground.identity);
  const writes = all.map(({ uses }) => uses.some((use) => use.access === 'writes'));
  const patterns = all.map(({ list }) => list);
  const index = new PrefixIndex(patterns);
  const answers = new Answers(root, patterns);
  const lists = new Lists(all, ground, answers);
  const met = new Overlaps(all);
  // What one task alone touches keeps nobody apart.
  const owners = all.map(({ uses: [first, ...others] }) => {
    const isOfOne = others.every(({ by }) => by === first?.by);
    return isOfOne && classes[first?.by ?? -1]?.members.length === 1 ? first?.by : undefined;
  });
  for (const [first, a] of all.entries()) {
    for (const second of index.near(a.list)) {
      if (second < first || (!writes[first] && !writes[second])) continue;
      if (owners[first] !== undefined && owners[first] === owners[second]) continue;
      const found = lists.meet(first, second);
      if (found !== undefined) met.add(first, second, found.patterns, found.contact);
    }
  }
  answers.save();
  return met;
}
