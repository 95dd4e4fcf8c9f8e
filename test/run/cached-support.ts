// Runs whose tasks are cached, one after the other in one repository.

import type { Repo } from '../support/git.ts';
import { rawTree } from '../support/raw-tree.ts';
import { type Written, write } from '../support/tmp.ts';
import { type Asked, ground, type IsolatedRun, runIn } from './isolation-support.ts';

export interface Cached extends Repo {
  run(config: object, asked?: Asked): Promise<IsolatedRun>;
  write(files: Record<string, Written>): void;
  /** Of the files, without those of git. */
  tree(): Record<string, string>;
}

export async function cachedGround(files: Record<string, Written>): Promise<Cached> {
  const made = await ground({ '.gitignore': 'out/\nignored/\n*.log\n', ...files });
  return {
    ...made,
    run: (config, asked) => runIn(made.dir, { cache: true, ...config }, asked),
    write: (files) => write(made.dir, files),
    tree: () => treeOf(made.dir),
  };
}

export const treeOf = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !/^\.(git|ptask)(\/|$)/.test(path)));

/** `hit a`, `miss a: why`, in order. */
export const lookedUp = ({ events }: IsolatedRun): string[] =>
  events.flatMap((event) => {
    if (event.type !== 'task-looked-up') return [];
    const { id, cached } = event;
    return [cached.hit ? `hit ${id}` : `miss ${id}: ${cached.because.join('; ')}`];
  });

export const isHit = (run: IsolatedRun, id: string): boolean => lookedUp(run).includes(`hit ${id}`);

/** Why what a task has done was not kept. */
export const notStored = ({ events }: IsolatedRun): string[] =>
  events.flatMap((event) => (event.type === 'task-not-stored' ? [`${event.id}: ${event.reason}`] : []));
