// What is done with a task whose result may be in the cache: it is looked for, and put where it belongs, at once or in its turn.

import type { Task } from '../config/config.ts';
import type { Hit } from './caching/hit.ts';
import type { TaskCaching } from './caching/task-caching.ts';
import type { Concluded, Conclusions, ConclusionsOptions } from './conclusion.ts';
import type { Turned } from './held-results.ts';
import type { RunContext } from './records/context.ts';
import type { Services } from './services/services.ts';
import { NOTHING } from './workspace/workspace.ts';
import type { Workspaces, WorkspacesOptions } from './workspaces.ts';

/** What has become of a task whose result was looked for. */
export type LookedUp =
  | Concluded
  /** An isolated task, whose result is to be integrated in its turn. */
  | { kind: 'ran' }
  /** It is to run. */
  | { kind: 'missed' };

export interface CachedTasksOptions
  extends Pick<ConclusionsOptions, 'checkpoint'>,
    Pick<WorkspacesOptions, 'isolation' | 'durable'> {
  /** There where a task is cached. */
  caching: TaskCaching | undefined;
  /** What an earlier run has done and need not be done again, each with a sentence that says so. */
  done: ReadonlyMap<string, string>;
  /** There where a task is a service. */
  services: Services | undefined;
}

export class CachedTasks {
  readonly #context: RunContext;
  readonly #options: CachedTasksOptions;
  readonly #workspaces: Workspaces;
  readonly #conclusions: Conclusions;
  /** Results of isolated tasks that wait for their turn. */
  readonly #hits = new Map<string, Hit>();

  constructor(
    context: RunContext,
    options: CachedTasksOptions,
    workspaces: Workspaces,
    conclusions: Conclusions,
  ) {
    this.#context = context;
    this.#options = options;
    this.#workspaces = workspaces;
    this.#conclusions = conclusions;
  }

  has({ id, cache }: Task): boolean {
    const { caching, done } = this.#options;
    if (caching === undefined || !cache.isOn || done.has(id)) return false;
    if (this.#context.tracer?.traces(id)) return false;
    // What goes to a branch is a commit of its own, and none is kept.
    return !this.#workspaces.isIsolated(id) || this.#context.config.integrate === 'apply';
  }

  /** What finds those of the tasks, all of them cached, whose results are known to be in place. */
  inPlace(tasks: readonly Task[]): Promise<(task: Task) => Hit | undefined> {
    return (this.#options.caching as TaskCaching).inPlace(tasks);
  }

  /** What becomes of a task whose result is there; at once, where nothing is to be done but to say so. */
  settle(task: Task, hit: Hit): LookedUp | Promise<LookedUp> {
    const { id } = task;
    const { caching, checkpoint, isolation } = this.#options;
    if (this.#workspaces.isIsolated(id) && !this.#workspaces.isDenied(id)) {
      this.#hits.set(id, hit);
      return { kind: 'ran' };
    }
    if (hit.wanted !== undefined || checkpoint !== undefined)
      return this.#restore(task, hit).then((restored) => restored ?? { kind: 'missed' });
    this.#conclusions.begin(task);
    const replayed = (caching as TaskCaching).replay(task, hit);
    if (replayed === undefined) return { kind: 'missed' };
    isolation?.tree.sharedTaskOver(id, []);
    return { kind: 'finished', finished: this.#conclusions.end(id, replayed.executed, NOTHING) };
  }

  /** Only for those that are cached. @param onFound called once it is known that there is a result */
  async lookUp(task: Task, onFound: () => void): Promise<LookedUp> {
    const caching = this.#options.caching as TaskCaching;
    const hit = await caching.lookUp(task);
    if (hit === undefined || this.#context.stop.aborted) return { kind: 'missed' };
    onFound();
    return this.settle(task, hit);
  }

  /** Undefined where the result is not there after all. */
  async #restore(task: Task, hit: Hit): Promise<Concluded | undefined> {
    const { isolation, caching, durable } = this.#options;
    this.#conclusions.begin(task);
    if (hit.wanted !== undefined) {
      const isDurable = await durable().then(
        () => true,
        () => false,
      );
      // To run it fails of the same, and says so.
      if (!isDurable) return undefined;
    }
    const restored = await (caching as TaskCaching).restore(task, hit);
    if (restored === undefined) return undefined;
    const { executed, filesChanged } = restored;
    if (filesChanged.length > 0) this.#options.services?.ran(task.id);
    isolation?.tree.sharedTaskOver(
      task.id,
      filesChanged.map(({ path }) => path),
    );
    const done = { ...NOTHING, filesChanged };
    const again = async (): Promise<never> => {
      throw new Error('what has passed does not run again');
    };
    return this.#conclusions.conclude({ task, executed, done, again });
  }

  /** What the cache has for it goes into the shared tree; undefined where that was not taken from there. */
  integrate(task: Task): Promise<Turned> | undefined {
    const hit = this.#hits.get(task.id);
    return hit && this.#integrate(task, hit);
  }

  async #integrate(task: Task, hit: Hit): Promise<Turned> {
    this.#hits.delete(task.id);
    // Others have come first, and it is looked for anew.
    if (!(await this.#options.caching?.isStill(task, hit))) return { kind: 'again' };
    return (await this.#restore(task, hit)) ?? { kind: 'again' };
  }
}
