// Brings what an isolated task has done into the shared tree: a three-way merge in git's object store that reaches the
// user's files only when it is decided, and then all at once. One task at a time.

import { type RawPath, rawPath } from '../../base/raw-path.ts';
import type { Resolution, Task } from '../../config/config.ts';
import { merge } from '../../git/merge.ts';
import { shownFromTop, toTop } from '../../git/prefix.ts';
import { GITLINK, type Repository } from '../../git/repository.ts';
import { type TreeChange, treeChanges } from '../../git/tree.ts';
import type { IntegrationConflict } from '../../model/report.ts';
import { changesBy, type TaskResult } from '../workspace/worktree/results.ts';
import type { Draft } from '../workspace/worktree/snapshot-history.ts';
import { fingerprintsOf, type PutContext, put } from './apply-result.ts';
import { type Resolver, resolve } from './resolve.ts';
import { overtaken, type Past } from './stale-inputs.ts';

export interface IntegrationContext extends Past, PutContext {
  resolutionFor(path: string): Resolution;
  resolver: Resolver;
}

export type Integrated =
  /** What the tree was like without the task and with it, at the paths that are its. */
  | { kind: 'integrated'; from: string; to: string; conflicts: IntegrationConflict[]; problems: string[] }
  | { kind: 'rerun' | 'abort'; conflicts: IntegrationConflict[] };

/** How often a merge is made anew because somebody edits the same files meanwhile. */
const ATTEMPTS = 5;

export async function integrate(
  context: IntegrationContext,
  task: Task,
  result: TaskResult,
): Promise<Integrated> {
  const { repository, chain, history } = context;
  const stale = await overtaken(context, task, result);
  for (const kind of ['abort', 'rerun'] as const)
    if (stale.some(({ resolution }) => resolution === kind)) return { kind, conflicts: stale };
  const ours = stale.filter(({ resolution }) => resolution === 'ours');
  const skipped = new Set(ours.map(({ path }) => toTop(repository.prefix, rawPath(path))));
  const files = result.changes.flatMap(({ way, path }) => (way === 'folder' ? [] : [path]));

  const paths = new Set(result.treeChanges.map(({ path }) => path));
  for (let attempt = 1; attempt <= ATTEMPTS; ) {
    const prints = fingerprintsOf(repository.top, [...files, ...paths]);
    const ours = await chain.refresh(paths);
    const merged = await mergeInto(context, result, ours);
    const conflicts = [...stale, ...merged.conflicts];
    if (merged.kind !== 'merged') return { kind: merged.kind, conflicts };
    const { tree } = merged;
    const changes =
      tree === result.tree && ours.tree === result.base.tree
        ? result.treeChanges
        : await treeChanges(repository, ours.tree, tree);
    const others = changes.filter(({ path }) => !paths.has(path));
    if (others.length > 0) {
      // git has moved something to where nobody looked yet.
      for (const { path } of others) paths.add(path);
      continue;
    }
    const decided = { changes, prints, skipped };
    const folders = foldersAfter(ours.folders, result);
    // What the task has made is held with its result.
    const theirs = new Set(result.treeChanges.map(({ after }) => after?.oid));
    const made = changes.filter(({ after }) => !theirs.has(after?.oid));
    const next = { tree, folders, changes, made, message: `ptask: ${task.id}` };
    const done = await chain.advance(next, ours, () => put(context, result, decided));
    if (done) {
      history.add(
        task.id,
        result.filesChanged.map(({ path }) => path),
      );
      const problems = changes.flatMap((change) => pinProblem(repository, change));
      return { kind: 'integrated', from: ours.tree, to: tree, conflicts, problems };
    }
    attempt += 1;
  }
  const edited = result.filesChanged.slice(0, 1).map(
    ({ path }): IntegrationConflict => ({
      path,
      tasks: [task.id],
      kind: 'merge',
      resolution: 'abort',
      reason: 'somebody goes on editing these files',
      changes: [],
      discarded: [],
    }),
  );
  return { kind: 'abort', conflicts: edited };
}

function foldersAfter(before: readonly RawPath[], result: TaskResult): RawPath[] {
  const folders = new Set(before);
  for (const { path, after } of changesBy(result, 'folder')) {
    if (after.kind === 'folder') folders.add(path);
    else folders.delete(path);
  }
  return [...folders];
}

type Merged =
  | { kind: 'merged'; tree: string; conflicts: IntegrationConflict[] }
  | { kind: 'rerun' | 'abort'; conflicts: IntegrationConflict[] };

async function mergeInto(context: IntegrationContext, result: TaskResult, ours: Draft): Promise<Merged> {
  const { repository, history } = context;
  const { base, commit, tree, began, task, treeChanges: theirChanges } = result;
  // Nobody has changed anything since.
  if (ours.tree === base.tree) return { kind: 'merged', tree, conflicts: [] };
  const sides = { base: base.commit, ours: ours.commit, theirs: commit, theirChanges };
  const merged = await merge(repository, sides);
  if (merged.clean) return { kind: 'merged', tree: merged.tree, conflicts: [] };
  const before = history.since(began, () => true);
  const quarrel = { ...context, task, before: (path: string) => before.get(path) ?? [] };
  const settled = await resolve(quarrel, merged.tree, merged.conflicts);
  return settled.kind === 'resolved' ? { ...settled, kind: 'merged' } : settled;
}

/** A submodule is a repository of its own; what is checked out in it is for its owner to move. */
function pinProblem({ prefix }: Repository, { path, after }: TreeChange): string[] {
  if (after?.mode !== GITLINK) return [];
  const shown = shownFromTop(prefix, path);
  return [
    `${shown} is a submodule: git -C ${shown} checkout ${after.oid.slice(0, 12)} brings it to where the task has it`,
  ];
}
