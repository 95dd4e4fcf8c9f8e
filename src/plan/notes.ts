// What a reader of a plan should know besides what runs when.

import type { Config, Task } from '../config/config.ts';
import type { Note } from '../model/plan.ts';
import type { EarlyRead, FileHazards } from './hazards.ts';
import type { Identity } from './identity.ts';
import { type Overlap, overlap, type PatternList } from './patterns/index.ts';
import { PrefixIndex } from './prefix-index.ts';
import type { Expansion } from './touches.ts';

export interface NotesInput {
  config: Config;
  /** Those that are planned. */
  tasks: readonly Task[];
  expansion: Expansion;
  hazards: FileHazards;
  identity: Identity;
}

/** A task that only gathers others touches nothing, and that is no omission. */
export const isUndeclared = (task: Task): boolean =>
  task.reads.length + task.writes.length === 0 && task.run.length > 0;

export function notesOf(input: NotesInput): Note[] {
  return [...earlyReads(input), ...writersLeftOut(input), ...readsOfNothing(input), ...undeclared(input)];
}

function earlyReads({ hazards, tasks }: NotesInput): Note[] {
  return hazards.earlyReads.map(({ reader, writer, meeting }: EarlyRead) => {
    const [early, late] = [(tasks[reader] as Task).id, (tasks[writer] as Task).id];
    const path = meeting.witness ?? meeting.patterns[0];
    return {
      kind: 'reads-before-write',
      tasks: [early, late],
      text: `${early} reads ${path} before ${late} writes it`,
    };
  });
}

/** Finds among many tasks those that write what a list matches, under whichever names. */
class Writers {
  readonly #tasks: readonly Task[];
  readonly #identity: Identity;
  /** Parts of the tasks' lists, and whose they are. */
  readonly #parts: PatternList[] = [];
  readonly #owners: number[] = [];
  readonly #index: PrefixIndex;

  constructor(tasks: readonly Task[], identity: Identity) {
    this.#tasks = tasks;
    this.#identity = identity;
    for (const [owner, { writes }] of tasks.entries()) {
      if (writes.length === 0) continue;
      for (const { list } of identity.canonical(writes)) {
        this.#parts.push(list);
        this.#owners.push(owner);
      }
    }
    this.#index = new PrefixIndex(this.#parts);
  }

  /** Who else writes what the task reads, each with the first answer that says so, in the order of the tasks. */
  *of({ id, reads }: Task): Generator<{ writer: Task; answer: Overlap }> {
    let last = -1;
    const parts = this.#identity.canonical(reads).map((part) => part.list);
    const near = new Set(parts.flatMap((part) => this.#index.near(part)));
    for (const at of [...near].sort((a, b) => a - b)) {
      const owner = this.#owners[at] as number;
      if (owner === last || this.#tasks[owner]?.id === id) continue;
      const written = this.#parts[at] as PatternList;
      const answer = parts.map((part) => overlap(written, part)).find((each) => each.overlap);
      if (answer === undefined) continue;
      last = owner;
      yield { writer: this.#tasks[owner] as Task, answer };
    }
  }
}

/** Only some tasks were asked for, and one of the others writes what one of these reads. */
function writersLeftOut({ config, tasks, identity }: NotesInput): Note[] {
  if (tasks.length === config.tasks.length) return [];
  const planned = new Set(tasks.map(({ id }) => id));
  const others = new Writers(
    config.tasks.filter(({ id }) => !planned.has(id)),
    identity,
  );
  return tasks.flatMap((task) => {
    if (task.reads.length === 0 || task.snapshotReads) return [];
    return Array.from(others.of(task), ({ writer, answer }): Note => {
      const { witness = 'something' } = answer;
      const text = `${task.id} reads ${witness}, which ${writer.id} writes, and ${writer.id} is not among these tasks`;
      return { kind: 'writer-left-out', tasks: [task.id, writer.id], text };
    });
  });
}

/** What a task writes may well not be there yet; what it reads should be, or be written by somebody. */
function readsOfNothing({ config, tasks, expansion, identity }: NotesInput): Note[] {
  const suspects = tasks.filter(
    ({ reads, needs }) => reads.length > 0 && needs.length === 0 && expansion.of(reads).length === 0,
  );
  if (suspects.length === 0) return [];
  const writers = new Writers(config.tasks, identity);
  const isMade = (task: Task): boolean => writers.of(task).next().done === false;
  return suspects
    .filter((task) => !isMade(task))
    .map((task) => ({
      kind: 'matches-nothing',
      tasks: [task.id],
      text: `${task.id} reads ${task.reads.join(', ')}, which matches no file and which no task writes`,
    }));
}

function undeclared({ tasks }: NotesInput): Note[] {
  const ids = tasks.filter(isUndeclared).map((task) => task.id);
  const text = 'neither reads nor writes are declared, so they are taken to touch nothing';
  return ids.length === 0 ? [] : [{ kind: 'undeclared', tasks: ids, text }];
}
