// By which key a task's result is looked for, and from which files that was made.

import { digestOf } from '../../base/digest.ts';
import { rawPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import { InstalledPackages } from '../../cache/installed.ts';
import { type Key, keyOf } from '../../cache/key.ts';
import { thisMachine } from '../../cache/machine.ts';
import type { MadeFiles } from '../../cache/made.ts';
import { inputsOf, type TaskInputs } from '../../cache/task-inputs.ts';
import type { TreeView } from '../../cache/tree-view.ts';
import type { Task } from '../../config/config.ts';
import { trackedAmong } from '../../git/tracked.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import { type StrictEnvironment, strictEnvironment } from '../process/strict-environment.ts';
import type { RunContext } from '../records/context.ts';
import { askTools, type Tools } from './tools.ts';

export interface Lookup {
  key: Key;
  inputs: TaskInputs;
}

/** `reason`: why there is none, a clause. */
export type Found = ({ ok: true } & Lookup) | { ok: false; reason: string };

export interface LookupsOptions {
  view: TreeView;
  made: MadeFiles;
  statCache: StatCache;
  /** All that a task hands over to those that need it, as text. */
  handedOver(task: string): string;
}

/** What decides of a run, or of one that could be. */
export type Surroundings = Pick<RunContext, 'config' | 'sharedEnv' | 'dotenvNames' | 'masker'>;

export class Lookups {
  readonly #context: Surroundings;
  readonly #options: LookupsOptions;
  readonly #installed: InstalledPackages;
  #tools: Promise<Tools> | undefined;

  constructor(context: Surroundings, options: LookupsOptions) {
    const { root } = context.config;
    this.#context = context;
    this.#options = options;
    this.#installed = new InstalledPackages(root, options.statCache);
  }

  /** Something has run. */
  outdated(): void {
    this.#options.view.outdated();
    this.#installed.outdated();
  }

  /** Of the user's tree as it is now. */
  async of(task: Task): Promise<Found> {
    const { config, sharedEnv, dotenvNames } = this.#context;
    const strict = strictEnvironment(sharedEnv, config, task, dotenvNames);
    this.#tools ??= config.cache.tools.length === 0 ? NO_TOOLS : askTools(config, strict.env);
    try {
      const [tools, installed, found] = await Promise.all([
        this.#tools,
        this.#installed.of(task.cwd),
        inputsOf(this.#options.view, {
          ...{ config, task, made: this.#options.made.of(task.id) },
          tracked: (paths) => trackedAmong(config.root, paths),
        }),
      ]);
      if (!tools.ok) return tools;
      if (!found.ok) return found;
      const { inputs } = found;
      // What it has installed itself goes before it runs.
      const others = installed.filter(([path]) => !inputs.own.has(rawPath(path)));
      const key = keyOf({
        installed: others,
        ...{ config, task, entries: inputs.entries },
        ...{ emptyFolders: inputs.emptyFolders, tools: tools.tools },
        env: strict.declared,
        isSecret: this.#secretsIn(strict),
        machine: thisMachine(),
        needs: task.needs.map((id) => [id, digestOf(this.#options.handedOver(id))]),
      });
      return { ok: true, key, inputs };
    } catch (error) {
      return { ok: false, reason: `its inputs could not be read: ${reasonOf(error)}` };
    }
  }

  #secretsIn({ declared }: StrictEnvironment): (name: string) => boolean {
    const { config, masker } = this.#context;
    const values = new Map(declared);
    return (name) => {
      const value = values.get(name) ?? '';
      return config.secrets.includes(name) || masker.text(value) !== value;
    };
  }
}

const NO_TOOLS: Promise<Tools> = Promise.resolve({ ok: true, tools: [] });
