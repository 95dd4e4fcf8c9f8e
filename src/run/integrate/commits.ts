// What isolated tasks have done, as commits upon the user's own: each task's changes and nothing else, though it began
// from a snapshot that also held what the user had not committed. In the object store alone; moves no ref.

import { commitAsPtask, commitTree, type People } from '../../git/commit.ts';
import { merge, mergeApart } from '../../git/merge.ts';
import { branchOf } from '../../git/names.ts';
import type { Repository } from '../../git/repository.ts';
import { treeOf } from '../../git/tree.ts';
import type { State } from '../workspace/worktree/snapshot-history.ts';
import type { Placed } from './order.ts';

/** One integrated task. */
export interface Step {
  task: string;
  message: string;
  /** What it began from and what it made of that. */
  base: State;
  tree: string;
  /** The shared tree without it and with it. */
  from: string;
  to: string;
}

export interface Line {
  /** The commit of each task that changed something, in the order of the history. */
  tasks: { task: string; commit: string }[];
  /** What the current branch would be, undefined as long as it is unborn. */
  head: string | undefined;
}

/** A task has changed what the user has changed as well and not committed. */
export interface Entangled {
  task: string;
  paths: string[];
}

export type LinedUp = { ok: true; line: Line } | { ok: false; entangled: Entangled };

interface Head {
  commit: string | undefined;
  tree: string;
}

/** Commits each task and merges them one after the other upon the commit given, in the order of the row. */
export async function lineUp(
  repository: Repository,
  start: string | undefined,
  row: readonly Placed[],
  steps: ReadonlyMap<string, Step>,
  people: People,
): Promise<LinedUp> {
  const heads: Head[] = [{ commit: start, tree: await treeOf(repository, start) }];
  const tasks: Line['tasks'] = [];
  for (const { task, needs, follows } of row) {
    const step = steps.get(task) as Step;
    const now = heads.at(-1) as Head;
    const merged = await replay(repository, step.from, step.to, now.tree);
    // It stands upon no more than it needs, so that it can be looked at alone; a result that others had to come before
    // may fit upon theirs only.
    const grounds = [heads[needs + 1], heads[follows + 1], now] as Head[];
    const own = await branchOff(repository, step, grounds);
    if (!own.ok || !merged.ok) {
      const paths = [...(own.ok ? [] : own.paths), ...(merged.ok ? [] : merged.paths)];
      return { ok: false, entangled: { task, paths: [...new Set(paths)].sort() } };
    }
    if (own.tree === own.ground.tree && merged.tree === now.tree) {
      heads.push(now);
      continue;
    }
    const parents = own.ground.commit === undefined ? [] : [own.ground.commit];
    const commit = await commitTree(repository, { tree: own.tree, parents, message: step.message }, people);
    tasks.push({ task, commit });
    // An unborn branch has nothing to merge into.
    const joined =
      now.commit === undefined
        ? commit
        : await commitTree(
            repository,
            {
              tree: merged.tree,
              parents: [now.commit, commit],
              message: `Merge branch '${branchOf(task)}'\n`,
            },
            people,
          );
    heads.push({ commit: joined, tree: merged.tree });
  }
  return { ok: true, line: { tasks, head: heads.at(-1)?.commit } };
}

/** What the task did, upon the first of the grounds that it fits to. */
async function branchOff(
  repository: Repository,
  { base, tree }: Step,
  grounds: readonly Head[],
): Promise<{ ok: true; tree: string; ground: Head } | { ok: false; paths: string[] }> {
  let paths: string[] = [];
  for (const ground of new Set(grounds)) {
    const own = await replay(repository, base.tree, tree, ground.tree);
    if (own.ok) return { ...own, ground };
    paths = own.paths;
  }
  return { ok: false, paths };
}

type Replayed = { ok: true; tree: string } | { ok: false; paths: string[] };

/** What led from one tree to another, done to a third. */
export async function replay(
  repository: Repository,
  from: string,
  to: string,
  onto: string,
): Promise<Replayed> {
  if (from === onto) return { ok: true, tree: to };
  if (from === to) return { ok: true, tree: onto };
  const { apart } = await mergeApart(repository, { base: from, ours: onto, theirs: to });
  if (apart !== undefined) return { ok: true, tree: apart };
  const made = (tree: string, parents: string[]): Promise<string> =>
    commitAsPtask(repository, { tree, parents, message: 'ptask: replay' });
  const base = await made(from, []);
  const merged = await merge(repository, {
    base,
    ours: await made(onto, [base]),
    theirs: await made(to, [base]),
  });
  return merged.clean
    ? { ok: true, tree: merged.tree }
    : { ok: false, paths: merged.conflicts.map(({ path }) => path) };
}
