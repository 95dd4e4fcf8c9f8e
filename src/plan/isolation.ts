// Which conflicts are left to git: the two tasks work in worktrees at the same time, and what they did is merged. Pure;
// what has to be known of the repository comes in as facts.

import type { IntegrationMode, StrategyName, Task } from '../config/config.ts';
import type { Note } from '../model/plan.ts';
import { addAll, type Bits, bitCount, bitsOf, emptyBits, hasBit, setBit } from './bits.ts';
import type { IsolationFacts } from './options.ts';
import type { PatternOverlap } from './overlaps.ts';
import { asFolders, literalPattern, overlap, type PatternList } from './patterns/index.ts';
import type { TaskClass } from './task-classes.ts';

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

/** Reasons that are no sentence: nobody expects a worktree; who works in the shared tree is named once all are known. */
const [UNASKED, KEPT] = ['', 'shared'];

const MOST_NAMED = 3;

function keptIn(tasks: readonly Task[]): string {
  const kept = tasks.filter(({ workspace }) => workspace === 'shared');
  const ids = kept.map(({ id }) => id);
  const isOne = ids.length === 1;
  const how = kept.every(({ strict }) => strict)
    ? `${isOne ? 'is' : 'are'} strict`
    : `${isOne ? 'works' : 'work'} in the shared tree`;
  return ids.length > MOST_NAMED + 1
    ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${ids.length - MOST_NAMED} more ${how}`
    : `${ids.join(', ').replace(/, ([^,]*)$/, ' and $1')} ${how}`;
}

export class IsolationPolicy {
  readonly #request: IsolationRequest;
  /** Pairs that could have been isolated, by why they are not. */
  readonly #refused = new Map<string, Bits>();
  readonly #isolated: Bits;
  /** By list of writes the repository that they reach into. */
  readonly #repositories = new Map<readonly string[], string | undefined>();

  constructor(request: IsolationRequest) {
    this.#request = request;
    this.#isolated = emptyBits(request.tasks.length);
    for (const [index, task] of request.tasks.entries())
      if (this.#isAsked(task) && this.#unusableFor(task) === undefined) setBit(this.#isolated, index);
  }

  /** Why two tasks that write the same path may not do so at once, a sentence without a full stop. */
  whyNot([a, b]: readonly [Task, Task], { witness, clash }: PatternOverlap): string | undefined {
    // One at a time nothing is gained by it.
    if (this.#request.strategy === 'sequential') return UNASKED;
    if ([a, b].some(({ workspace }) => workspace === 'shared')) return KEPT;
    const unusable = this.#unusableFor(a) ?? this.#unusableFor(b);
    if (unusable !== undefined) return unusable;
    if (clash) return `${clash.file} cannot be a file and a folder`;
    const outside = witness === undefined ? undefined : this.#request.facts?.outside[witness];
    return outside === undefined ? undefined : `both write ${witness} (${outside})`;
  }

  /**
   * Why two tasks that could be isolated are better off one after the other, a sentence without a full stop.
   * @param pair their classes: true of all in them
   * @param isMutual whether each reads what the other writes
   */
  whyInOrder(pair: readonly [TaskClass, TaskClass], isMutual: boolean): string | undefined {
    const { strategy, facts } = this.#request;
    // Somebody has said so.
    if (strategy === 'worktrees' || pair.every(({ task }) => task.workspace === 'worktree')) return undefined;
    if (isMutual) return 'each reads what the other writes, so one of them would have to run twice';
    if (facts?.experience === undefined) return undefined;
    const { brief, colliding } = facts.experience;
    const [a, b] = pair.map(({ members }) => members.map((at) => this.#request.tasks[at]?.id ?? '')) as [
      string[],
      string[],
    ];
    if ([a, b].some((ids) => ids.every((id) => brief.includes(id))))
      return 'a worktree takes longer here than they do';
    const isColliding = (one: string, other: string): boolean =>
      one === other || colliding.some((each) => each.includes(one) && each.includes(other));
    const isEvery = a.every((one) => b.every((other) => isColliding(one, other)));
    return isEvery && colliding.length > 0
      ? 'their results did not fit together in the last runs'
      : undefined;
  }

  /** Takes down that a task and one or some others are isolated, or why they are not. */
  note(low: number, highs: number | Bits, why: string | undefined): void {
    let together = why === undefined ? this.#isolated : this.#refused.get(why);
    if (together === undefined) {
      together = emptyBits(this.#request.tasks.length);
      this.#refused.set(why as string, together);
    }
    setBit(together, low);
    if (typeof highs === 'number') setBit(together, highs);
    else addAll(together, highs);
  }

  isIsolated(index: number): boolean {
    return hasBit(this.#isolated, index);
  }

  get count(): number {
    return this.#isolated.reduce((sum, word) => sum + bitCount(word), 0);
  }

  /** What somebody who expected worktrees should know. */
  notes(): Note[] {
    const { tasks } = this.#request;
    const refused = [...this.#refused].map(([why, together]): Note => {
      const some = Array.from(bitsOf(together), (at) => tasks[at] as Task);
      const text = `one after the other, not in worktrees: ${why === KEPT ? keptIn(some) : why}`;
      return { kind: 'not-isolated', tasks: some.map(({ id }) => id), text };
    });
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
}
