// Which conflicts are left to git: the two tasks work in worktrees at the same time, and what they did is merged. Pure;
// what has to be known of the repository comes in as facts.

import type { IntegrationMode, StrategyName, Task } from '../config/config.ts';
import type { Note } from '../model/plan.ts';
import type { IsolationFacts } from './options.ts';
import type { PatternOverlap } from './overlaps.ts';
import { asFolders, literalPattern, overlap, type PatternList } from './patterns/index.ts';

export interface IsolationRequest {
  tasks: readonly Task[];
  strategy: StrategyName | 'auto';
  integrate: IntegrationMode;
  facts: IsolationFacts | undefined;
}

/** The first of these folders, relative to the root, in which such a task may write. */
export const repositoryWithin = (writes: PatternList, folders: readonly string[]): string | undefined =>
  writes.length === 0
    ? undefined
    : folders.find((folder) => overlap(asFolders(writes), [`${literalPattern(folder)}/**`]).overlap);

export const isOfItsOwn = (folder: string): string =>
  `${folder} is a repository of its own, and what is written in it stays there`;

export class IsolationPolicy {
  readonly #request: IsolationRequest;
  /** Pairs that could have been isolated, by why they are not. */
  readonly #refused = new Map<string, Set<string>>();
  readonly #isolated = new Set<number>();
  /** By list of writes the repository that they reach into. */
  readonly #repositories = new Map<readonly string[], string | undefined>();

  constructor(request: IsolationRequest) {
    this.#request = request;
    for (const [index, task] of request.tasks.entries())
      if (this.#isAsked(task) && this.#unusableFor(task) === undefined) this.#isolated.add(index);
  }

  /** Whether two tasks that write the same path may do so at once. */
  canIsolate(low: number, high: number, meeting: PatternOverlap): boolean {
    const { tasks, strategy } = this.#request;
    const [a, b] = [tasks[low] as Task, tasks[high] as Task];
    // One at a time nothing is gained by it.
    if (strategy === 'sequential') return false;
    const why = this.#whyNot(a, b, meeting);
    if (why !== undefined) {
      const together = this.#refused.get(why) ?? new Set();
      this.#refused.set(why, together.add(a.id).add(b.id));
      return false;
    }
    this.#isolated.add(low).add(high);
    return true;
  }

  isIsolated(index: number): boolean {
    return this.#isolated.has(index);
  }

  get count(): number {
    return this.#isolated.size;
  }

  /** What somebody who expected worktrees should know. */
  notes(): Note[] {
    const { tasks } = this.#request;
    const refused = [...this.#refused].map(
      ([why, ids]): Note => ({
        kind: 'not-isolated',
        tasks: [...ids],
        text: `one after the other, not in worktrees: ${why}`,
      }),
    );
    const asked = new Map<string, string[]>();
    for (const task of tasks.filter((one) => this.#isAsked(one))) {
      const why = this.#unusableFor(task);
      // Where worktrees are the strategy's doing, what stands against all of them is told once and elsewhere.
      if (why === undefined || (task.workspace !== 'worktree' && why === this.#request.facts?.unusable))
        continue;
      asked.set(why, [...(asked.get(why) ?? []), task.id]);
    }
    const kept = [...asked].map(
      ([why, ids]): Note => ({
        kind: 'not-isolated',
        tasks: ids,
        text: `in the shared tree, not in a worktree: ${why}`,
      }),
    );
    return [...refused, ...kept];
  }

  /** Why the task cannot have a worktree, a sentence without a full stop. */
  #unusableFor({ writes }: Task): string | undefined {
    const { facts } = this.#request;
    if (facts?.unusable !== undefined) return facts.unusable;
    if (!this.#repositories.has(writes))
      this.#repositories.set(writes, repositoryWithin(writes, facts?.repositories ?? []));
    const repository = this.#repositories.get(writes);
    return repository && isOfItsOwn(repository);
  }

  #isAsked({ workspace, writes }: Task): boolean {
    if (workspace !== 'auto') return workspace === 'worktree';
    const { integrate, strategy } = this.#request;
    return (integrate !== 'apply' || strategy === 'worktrees') && writes.length > 0;
  }

  #whyNot(a: Task, b: Task, { witness, clash }: PatternOverlap): string | undefined {
    const kept = [a, b].find(({ workspace }) => workspace === 'shared');
    if (kept !== undefined) return `${kept.id} works in the shared tree`;
    const unusable = this.#unusableFor(a) ?? this.#unusableFor(b);
    if (unusable !== undefined) return unusable;
    if (clash) return `${clash.file} cannot be a file and a folder`;
    const outside = witness === undefined ? undefined : this.#request.facts?.outside[witness];
    return outside === undefined ? undefined : `both write ${witness} (${outside})`;
  }
}
