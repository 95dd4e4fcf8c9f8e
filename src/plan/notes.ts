// What a reader of a plan should know besides what runs when.

import type { Config, Task } from '../config/config.ts';
import type { Note } from '../model/plan.ts';
import type { EarlyRead, FileHazards } from './hazards.ts';
import { overlap } from './patterns/index.ts';
import type { Expansion } from './touches.ts';

export interface NotesInput {
  config: Config;
  /** Those that are planned. */
  tasks: readonly Task[];
  expansion: Expansion;
  hazards: FileHazards;
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

/** Only some tasks were asked for, and one of the others writes what one of these reads. */
function writersLeftOut({ config, tasks }: NotesInput): Note[] {
  if (tasks.length === config.tasks.length) return [];
  const planned = new Set(tasks.map(({ id }) => id));
  const others = config.tasks.filter(({ id, writes }) => !planned.has(id) && writes.length > 0);
  return tasks.flatMap((task) => {
    if (task.reads.length === 0 || task.snapshotReads) return [];
    return others.flatMap((writer): Note[] => {
      const { overlap: meets, witness = 'something' } = overlap(writer.writes, task.reads);
      if (!meets) return [];
      const text = `${task.id} reads ${witness}, which ${writer.id} writes, and ${writer.id} is not among these tasks`;
      return [{ kind: 'writer-left-out', tasks: [task.id, writer.id], text }];
    });
  });
}

/** What a task writes may well not be there yet; what it reads should be, or be written by somebody. */
function readsOfNothing({ config, tasks, expansion }: NotesInput): Note[] {
  const isMade = ({ id, reads }: Task): boolean =>
    config.tasks.some(
      (other) => other.id !== id && other.writes.length > 0 && overlap(other.writes, reads).overlap,
    );
  return tasks
    .filter((task) => task.reads.length > 0 && expansion.of(task.reads).length === 0)
    .filter((task) => task.needs.length === 0 && !isMade(task))
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
