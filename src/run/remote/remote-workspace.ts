// What has become of a task that ran remotely: its results lie in a folder of ours as they would lie in the repository, and reach the
// user's files as those of every other task do.

import { rmSync } from 'node:fs';
import { locate, type RawPath, rawPath, shownPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { RecordedPath } from '../../cache/record.ts';
import { changesBetween, changesTo } from '../../cache/task-result.ts';
import { imageOf } from '../../cache/tree-view.ts';
import type { Task } from '../../config/config.ts';
import type { FileChange } from '../../model/report.ts';
import { ignoredAmong } from '../../plan/ignored-files.ts';
import type { Change } from '../../store/change.ts';
import { DIGESTS_ONLY } from '../../store/image.ts';
import { printed } from '../records/printed.ts';
import type { RunFolder } from '../records/run-folder.ts';
import { complainsOfMissing, missedFiles, missingReads } from '../workspace/missed-files.ts';
import { type ApplyingOptions, applyChanges } from '../workspace/shared/apply-changes.ts';
import { strayReason, straysOf } from '../workspace/undeclared-writes.ts';
import type { Collected, Done, Ended, Place, Workspace } from '../workspace/workspace.ts';
import type { TaskResult } from '../workspace/worktree/results.ts';
import { isLookedAt, lookedAt } from './action.ts';
import type { Result } from './isolated-result.ts';
import type { Left } from './left.ts';

export interface RemoteWorkspaceOptions extends ApplyingOptions {
  root: string;
  runFolder: RunFolder;
  task: Task;
  /** A folder of ours for all of it, which goes at the end. */
  folder: string;
  /** Of an isolated task: makes of its changes what is merged. */
  isolate:
    | ((collected: Pick<Result, 'changes' | 'left' | 'filesChanged' | 'strays'>) => Promise<TaskResult>)
    | undefined;
}

export class RemoteWorkspace implements Workspace<TaskResult> {
  readonly place: Place;
  readonly #options: RemoteWorkspaceOptions;
  /** Undefined where nothing has come back. */
  left: Left | undefined;
  #changes: Change[] | undefined;

  constructor(options: RemoteWorkspaceOptions) {
    this.#options = options;
    this.place = { workdir: options.root, isApart: true, setup: [], changed: () => [] };
  }

  async collect({ status, reason = 'failed' }: Ended): Promise<Collected<TaskResult>> {
    const { task, isolate } = this.#options;
    const { left } = this;
    const failure = status === 'failed' ? `${reason}${this.#whatItLacked()}` : undefined;
    const failed = failure === undefined || failure === reason ? {} : { failure };
    if (left === undefined || status === 'cancelled') {
      await this.#end();
      return { done: NOTHING_DONE, ...failed };
    }
    try {
      const changes = await this.#changed(left);
      const { folders } = left.inputs.written;
      const files = changes.filter(({ path, kind }) => kind !== 'folder' && !folders.has(path));
      const filesChanged = files.map(fileChangeOf).sort((a, b) => (a.path < b.path ? -1 : 1));
      const strays =
        task.strays === 'ignore'
          ? []
          : straysOf([...filesChanged, ...(await this.#notIgnored(left.others))], left.inputs.written.reach);
      const done: Done = { filesChanged, strays };
      if (status === 'failed') {
        // What fails in a place of its own leaves nothing in another one.
        if (isolate === undefined) this.#changes = this.#asChanges(changes, left);
        return { done: isolate === undefined ? done : { ...NOTHING_DONE, strays }, ...failed };
      }
      if (task.strays === 'error' && strays.length > 0) return { done, failure: strayReason(strays) };
      if (isolate !== undefined)
        return { done, result: await isolate({ changes, left, filesChanged, strays }) };
      this.#changes = this.#asChanges(changes, left);
      const problem = await this.#apply();
      return problem === undefined ? { done } : { done: { ...done, filesChanged: [] }, failure: problem };
    } catch (error) {
      return { done: NOTHING_DONE, failure: `its results could not be read: ${reasonOf(error)}` };
    }
  }

  async #changed({ inputs, folder }: Left): Promise<RecordedPath[]> {
    const { written, own } = inputs;
    const after = await imageOf(folder, written.reach, DIGESTS_ONLY, this.#options.tree.statCache);
    const looked = lookedAt(written.reach);
    // Of those on the way to what comes back nothing is known.
    const folders = new Map([...written.folders].filter(([path]) => isLookedAt(shownPath(path), looked)));
    return changesBetween({ ...written, folders }, own, after, true);
  }

  /** As here, where nobody looks at what git ignores. */
  async #notIgnored(changes: readonly FileChange[]): Promise<FileChange[]> {
    if (changes.length === 0) return [];
    const isIgnored = await ignoredAmong(
      this.#options.root,
      changes.map(({ path }) => path),
    );
    return changes.filter(({ path }) => !isIgnored(path));
  }

  #asChanges(changes: readonly RecordedPath[], { inputs, folder }: Left): Change[] {
    const { written, own } = inputs;
    const from = { get: neverAsked };
    return changesTo(changes, written, own, from).map((change) =>
      change.after.kind === 'file'
        ? { ...change, after: { ...change.after, content: { copied: locate(folder, change.path) } } }
        : change,
    );
  }

  /** An undeclared read fails there as it would in a scratch folder. */
  #whatItLacked(): string {
    const { root, runFolder, task } = this.#options;
    const { given } = this.left ?? {};
    if (given === undefined) return '';
    const folders = new Set([...given.keys()].flatMap((path) => foldersAbove(path)));
    const output = printed(runFolder, task.id);
    const isGiven = (path: string): boolean => given.has(rawPath(path)) || folders.has(path);
    const missing = missingReads(missedFiles(output, { root, workdir: root, cwd: task.cwd, isGiven }));
    const hint = `ptask check --strict ${task.id} finds what it lacks`;
    if (missing !== undefined) return `; ${missing}; ${hint}`;
    return complainsOfMissing(output) ? `; it saw only its declared reads; ${hint}` : '';
  }

  /** What it has done when it failed stays as well. */
  async keep(): Promise<string | undefined> {
    const problem = await this.#apply();
    await this.#end();
    return problem;
  }

  async discard(): Promise<undefined> {
    this.#changes = undefined;
    this.#options.onOver(this.#options.task.id, []);
    await this.#end();
  }

  /** Once. */
  async #apply(): Promise<string | undefined> {
    const changes = this.#changes;
    this.#changes = undefined;
    return changes && applyChanges(this.#options, this.#options.task.id, changes);
  }

  async #end(): Promise<void> {
    rmSync(this.#options.folder, { recursive: true, force: true });
  }
}

const NOTHING_DONE: Done = { filesChanged: [], strays: [] };

const neverAsked = async (): Promise<never> => {
  throw new Error('each content has a file');
};

const foldersAbove = (path: RawPath): string[] => {
  const parts = shownPath(path).split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
};

/** For the report, which counts files. */
function fileChangeOf({ path, kind, isMade }: RecordedPath): FileChange {
  const change = kind === 'absent' ? 'deleted' : isMade ? 'created' : 'modified';
  return { path: shownPath(path), change };
}
