// By which key a task's result is looked for, and from which files that was made.

import { type RawPath, rawPath } from '../../base/raw-path.ts';
import type { Fingerprint } from '../../base/stat-fingerprint.ts';
import { reasonOf } from '../../base/system-limits.ts';
import { type Key, keyOf } from '../../cache/key.ts';
import { thisMachine } from '../../cache/machine.ts';
import type { MadeFiles } from '../../cache/made.ts';
import { inputsOf, readOf, type TaskInputs } from '../../cache/task-inputs.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { Config, Task } from '../../config/config.ts';
import { trackedAmong } from '../../git/tracked.ts';
import type { Known } from '../../store/image.ts';
import type { StatCache } from '../../store/stat-cache.ts';
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
  statCache: StatCache;
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

  /** The files that it reads as they are now, by their prints, and what cannot be read. */
  async readNow(task: Task): Promise<{ prints: Map<RawPath, Fingerprint>; leftOut: RawPath[] }> {
    const { config, statCache } = this.#options;
    // Of a file whose print is as it was, nobody asks what is in it.
    const known: Known = {
      get: (print) => statCache.lastRead(print),
      learn: (...learned) => statCache.learn(...learned),
      clock: () => statCache.clock(),
    };
    const read = await readOf(new TreeView(config.root, known), config, task);
    const entries = read.flatMap((view) => [...view.entries]);
    return {
      prints: new Map(entries.map(([path, { print }]) => [path, print])),
      leftOut: read.flatMap(({ leftOut }) => leftOut),
    };
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
