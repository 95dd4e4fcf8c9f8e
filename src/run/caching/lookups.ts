// By which key a task's result is looked for, and from which files that was made.

import { digestOf } from '../../base/digest.ts';
import { reasonOf } from '../../base/system-limits.ts';
import { type Installed, InstalledPackages } from '../../cache/installed.ts';
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
  /** See `About`. */
  about: string;
}

interface Strict extends StrictEnvironment {
  /** Of what is declared. */
  digest: string;
  isSecret(name: string): boolean;
}

/** All but files that a task's key is made from; `text` tells two of them apart. */
export type About =
  | {
      ok: true;
      text: string;
      strict: Strict;
      tools: readonly (readonly [command: string, digest: string])[];
      installed: Installed;
      needs: readonly (readonly [task: string, digest: string])[];
    }
  /** A clause. */
  | { ok: false; reason: string };

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
  readonly #strict = new Map<string, Strict>();

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

  /** All but files that a task's key is made from. */
  async about(task: Task): Promise<About> {
    const { config } = this.#context;
    const strict = this.#strictOf(task);
    this.#tools ??= config.cache.tools.length === 0 ? NO_TOOLS : askTools(config, strict.env);
    try {
      const [tools, installed] = await Promise.all([this.#tools, this.#installed.of(task.cwd)]);
      if (!tools.ok) return tools;
      const needs = task.needs.map((id): [string, string] => [id, digestOf(this.#options.handedOver(id))]);
      const { run, verify, shell, cwd, reads, writes, cache } = task;
      const text = JSON.stringify([
        ...[run, verify, shell, cwd, reads, writes, cache, config.cache.reads, config.cache.salt],
        ...[strict.digest, tools.tools, installed, needs, thisMachine()],
      ]);
      return { ok: true, text, strict, installed, needs, tools: tools.tools };
    } catch (error) {
      return { ok: false, reason: `its inputs could not be read: ${reasonOf(error)}` };
    }
  }

  /** Of the user's tree as it is now. */
  async of(task: Task, known?: About): Promise<Found> {
    const { config } = this.#context;
    const about = known ?? (await this.about(task));
    if (!about.ok) return about;
    const { text, strict, installed, needs, tools } = about;
    try {
      const found = await inputsOf(this.#options.view, {
        ...{ config, task, made: this.#options.made.of(task.id) },
        tracked: (paths) => trackedAmong(config.root, paths),
      });
      if (!found.ok) return found;
      const { inputs } = found;
      const key = keyOf({
        ...{ config, task, installed, needs, tools, entries: inputs.entries },
        ...{ env: strict.declared, isSecret: strict.isSecret, machine: thisMachine() },
      });
      return { ok: true, key, inputs, about: text };
    } catch (error) {
      return { ok: false, reason: `its inputs could not be read: ${reasonOf(error)}` };
    }
  }

  /** Most tasks are given the same. */
  #strictOf({ env, cache }: Task): Strict {
    const name = JSON.stringify([env, cache]);
    let strict = this.#strict.get(name);
    if (strict === undefined) {
      const { config, sharedEnv, dotenvNames, masker } = this.#context;
      const made = strictEnvironment(sharedEnv, config, { env, cache }, dotenvNames);
      const secret = new Set(
        made.declared.flatMap(([name, value]) =>
          config.secrets.includes(name) || masker.text(value) !== value ? [name] : [],
        ),
      );
      const digest = digestOf(JSON.stringify(made.declared));
      strict = { ...made, digest, isSecret: (name) => secret.has(name) };
      this.#strict.set(name, strict);
    }
    return strict;
  }
}

const NO_TOOLS: Promise<Tools> = Promise.resolve({ ok: true, tools: [] });
