// What isolated tasks have done, as commits upon the user's own: each task's changes and nothing else, though it began
// from a snapshot that also held what the user had not committed. In the object store alone; moves no ref.

import { commitAsPtask, commitTree } from '../../git/commit.ts';
import { gitLine } from '../../git/git.ts';
import { merge } from '../../git/merge.ts';
import type { Repository } from '../../git/repository.ts';
import type { State } from './chain.ts';

/** One integrated task, in the order of integration. */
export interface Step {
  task: string;
  message: string;
  branch: string;
  /** What it began from and what it made of that. */
  base: State;
  tree: string;
  /** How many steps there were when it began. */
  after: number;
  /** The shared tree without it and with it. */
  from: string;
  to: string;
}

export interface Line {
  /** For each step the commit of its branch; undefined where it changed nothing. */
  tasks: (string | undefined)[];
  /** What the current branch would be, undefined as long as it is unborn. */
  head: string | undefined;
}

/** A task has changed what the user has changed as well and not committed. */
export interface Entangled {
  task: string;
  paths: string[];
}

interface Head {
  commit: string | undefined;
  tree: string;
}

const EMPTY_TREE = ['hash-object', '-t', 'tree', '-w', '--stdin'];

/** Commits each task and merges them one after the other, in the order of integration, upon the commit given. */
export async function lineUp(
  repository: Repository,
  start: string | undefined,
  steps: readonly Step[],
): Promise<{ ok: true; line: Line } | { ok: false; entangled: Entangled }> {
  const { top } = repository;
  const tree =
    start === undefined
      ? await gitLine(top, EMPTY_TREE, { input: '' })
      : await gitLine(top, ['rev-parse', `${start}^{tree}`]);
  const heads: Head[] = [{ commit: start, tree }];
  const tasks: Line['tasks'] = [];
  for (const step of steps) {
    const began = heads[step.after] as Head;
    const now = heads.at(-1) as Head;
    const own = await replay(repository, step.base.tree, step.tree, began.tree);
    const merged = await replay(repository, step.from, step.to, now.tree);
    if (!own.ok || !merged.ok) {
      const paths = [...(own.ok ? [] : own.paths), ...(merged.ok ? [] : merged.paths)];
      return { ok: false, entangled: { task: step.task, paths: [...new Set(paths)].sort() } };
    }
    if (own.tree === began.tree && merged.tree === now.tree) {
      tasks.push(undefined);
      heads.push(now);
      continue;
    }
    const commit = await commitTree(repository, {
      tree: own.tree,
      parents: began.commit === undefined ? [] : [began.commit],
      message: step.message,
    });
    tasks.push(commit);
    // An unborn branch has nothing to merge into.
    const joined =
      now.commit === undefined
        ? commit
        : await commitTree(repository, {
            tree: merged.tree,
            parents: [now.commit, commit],
            message: `Merge branch '${step.branch}'\n`,
          });
    heads.push({ commit: joined, tree: merged.tree });
  }
  return { ok: true, line: { tasks, head: heads.at(-1)?.commit } };
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
  const made = (tree: string, parents: string[]): Promise<string> =>
    commitAsPtask(repository.top, { tree, parents, message: 'ptask: replay' });
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
