// The tasks that a config's entries stand for: today each entry is one task of its own name. A task knows where it is written,
// and whoever has something to say of it asks that and not its name.

import type { Place } from '../base/diagnostic.ts';
import type { WrittenConfig, Task as WrittenTask } from '../model/written-config.ts';
import type { Path, Syntax } from './document.ts';

/** Where something is written: the path of its node in a document. */
export class Source {
  readonly syntax: Syntax;
  readonly path: Path;

  constructor(syntax: Syntax, path: Path) {
    this.syntax = syntax;
    this.path = path;
  }

  /** Of what is at a path below the node; see `Syntax`. */
  placeOf(path: Path, part?: 'key' | 'value'): Place {
    return this.syntax.placeOf([...this.path, ...path], part);
  }

  textOf(path: Path): string | undefined {
    return this.syntax.textOf([...this.path, ...path]);
  }

  /** Of the key that the node stands under. */
  get key(): Place {
    return this.syntax.placeOf(this.path, 'key');
  }
}

/** A task as it is written, with every field at its path below the source. */
export interface TaskDraft<From = Source> {
  id: string;
  source: From;
  /** Without what the schema objects to: a list may have holes, which `flatMap` and its kin pass over. */
  written: WrittenTask;
  /** Something was taken from it: what it now lacks, it may well have had. */
  isBroken: boolean;
}

/** What an entry of `tasks` stands for; each task has a name that no other has. */
export type Expander = (key: string, written: WrittenTask) => Pick<TaskDraft, 'id' | 'written'>[];

export const oneEach: Expander = (id, written) => [{ id, written }];

export interface Expanded<From = Source> {
  /** In the order of the text. */
  tasks: TaskDraft<From>[];
  /** Of these, and the keys of those of which the schema has left nothing: they exist. */
  names: Set<string>;
}

interface Entries<From> {
  written: WrittenConfig['tasks'];
  /** In the order of the text. */
  keys: readonly string[];
  /** Those that the schema objects to, in whole or in part. */
  broken: ReadonlySet<string>;
  sourceOf(path: Path): From;
}

export function expand<From>(
  { written: entries, keys, broken, sourceOf }: Entries<From>,
  expander = oneEach,
): Expanded<From> {
  const tasks: TaskDraft<From>[] = [];
  const names = new Set<string>();
  for (const key of keys) {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (entry === undefined) names.add(key);
    else {
      const source = sourceOf(['tasks', key]);
      const isBroken = broken.has(key);
      for (const { id, written } of expander(key, entry)) {
        tasks.push({ id, source, written, isBroken });
        names.add(id);
      }
    }
  }
  return { tasks, names };
}
