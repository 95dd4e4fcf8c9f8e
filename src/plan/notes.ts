// What a reader of a plan should know besides what runs when.

import type { Config, Task } from '../config/config.ts';
import type { Note } from '../model/plan.ts';
import type { Identity } from './canonical-path.ts';
import type { FileHazards } from './hazards.ts';
import { isExclude, type Overlap, overlap, type PatternList } from './patterns/index.ts';
import { PrefixIndex } from './prefix-index.ts';
import type { Expansion } from './touches.ts';

export interface NotesInput {
  config: Config;
  /** Those that are planned. */
  tasks: readonly Task[];
  expansion: Expansion;
  /** The same files by the names that the identity gives them, and the path of each. */
  named: Expansion;
  shown(name: string): string;
  hazards: FileHazards;
  identity: Identity;
}

/** A task that only gathers others touches nothing, and that is no omission. */
export const isUndeclared = (task: Task): boolean => !task.isDeclared && task.run.length > 0;

export function notesOf(input: NotesInput): Note[] {
  return [
    ...earlyReads(input),
    ...writersLeftOut(input),
    ...readsOfNothing(input),
    ...undeclared(input),
    ...notCached(input),
  ];
}

/** Of those for which the cache was asked, reason by reason. */
function notCached({ tasks }: NotesInput): Note[] {
  const byReason = new Map<string, string[]>();
  for (const { id, cache, run } of tasks) {
    if (cache.isOn || cache.reason === undefined || run.length === 0) continue;
    byReason.set(cache.reason, [...(byReason.get(cache.reason) ?? []), id]);
  }
  return [...byReason].map(([text, ids]): Note => ({ kind: 'not-cached', tasks: ids, text }));
}

function earlyReads({ hazards: { earlyReads }, tasks }: NotesInput): Note[] {
  const told = earlyReads.first.map(({ reader, writer, meeting }): Note => {
    const [early, late] = [(tasks[reader] as Task).id, (tasks[writer] as Task).id];
    const path = meeting.witness ?? meeting.patterns[0];
    const text = `${early} reads ${path} before ${late} writes it`;
    return { kind: 'reads-before-write', tasks: [early, late], text };
  });
  const rest = earlyReads.count - told.length;
  if (rest === 0) return told;
  const text = `and ${rest.toLocaleString('en')} more pairs of tasks in which one reads what the other writes only later`;
  return [...told, { kind: 'reads-before-write', tasks: [], text }];
}

/** Finds among many tasks those that write what a list matches, under whichever names. */
class Writers {
  readonly #identity: Identity;
  /** Parts of the tasks' lists, and the tasks that have them. */
  readonly #parts: PatternList[];
  readonly #owners: number[][];
  readonly #index: PrefixIndex;
  readonly #known = new Map<string, Map<number, Overlap>>();

  constructor(tasks: readonly Task[], identity: Identity) {
    this.#identity = identity;
    const owners = new Map<string, { list: PatternList; owners: number[] }>();
    for (const [owner, { writes }] of tasks.entries()) {
      if (writes.length === 0) continue;
      for (const { list } of identity.canonical(writes)) {
        const key = JSON.stringify(list);
        const known = owners.get(key);
        if (known === undefined) owners.set(key, { list, owners: [owner] });
        else known.owners.push(owner);
      }
    }
    this.#parts = Array.from(owners.values(), ({ list }) => list);
    this.#owners = Array.from(owners.values(), (part) => part.owners);
    this.#index = new PrefixIndex(this.#parts);
  }

  /** By number the tasks that write what the list matches, each with an answer that says so. */
  of(reads: PatternList): ReadonlyMap<number, Overlap> {
    const key = JSON.stringify(reads);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = new Map<number, Overlap>();
    const parts = this.#identity.canonical(reads).map((part) => part.list);
    const near = new Set(parts.flatMap((part) => this.#index.near(part)));
    for (const at of [...near].sort((a, b) => a - b)) {
      const written = this.#parts[at] as PatternList;
      const answer = parts.map((part) => overlap(written, part)).find((each) => each.overlap);
      if (answer === undefined) continue;
      for (const owner of this.#owners[at] as number[]) if (!found.has(owner)) found.set(owner, answer);
    }
    this.#known.set(key, found);
    return found;
  }
}

/** Writers that are named one by one for each reader. */
const MOST_WRITERS = 20;

/** Only some tasks were asked for, and one of the others writes what one of these reads. */
function writersLeftOut(input: NotesInput): Note[] {
  const { config, tasks, identity } = input;
  if (tasks.length === config.tasks.length) return [];
  const planned = new Set(tasks.map(({ id }) => id));
  const others = config.tasks.filter(({ id }) => !planned.has(id));
  const writers = new Writers(others, identity);
  return tasks.flatMap((task) => {
    if (task.reads.length === 0 || task.snapshotReads) return [];
    const found = writers.of(task.reads);
    const first = [...found.keys()].sort((a, b) => a - b).slice(0, MOST_WRITERS);
    return first.map((at): Note => {
      const { id, writes } = others[at] as Task;
      const { witness } = found.get(at) as Overlap;
      const text = `${task.id} reads ${witness ?? 'something'}, written by ${id}, which isn't part of this run`;
      const files = existing(input, task.reads, writes);
      const path = witness ?? files[0];
      return {
        kind: 'writer-left-out',
        tasks: [task.id, id],
        text,
        ...(path !== undefined && { path }),
        files,
      };
    });
  });
}

/** Files of today that are both read and written: the first for each pattern of what is written. */
function existing({ named, shown, identity }: NotesInput, reads: PatternList, writes: PatternList): string[] {
  const partsOf = (list: PatternList) => identity.canonical(list).map((part) => part.list);
  const read = partsOf(reads);
  const found = partsOf(writes).flatMap((list) => {
    const excludes = list.filter(isExclude);
    const includes = list.filter((pattern) => !isExclude(pattern));
    return includes.flatMap((pattern) =>
      read.flatMap((part) => {
        const [file] = named.common(part, [pattern, ...excludes]);
        return file === undefined ? [] : [shown(named.listing.path(file))];
      }),
    );
  });
  return [...new Set(found)].sort();
}

/** What a task writes may well not be there yet; what it reads should be, or be written by somebody. */
function readsOfNothing({ config, tasks, expansion, identity }: NotesInput): Note[] {
  const suspects = tasks.filter(
    ({ reads, needs }) => reads.length > 0 && needs.length === 0 && expansion.of(reads).length === 0,
  );
  if (suspects.length === 0) return [];
  const writers = new Writers(config.tasks, identity);
  const isMade = ({ index, reads }: Task): boolean => {
    const found = writers.of(reads);
    return found.size > (found.has(index) ? 1 : 0);
  };
  return suspects
    .filter((task) => !isMade(task))
    .map((task) => ({
      kind: 'matches-nothing',
      tasks: [task.id],
      text: `${task.id} reads ${task.reads.join(', ')}, which matches no file and is written by no task`,
    }));
}

function undeclared({ tasks }: NotesInput): Note[] {
  const ids = tasks.filter(isUndeclared).map((task) => task.id);
  const text = 'no reads or writes declared; ptask assumes these tasks touch no files';
  return ids.length === 0 ? [] : [{ kind: 'undeclared', tasks: ids, text }];
}
