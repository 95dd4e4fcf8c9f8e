// The tasks of a run that run on a server of the Remote Execution API, and those of them that turn out to have to run here.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf } from '../../base/file-name.ts';
import type { Making } from '../../cache/made.ts';
import { inputsOf, type TaskInputs } from '../../cache/task-inputs.ts';
import { TreeView } from '../../cache/tree-view.ts';
import type { Config, Remote, Task } from '../../config/config.ts';
import { trackedAmong } from '../../git/tracked.ts';
import type { Engine } from '../../remote/engine.ts';
import type { TaskCaching } from '../caching/task-caching.ts';
import type { Elsewhere, Errand, RanElsewhere } from '../executor/elsewhere.ts';
import type { RunContext } from '../records/context.ts';
import { remoteScratch } from '../records/scratch.ts';
import type { ApplyingOptions } from '../workspace/shared/apply-changes.ts';
import type { IsolatedTree } from '../workspace/worktree/isolated-tree.ts';
import { afterFailure, attemptRemotely } from './attempt.ts';
import { handedTo, Obstacle, reachingEnvironment, refuseSecrets } from './environment.ts';
import { type Shared, sharedTree } from './given.ts';
import { type Beginning, isolatedResult } from './isolated-result.ts';
import { openEngine } from './open-engine.ts';
import { RemoteWorkspace } from './remote-workspace.ts';
import { sharedFiles } from './shared-files.ts';

export interface RemoteTasksOptions extends ApplyingOptions {
  /** Those of the plan. */
  tasks: ReadonlySet<string>;
  /** Those that are merged. */
  isolated: ReadonlySet<string>;
  isolation: IsolatedTree | undefined;
  caching: TaskCaching | undefined;
  /** Whether what the server has from earlier counts. */
  reads: boolean;
}

export interface RemoteAttempts {
  workspace: RemoteWorkspace;
  elsewhere: Elsewhere;
}

export class RemoteTasks {
  readonly #context: RunContext;
  readonly #config: Config & { remote: Remote };
  readonly #options: RemoteTasksOptions;
  readonly #view: TreeView;
  /** Those that were to run there and run here. */
  readonly #here = new Set<string>();
  /** Those that turned out to be for this machine alone. */
  readonly #kept = new Set<string>();
  #engine: Promise<Engine> | undefined;
  #shared: Promise<Shared> | undefined;
  readonly #sent = new Set<string>();
  #count = 0;

  constructor(context: RunContext & { config: Config & { remote: Remote } }, options: RemoteTasksOptions) {
    this.#context = context;
    this.#config = context.config;
    this.#options = options;
    this.#view = new TreeView(context.config.root, options.tree.statCache);
  }

  takes({ id }: Pick<Task, 'id'>): boolean {
    return this.#options.tasks.has(id) && !this.#here.has(id);
  }

  open(task: Task): RemoteAttempts {
    const { isolated, isolation, tree, watch, onOver } = this.#options;
    const { folder: runFolder, config } = this.#context;
    const folder = join(this.#folder, `${fileNameOf(task.id)}`);
    // Of one that runs again.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    let beginning: Beginning | undefined;
    const own = isolated.has(task.id) ? isolation : undefined;
    const workspace = new RemoteWorkspace({
      ...{ root: config.root, runFolder, task, folder, tree, watch, onOver },
      isolate:
        own &&
        ((collected) => isolatedResult(own, { ...collected, task, beginning: beginning as Beginning })),
    });
    const run = async (errand: Errand): Promise<RanElsewhere> => {
      // What an earlier attempt has left is none of this one.
      workspace.left = undefined;
      try {
        const begin = await this.#begin(task, own);
        beginning = begin.beginning;
        this.#count += 1;
        const attempt = { folder: join(folder, String(this.#count)), inputs: begin.inputs };
        const { ran, left } = await this.#attempt(task, errand, attempt);
        workspace.left = left;
        return ran;
      } catch (error) {
        if (error instanceof Obstacle) this.#kept.add(task.id);
        return afterFailure(error, task, errand.stop);
      }
    };
    return { workspace, elsewhere: { run } };
  }

  async #attempt(
    task: Task,
    errand: Errand,
    { folder, inputs }: { folder: string; inputs: TaskInputs },
  ): ReturnType<typeof attemptRemotely> {
    const { emit } = this.#context;
    const { isolated, reads, tree } = this.#options;
    const { id } = task;
    const { inputs: globs } = this.#config.remote;
    const env = reachingEnvironment(this.#context, task, errand.env);
    const handed = handedTo(this.#context, errand.env);
    const setup = isolated.has(id) ? this.#config.worktrees.setup : [];
    refuseSecrets(this.#context, [...setup, ...task.run, ...task.verify]);
    this.#engine ??= openEngine(this.#context, this.#config.remote);
    const { root } = this.#config;
    this.#shared ??= sharedFiles(root, this.#view, tree.statCache, globs).then((found) =>
      sharedTree(root, found),
    );
    return attemptRemotely(
      {
        ...{ engine: await this.#engine, config: this.#config, task, inputs, env, handed, folder },
        shared: await this.#shared,
        sent: this.#sent,
        setup,
        isFresh: !reads || !task.cache.isOn,
        onStage: (stage) => emit({ type: 'remote-stage', id, stage }),
        onRan: (remote) => emit({ type: 'remote-ran', id, remote }),
      },
      errand,
    );
  }

  /** What the task finds; of an isolated one at a state of the tree that is known. */
  async #begin(
    task: Task,
    isolation: IsolatedTree | undefined,
  ): Promise<{ inputs: TaskInputs; beginning: Beginning | undefined }> {
    if (isolation === undefined) return { inputs: await this.#inputs(task), beginning: undefined };
    for (;;) {
      const began = isolation.history.length;
      const base = await isolation.chain.take();
      const inputs = await this.#inputs(task);
      if (isolation.history.length === began) return { inputs, beginning: { base, began } };
    }
  }

  async #inputs(task: Task): Promise<TaskInputs> {
    const { caching } = this.#options;
    const known = task.cache.isOn ? await caching?.beginElsewhere(task) : undefined;
    if (known !== undefined) return known;
    this.#view.outdated();
    const found = await inputsOf(this.#view, {
      ...{ config: this.#config, task, made: NOTHING_MADE },
      tracked: (paths) => trackedAmong(this.#config.root, paths),
    });
    if (!found.ok) throw new Error(found.reason);
    return found.inputs;
  }

  /** It runs here. */
  deny({ id }: Task, reason: string): void {
    this.#here.add(id);
    this.#context.emit({ type: 'remote-denied', id, reason });
  }

  mayRunHere({ id }: Task): boolean {
    return this.#config.remote.fallback === 'local' || this.#kept.has(id);
  }

  get #folder(): string {
    return remoteScratch(this.#context.folder.state);
  }

  /** No task runs any more. */
  async end(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    const engine = await this.#engine?.catch(() => undefined);
    engine?.close();
  }
}

const NOTHING_MADE: Making = { made: new Map(), before: new Map() };
