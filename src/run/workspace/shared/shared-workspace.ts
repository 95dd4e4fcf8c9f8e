// The user's own tree as a task's workspace: what it may change is kept before it begins, and put back from that.

import { reasonOf } from '../../../base/system-limits.ts';
import type { FailurePolicy, Task } from '../../../config/config.ts';
import type { PatternList } from '../../../plan/patterns/index.ts';
import { compare, type Fingerprints, fingerprints } from '../fingerprints.ts';
import { strayReason } from '../undeclared-writes.ts';
import type { Collected, Ended, Place, Workspace } from '../workspace.ts';
import type { SharedTree } from './shared-tree.ts';
import type { TreeWatch } from './watch.ts';

export interface SharedWorkspacesOptions {
  root: string;
  tree: SharedTree;
  /** Sees what tasks change beyond what they are to change, where there is somebody to tell. */
  watch: TreeWatch | undefined;
  /** Hears which paths a task has left changed, as shown, relative to the root. */
  onOver(task: string, paths: readonly string[]): void;
}

export class SharedWorkspaces {
  readonly #options: SharedWorkspacesOptions;
  /** Tasks whose files are kept as they were before them, each with the lists of these files: tried again, they begin from there. */
  readonly #kept = new Map<string, PatternList[]>();

  constructor(options: SharedWorkspacesOptions) {
    this.#options = options;
  }

  /** Throws where what the task may change could not be kept. */
  async open(task: Task, onFailure: FailurePolicy): Promise<Workspace> {
    const { tree, watch } = this.#options;
    const reach = this.#kept.get(task.id) ?? (await tree.begin({ ...task, onFailure }));
    this.#kept.set(task.id, reach);
    return new SharedWorkspace(this.#options, task, reach, watch?.begin(task, true, reach));
  }
}

class SharedWorkspace implements Workspace {
  readonly place: Place;
  readonly #options: SharedWorkspacesOptions;
  readonly #task: Task;
  readonly #reach: PatternList[];
  readonly #endWindow: (() => Promise<void>) | undefined;
  #changed: string[] = [];

  constructor(
    options: SharedWorkspacesOptions,
    task: Task,
    reach: PatternList[],
    endWindow: (() => Promise<void>) | undefined,
  ) {
    this.#options = options;
    this.#task = task;
    this.#reach = reach;
    this.#endWindow = endWindow;
    const before = this.#fingerprints();
    const changed = () => compare(before, this.#fingerprints());
    this.place = { workdir: options.root, setup: [], changed };
  }

  #fingerprints(): Fingerprints {
    return fingerprints(this.#options.root, ...this.#reach);
  }

  async collect({ status }: Ended): Promise<Collected<never>> {
    const filesChanged = this.place.changed();
    this.#changed = filesChanged.map(({ path }) => path);
    await this.#endWindow?.();
    const { watch } = this.#options;
    const { id, strays } = this.#task;
    if (status !== 'passed' || strays !== 'error' || watch === undefined)
      return { done: { filesChanged, strays: [] } };
    // Nobody fails for what may be another's.
    const found = ((await watch.find()).strays.get(id) ?? []).filter(({ others }) => others === undefined);
    if (found.length === 0) return { done: { filesChanged, strays: [] } };
    return { done: { filesChanged, strays: found }, failure: strayReason(found) };
  }

  async keep(): Promise<void> {
    await this.#options.tree.keep(this.#task, this.#changed);
    this.#options.onOver(this.#task.id, this.#changed);
  }

  async discard(): Promise<string | undefined> {
    const { tree, onOver } = this.#options;
    const problem = await this.#whyNotRestored();
    // Half done it is not kept: the next command goes on with it.
    if (problem === undefined) onOver(this.#task.id, []);
    else if (tree.isHalfDone) onOver(this.#task.id, this.#changed);
    else await this.keep();
    return problem;
  }

  async #whyNotRestored(): Promise<string | undefined> {
    const { tree } = this.#options;
    try {
      const { left } = await tree.restore(this.#task);
      if (left.length === 0) return undefined;
      const more = left.length > 1 ? ` and ${left.length - 1} more` : '';
      return `not all of its changes could be restored: ${left[0]}${more}`;
    } catch (error) {
      tree.isHalfDone = true;
      return `its changes could not be undone: ${reasonOf(error)}; fix that, then run ptask clean`;
    }
  }
}
