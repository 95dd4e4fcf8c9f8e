// A strict task's workspace: a folder with what it declares, and nothing else. What it has changed of its writes comes to the user's
// files as one transaction; the rest goes with the folder.

import { join } from 'node:path';
import { type RawPath, rawPath } from '../../../base/raw-path.ts';
import type { Fingerprint } from '../../../base/stat-fingerprint.ts';
import { reasonOf } from '../../../base/system-limits.ts';
import type { Config, Task } from '../../../config/config.ts';
import { anyMatcher } from '../../../plan/patterns/index.ts';
import type { Change } from '../../../store/change.ts';
import { printed } from '../../records/printed.ts';
import type { RunFolder } from '../../records/run-folder.ts';
import type { UndoLog } from '../../records/undo-log.ts';
import { compare, type Fingerprints } from '../fingerprints.ts';
import { missedFiles, missingReads } from '../missed-files.ts';
import { fingerprints } from '../pattern-reach.ts';
import { type ApplyingOptions, applyChanges } from '../shared/apply-changes.ts';
import { strayReason, straysOf } from '../undeclared-writes.ts';
import type { Collected, Done, Ended, Place, Workspace } from '../workspace.ts';
import { furnish, type Given, givenTo } from './furnish.ts';
import { changesOf, type FolderLook, filesChanged, lookInto } from './scratch-changes.ts';
import { makeScratch, removeScratch, type ScratchFolder } from './scratch-folder.ts';

export interface ScratchWorkspacesOptions extends ApplyingOptions {
  config: Config;
  folder: RunFolder;
  undoLog: UndoLog;
}

export class ScratchWorkspaces {
  readonly options: ScratchWorkspacesOptions;
  /** Those that are there, by task. */
  readonly #folders = new Map<string, ScratchFolder>();

  constructor(options: ScratchWorkspacesOptions) {
    this.options = options;
  }

  /** Throws where it cannot be made. */
  async open(task: Task): Promise<Workspace> {
    const { config, folder, tree, undoLog, watch } = this.options;
    // Of one that is tried again.
    await this.close(task.id);
    const otherwise = join(folder.state, 'strict');
    const place = { tree: tree.place, dir: config.worktrees.dir, otherwise, owner: folder.id };
    const scratch = makeScratch(place, task.id, (path) => undoLog.write({ op: 'scratch', path }));
    this.#folders.set(task.id, scratch);
    const { workdir } = scratch;
    const given = await givenTo(config, task);
    const found = await furnish({ root: config.root, workdir }, given, task);
    const before = await lookInto(workdir);
    const covers = anyMatcher(given.reach);
    const endWindow = watch?.begin(task, false, covers);
    return new ScratchWorkspace(this, { task, workdir, given, found, before, covers, endWindow });
  }

  /** Removes the task's folder, where it has one. What cannot be removed now may be at the end. */
  async close(task: string): Promise<void> {
    const scratch = this.#folders.get(task);
    if (scratch === undefined) return;
    await removeScratch(scratch.path).then(
      () => this.#folders.delete(task),
      () => {},
    );
  }

  /** No task runs any more. Sentences about what is left. */
  async end(): Promise<string[]> {
    const problems: string[] = [];
    for (const { path } of this.#folders.values())
      await removeScratch(path).catch((error) =>
        problems.push(`the scratch folder ${path} could not be removed: ${reasonOf(error)}`),
      );
    return problems;
  }
}

interface Opened {
  task: Task;
  workdir: string;
  given: Given;
  found: ReadonlyMap<RawPath, Fingerprint>;
  before: FolderLook;
  covers(path: string): boolean;
  endWindow: (() => Promise<void>) | undefined;
}

class ScratchWorkspace implements Workspace {
  readonly place: Place;
  readonly #owner: ScratchWorkspaces;
  readonly #opened: Opened;
  /** What it has changed, until that is in the user's tree or dropped. */
  #changed: Change[] | undefined;

  constructor(owner: ScratchWorkspaces, opened: Opened) {
    this.#owner = owner;
    this.#opened = opened;
    const { workdir, given } = opened;
    const look = (): Fingerprints => fingerprints(workdir, ...given.reach);
    const before = look();
    this.place = { workdir, isApart: true, setup: [], changed: () => compare(before, look()) };
  }

  async collect({ status, reason = 'failed' }: Ended): Promise<Collected<never>> {
    const { task, workdir, before, covers, found, given, endWindow } = this.#opened;
    const { root } = this.#owner.options.config;
    await endWindow?.();
    const after = await lookInto(workdir);
    const all = filesChanged({ before, after });
    const declared = all.filter(({ path }) => covers(path));
    this.#changed = changesOf({ root, workdir, before, after, found, covers });
    const strays = task.strays === 'ignore' || status === 'cancelled' ? [] : straysOf(all, given.reach);
    const done: Done = { filesChanged: declared, strays };
    if (status === 'failed') {
      const missing = missingReads(this.#undeclaredReads());
      return { done, ...(missing !== undefined && { failure: `${reason}; ${missing}` }) };
    }
    if (status === 'cancelled') return { done };
    if (task.strays === 'error' && strays.length > 0) return { done, failure: strayReason(strays) };
    const failure = await this.#apply();
    return failure === undefined ? { done } : { done: { ...done, filesChanged: [] }, failure };
  }

  /** What it has done when it failed stays as well. */
  async keep(): Promise<string | undefined> {
    const problem = await this.#apply();
    await this.#owner.close(this.#opened.task.id);
    return problem;
  }

  async discard(): Promise<undefined> {
    this.#changed = undefined;
    this.#owner.options.onOver(this.#opened.task.id, []);
    await this.#owner.close(this.#opened.task.id);
  }

  /** Once: a sentence where what it has changed is not in the user's files. */
  async #apply(): Promise<string | undefined> {
    const changed = this.#changed;
    this.#changed = undefined;
    return changed && applyChanges(this.#owner.options, this.#opened.task.id, changed);
  }

  #undeclaredReads(): string[] {
    const { config, folder } = this.#owner.options;
    const { task, workdir, before } = this.#opened;
    const output = printed(folder, task.id);
    const isGiven = (path: string): boolean =>
      before.files.has(rawPath(path)) || before.folders.has(rawPath(path));
    return missedFiles(output, { root: config.root, workdir, cwd: task.cwd, isGiven });
  }
}
