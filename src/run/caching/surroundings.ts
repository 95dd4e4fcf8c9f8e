// All but files that a task's key is made from: what the config says of it, its environment, this machine, what is installed.

import { digestOf } from '../../base/digest.ts';
import { reasonOf } from '../../base/system-limits.ts';
import { type Installed, InstalledPackages } from '../../cache/installed.ts';
import { thisMachine } from '../../cache/machine.ts';
import type { Task } from '../../config/config.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import { type StrictEnvironment, strictEnvironment } from '../process/strict-environment.ts';
import type { RunContext } from '../records/context.ts';
import { definitionOf, type TaskFingerprint } from './task-fingerprint.ts';
import { askTools, type Tools } from './tools.ts';

/** What decides of a run, or of one that could be. */
export type Ground = Pick<RunContext, 'config' | 'sharedEnv' | 'settings' | 'masker'>;

/** What tasks have in common that are given the same and work in the same folder. */
interface Environs {
  strict: Strict;
  tools: Extract<Tools, { ok: true }>['tools'];
  installed: Installed;
  /** Of all that. */
  digest: string;
}

interface Strict extends StrictEnvironment {
  /** Of what is declared. */
  digest: string;
  isSecret(name: string): boolean;
}

/** Of a task; `text` tells two of them apart. */
export type About =
  | {
      ok: true;
      text: string;
      fingerprint: TaskFingerprint;
      strict: Strict;
      tools: readonly (readonly [command: string, digest: string])[];
      installed: Installed;
      needs: readonly (readonly [task: string, digest: string])[];
    }
  /** A clause. */
  | { ok: false; reason: string };

export class Surroundings {
  readonly #ground: Ground;
  readonly #handedOver: (task: string) => string;
  readonly #installed: InstalledPackages;
  #tools: Promise<Tools> | undefined;
  readonly #strict = new Map<string, Strict>();
  /** Why no task has a key, a clause. */
  problem: string | undefined;

  /** @param handedOver all that a task hands over to those that need it, as text */
  constructor(ground: Ground, statCache: StatCache, handedOver: (task: string) => string = () => '') {
    this.#ground = ground;
    this.#handedOver = handedOver;
    this.#installed = new InstalledPackages(ground.config.root, statCache);
  }

  /** Something has run. */
  outdated(): void {
    this.#installed.outdated();
  }

  async of(task: Task): Promise<About> {
    const [about] = await this.ofAll([task]);
    return about as About;
  }

  /** In their order. */
  async ofAll(tasks: readonly Task[]): Promise<About[]> {
    const names = tasks.map(({ cwd, env, cache }) => JSON.stringify([cwd, env, cache]));
    const first = new Map(tasks.map((task, at) => [names[at] as string, task]));
    const environs = new Map<string, Environs | { reason: string }>();
    const all = [...first].map(async ([name, task]) => environs.set(name, await this.#environsOf(task)));
    await Promise.all(all);
    return tasks.map((task, at) => {
      const found = environs.get(names[at] as string) as Environs | { reason: string };
      return 'reason' in found ? { ok: false, ...found } : this.#aboutOf(task, found);
    });
  }

  #aboutOf(task: Task, { strict, tools, installed, digest }: Environs): About {
    try {
      const needs = task.needs.map((id): [string, string] => [id, digestOf(this.#handedOver(id))]);
      const fingerprint = `${definitionOf(task, this.#ground.config)} ${digest}`;
      const text = needs.length === 0 ? fingerprint : `${fingerprint} ${JSON.stringify(needs)}`;
      return { ok: true, text, fingerprint, strict, installed, needs, tools };
    } catch (error) {
      return { ok: false, reason: unread(error) };
    }
  }

  async #environsOf(task: Task): Promise<Environs | { reason: string }> {
    const { config } = this.#ground;
    const strict = this.#strictOf(task);
    this.#tools ??= config.cache.tools.length === 0 ? NO_TOOLS : askTools(config, strict.env);
    try {
      const [tools, installed] = await Promise.all([this.#tools, this.#installed.of(task.cwd)]);
      if (!tools.ok) {
        this.problem = tools.reason;
        return { reason: tools.reason };
      }
      const digest = digestOf(JSON.stringify([strict.digest, tools.tools, installed, thisMachine()]));
      return { strict, tools: tools.tools, installed, digest };
    } catch (error) {
      return { reason: unread(error) };
    }
  }

  /** Most tasks are given the same. */
  #strictOf({ env, cache }: Task): Strict {
    const name = JSON.stringify([env, cache]);
    let strict = this.#strict.get(name);
    if (strict === undefined) {
      const { config, sharedEnv, settings, masker } = this.#ground;
      const made = strictEnvironment(sharedEnv, config, { env, cache }, settings);
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

const unread = (error: unknown): string => `its inputs could not be read: ${reasonOf(error)}`;

const NO_TOOLS: Promise<Tools> = Promise.resolve({ ok: true, tools: [] });
