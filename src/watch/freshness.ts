// What a watch knows of its tasks: which have passed on the files as they are, which have to run again and why, and whether
// the run that goes on is of any use still. Pure: it hears of changes and events, and knows neither files nor time.

import type { Event, TaskFinished } from '../model/event.ts';
import type { ChosenBecause, Plan } from '../model/plan.ts';
import { groupsAfter, groupsBefore } from '../model/task-pairs.ts';
import { followings } from '../plan/affected.ts';

export type Reasons = ReadonlyMap<string, ChosenBecause>;

/**
 * How a task was left:
 *
 *   open ──▶ passed | failed
 *
 * It is open until it has run to its end, and once more when it was skipped or cancelled.
 */
export type Outcome = 'open' | 'passed' | 'failed';

/** How far a task of the run has come. A change that comes while it waits is none for it: it will find it. */
type Progress = 'waiting' | 'running' | TaskFinished['status'];

interface Round {
  reasons: Reasons;
  progress: Map<string, Progress>;
  isValidating: boolean;
}

export interface WatchedTask {
  id: string;
  /** It does nothing but gather others. */
  isIdle: boolean;
  /** It may take its files before it is heard to begin: it is looked up in the cache, or gets a worktree. */
  looksAhead: boolean;
}

export class Freshness {
  readonly #tasks: readonly WatchedTask[];
  readonly #idle: ReadonlySet<string>;
  readonly #after: ReturnType<typeof groupsAfter>;
  readonly #before: ReturnType<typeof groupsBefore>;
  readonly #stale = new Map<string, ChosenBecause>();
  readonly #outcomes = new Map<string, Outcome>();
  #round: Round | undefined;
  #isDue = false;

  /** @param plan of all of them */
  constructor(tasks: readonly WatchedTask[], plan: Pick<Plan, 'edges' | 'conflicts'>) {
    this.#tasks = tasks;
    this.#idle = new Set(tasks.filter(({ isIdle }) => isIdle).map(({ id }) => id));
    this.#after = groupsAfter(followings(plan));
    this.#before = groupsBefore(followings(plan));
  }

  /** Whether something has happened since the last run began that asks for another one. */
  get isDue(): boolean {
    return this.#isDue;
  }

  outcome(id: string): Outcome {
    return this.#outcomes.get(id) ?? 'open';
  }

  /** In the order of declaration. */
  with(outcome: Outcome): string[] {
    return this.#tasks
      .filter(({ id, isIdle }) => !isIdle && this.outcome(id) === outcome)
      .map(({ id }) => id);
  }

  /** Somebody asks for these. */
  ask(ids: Iterable<string>, because: ChosenBecause = { kind: 'named' }): void {
    for (const id of ids) this.#stale.set(id, because);
    this.#isDue = true;
  }

  /** They count as passed on the files as they are. */
  trust(): void {
    for (const { id } of this.#tasks) this.#outcomes.set(id, 'passed');
  }

  /** A change has to do with these tasks. Which of them the run that goes on does in vain: they work on what is no longer so. */
  hit(reasons: Reasons): string[] {
    const vain: string[] = [];
    for (const { id, looksAhead } of this.#tasks) {
      const because = reasons.get(id);
      const progress = this.#round?.progress.get(id);
      if (because === undefined || (progress === 'waiting' && !looksAhead)) continue;
      this.#stale.set(id, because);
      this.#isDue = true;
      if (progress === 'running' || (progress !== undefined && this.#round?.isValidating)) vain.push(id);
    }
    return vain;
  }

  /** No run is asked for any more; what is stale stays so. */
  rest(): void {
    this.#isDue = false;
  }

  /**
   * What is to run now, in the order of declaration: what is stale, what follows it, and whatever of what these follow has not passed.
   * @param isChosen what is stale and not chosen waits for a later run
   */
  next(isChosen: (id: string) => boolean = () => true): Map<string, ChosenBecause> {
    const found = new Map<string, ChosenBecause>();
    const open: string[] = [];
    const add = (id: string, because: ChosenBecause): void => {
      if (found.has(id)) return;
      found.set(id, because);
      open.push(id);
    };
    for (const [id, because] of this.#stale) if (isChosen(id)) add(id, because);
    // It grows meanwhile.
    for (const task of open) {
      for (const id of this.#followersOf(task)) {
        const because = this.#stale.get(id) ?? { kind: 'follows', task };
        if (isChosen(id) || this.#idle.has(id)) add(id, because);
        else this.#stale.set(id, because);
      }
      for (const group of this.#before(task))
        for (const id of group.after(task))
          if (this.outcome(id) !== 'passed') add(id, this.#stale.get(id) ?? { kind: 'needed', task });
    }
    return new Map(
      this.#tasks.flatMap(({ id }) => {
        const because = found.get(id);
        return because === undefined ? [] : [[id, because]];
      }),
    );
  }

  /** A run of these begins. */
  begin(reasons: Reasons): void {
    this.#round = {
      reasons,
      progress: new Map([...reasons.keys()].map((id) => [id, 'waiting'])),
      isValidating: false,
    };
    for (const id of reasons.keys()) this.#stale.delete(id);
    this.#isDue = false;
  }

  hear(event: Event): void {
    const round = this.#round;
    if (round === undefined) return;
    if (event.type === 'validation-started') round.isValidating = true;
    if (event.type === 'task-looked-up' || event.type === 'task-started')
      round.progress.set(event.id, 'running');
    if (event.type !== 'task-finished') return;
    round.progress.set(event.id, event.status);
    this.#outcomes.set(event.id, outcomeOf(event.status));
  }

  /** Whether a task of the run has begun, be it over. */
  hasBegun(id: string): boolean {
    const progress = this.#round?.progress.get(id);
    return progress !== undefined && progress !== 'waiting';
  }

  /** What was cut off is stale as before. */
  end(): void {
    const round = this.#round;
    this.#round = undefined;
    for (const [id, because] of round?.reasons ?? [])
      if (CUT_OFF.has(round?.progress.get(id) ?? 'waiting') && !this.#stale.has(id))
        this.#stale.set(id, because);
  }

  *#followersOf(task: string): Generator<string> {
    for (const group of this.#after(task)) yield* group.after(task);
  }
}

const CUT_OFF: ReadonlySet<Progress> = new Set(['waiting', 'running', 'cancelled']);

const outcomeOf = (status: TaskFinished['status']): Outcome =>
  status === 'passed' ? 'passed' : status === 'failed' || status === 'rolled-back' ? 'failed' : 'open';
