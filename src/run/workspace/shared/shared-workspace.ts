// The user's own tree as a task's workspace: what it may change is kept before it begins, and put back from that.

import { changesBetween, type PathChange } from '../../../base/path-change.ts';
import { type RawPath, shownPath } from '../../../base/raw-path.ts';
import type { Fingerprint } from '../../../base/stat-fingerprint.ts';
import { reasonOf } from '../../../base/system-limits.ts';
import type { FailurePolicy, Task } from '../../../config/config.ts';
import type { RunFolder } from '../../records/run-folder.ts';
import { fileChangeOf, type Reach } from '../fingerprints.ts';
import type { Collected, Ended, Place, Workspace } from '../workspace.ts';
import type { SharedTree } from './shared-tree.ts';
import type { TreeWatch } from './watch.ts';

export interface SharedWorkspacesOptions {
  root: string;
  /** With what tasks have printed. */
  folder: RunFolder;
  tree: SharedTree;
  /** Sees what tasks change beyond what they are to change, where there is somebody to tell. */
  watch: TreeWatch | undefined;
  /** Hears which paths a task has left changed, as shown, relative to the root. */
  onOver(task: string, paths: readonly string[]): void;
}

export class SharedWorkspaces {
  readonly #options: SharedWorkspacesOptions;
  /** Tasks whose files are kept as they were before them, each with what it may change: tried again, they begin from there. */
  readonly #kept = new Map<string, Reach>();

  constructor(options: SharedWorkspacesOptions) {
    this.#options = options;
  }

  /** Throws where what the task may change could not be kept. */
  async open(task: Task, onFailure: FailurePolicy): Promise<Workspace> {
    const { tree, watch } = this.#options;
    const reach = this.#kept.get(task.id) ?? (await tree.begin({ ...task, onFailure }));
    this.#kept.set(task.id, reach);
    return new SharedWorkspace(this.#options, task, reach, watch?.begin(task, true, reach.covers));
  }
}

class SharedWorkspace implements Workspace {
  readonly place: Place;
  readonly #options: SharedWorkspacesOptions;
  readonly #task: Task;
  readonly #endWindow: (() => Promise<void>) | undefined;
  readonly #changes: () => PathChange<Fingerprint>[];
  #changed: RawPath[] = [];

  constructor(
    options: SharedWorkspacesOptions,
    task: Task,
    reach: Reach,
    endWindow: (() => Promise<void>) | undefined,
  ) {
    this.#options = options;
    this.#task = task;
    this.#endWindow = endWindow;
    const before = reach.look();
    this.#changes = () => changesBetween(before, reach.look());
    const changed = () => this.#changes().map(fileChangeOf);
    this.place = { workdir: options.root, setup: [], changed };
  }

  async collect({ status, reason = 'failed' }: Ended): Promise<Collected<never>> {
    const changes = this.#changes();
    this.#changed = changes.map(({ path }) => path);
    const filesChanged = changes.map(fileChangeOf);
    await this.#endWindow?.();
    const { watch, folder } = this.#options;
    const { id, strays } = this.#task;
    if (status === 'failed') {
      const { ownFilesSeen } = await import('./own-files-seen.ts');
      const seen = ownFilesSeen(folder, id);
      const done = { filesChanged, strays: [] };
      return { done, ...(seen !== undefined && { failure: `${reason}; ${seen}` }) };
    }
    if (status !== 'passed' || strays !== 'error' || watch === undefined)
      return { done: { filesChanged, strays: [] } };
    // Nobody fails for what may be another's.
    const found = ((await watch.find()).strays.get(id) ?? []).filter(({ others }) => others === undefined);
    if (found.length === 0) return { done: { filesChanged, strays: [] } };
    const { strayReason } = await import('../undeclared-writes.ts');
    return { done: { filesChanged, strays: found }, failure: strayReason(found) };
  }

  async keep(): Promise<undefined> {
    await this.#options.tree.keep(this.#task, this.#changed);
    this.#over();
  }

  async discard(): Promise<string | undefined> {
    const { tree, onOver } = this.#options;
    const problem = await this.#whyNotRestored();
    // Half done it is not kept: the next command goes on with it.
    if (problem === undefined) onOver(this.#task.id, []);
    else if (tree.isHalfDone) this.#over();
    else await this.keep();
    return problem;
  }

  #over(): void {
    this.#options.onOver(this.#task.id, this.#changed.map(shownPath));
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
