// By which key a task's result is looked for, and from which files that was made.

import { rawPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import { type Key, keyOf } from '../../cache/key.ts';
import { thisMachine } from '../../cache/machine.ts';
import type { MadeFiles } from '../../cache/made.ts';
import { inputsOf, type TaskInputs } from '../../cache/task-inputs.ts';
import type { TreeView } from '../../cache/tree-view.ts';
import type { Config, Task } from '../../config/config.ts';
import { trackedAmong } from '../../git/tracked.ts';
import type { Surroundings } from './surroundings.ts';

export interface Lookup {
  key: Key;
  inputs: TaskInputs;
  /** See `About`. */
  about: string;
}

/** `reason`: why there is none, a clause. */
export type Found = ({ ok: true } & Lookup) | { ok: false; reason: string };

export interface LookupsOptions {
  config: Config;
  surroundings: Surroundings;
  view: TreeView;
  made: MadeFiles;
}

export class Lookups {
  readonly #options: LookupsOptions;

  constructor(options: LookupsOptions) {
    this.#options = options;
  }

  /** Something has run. */
  outdated(): void {
    this.#options.view.outdated();
    this.#options.surroundings.outdated();
  }

  /** Of the user's tree as it is now. */
  async of(task: Task): Promise<Found> {
    const { config, surroundings, view, made } = this.#options;
    const about = await surroundings.of(task);
    if (!about.ok) return about;
    const { text, strict, installed, needs, tools } = about;
    try {
      const found = await inputsOf(view, {
        ...{ config, task, made: made.of(task.id) },
        tracked: (paths) => trackedAmong(config.root, paths),
      });
      if (!found.ok) return found;
      const { inputs } = found;
      // What it has installed itself goes before it runs.
      const others = installed.filter(([path]) => !inputs.own.has(rawPath(path)));
      const key = keyOf({
        ...{ config, task, installed: others, needs, tools },
        ...{ entries: inputs.entries, emptyFolders: inputs.emptyFolders },
        ...{ env: strict.declared, isSecret: strict.isSecret, machine: thisMachine() },
      });
      return { ok: true, key, inputs, about: text };
    } catch (error) {
      return { ok: false, reason: `its inputs could not be read: ${reasonOf(error)}` };
    }
  }
}
