// What other tools are told of a repository's tasks. Each has a file of its own here, in one of two shapes.

import type { Draft } from '../draft.ts';
import type { Project } from './judging.ts';
import type { Entries } from './script-entries.ts';

interface Named {
  /** As in `ptask migrate <name>`. */
  name: string;
  /** Where it is told, if it is used here; shown to people. */
  fileIn(project: Project): string | undefined;
}

/** What a draft says of all tasks, which a tool may add to. */
export type Shared = Pick<Draft, 'cache' | 'env' | 'dotenv' | 'notes'>;

/** A tool that runs the scripts of packages, and is told more of them. */
export interface ScriptSource extends Named {
  /** Makes of entries what the tool is told of them, and comes back with the keys of those that it knows. */
  declare(project: Project, entries: Entries, shared: Shared): ReadonlySet<string>;
}

/** A tool with tasks of its own. */
export interface TaskSource extends Named {
  draft(project: Project): Draft;
}
