// What is known of each task and each validation step of a run, and of each phase. Unaware of events' order.

import type { Event, RemoteStage, TaskCollided, TaskFinished, ValidationFinished } from '../model/event.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { Blame, Cached, RemoteRun } from '../model/report.ts';
import { type Counts, noCounts, type Status } from './status.ts';

/** Characters of a tail. */
const TAIL = 4_096;

/** A task or a validation step. Times are milliseconds after the start of the run. */
export interface Item {
  readonly id: string;
  readonly description: string;
  readonly phase: Phase;
  status: Status;
  /** 0 before the first. */
  attempt: number;
  /** When the first attempt began. */
  startedAt?: number;
  /** What others hold and it waits for. */
  resources: string[];
  /** It was stopped, or was not over in time, and what it had printed is what servers print. */
  isServerLike?: boolean;
  /** When it was ready, of a service that has been. */
  readyAt?: number;
  /** When its commands had ended, while it is to be integrated. */
  ranAt?: number;
  /** Why it runs again, until it does. */
  collision?: TaskCollided;
  /** When the next attempt begins and why the last one failed, while it is retrying. */
  retry?: { at: number; reason: string };
  /** The last few thousand characters printed, while it runs. */
  tail: string;
  result?: TaskFinished | ValidationFinished;
  /** Of a step that failed: the number of the last replay by which it is looked for what broke it. */
  replay?: number;
  /** And what was found. */
  blame?: Blame;
  /** What the cache had of it, where that was asked. A task that runs again is looked up again. */
  cached?: Cached;
}

export interface TaskState extends Item {
  readonly planned: PlannedTask;
  /** Its place in the plan. */
  readonly number: number;
  /** Where it works: what was planned, unless it was denied a worktree. */
  workspace: PlannedTask['workspace'];
  /** Why it could have no worktree. */
  denied?: string;
  /** Where it is, of one that runs remotely; how that went; and why it was to run here after all. */
  remoteStage?: RemoteStage['stage'];
  remote?: RemoteRun;
  remoteDenied?: string;
  /** The branch on which it works in its worktree. */
  branch?: string;
  result?: TaskFinished;
  /** Those of the journal that are about it, in order, and of those that have begun also what the whole tree went through. */
  readonly events: Event[];
}

export interface StepState extends Item {
  result?: ValidationFinished;
}

export interface Phase<I extends Item = Item> {
  /** Counted from 0; the validation is the last one. */
  readonly index: number;
  readonly validation: boolean;
  readonly items: I[];
  readonly counts: Counts;
  startedAt?: number;
  endedAt?: number;
}

export function newPhase<I extends Item>(index: number, validation: boolean): Phase<I> {
  return { index, validation, items: [], counts: noCounts() };
}

type NewItem = Pick<Item, 'id' | 'description' | 'phase' | 'status' | 'attempt' | 'resources' | 'tail'>;

export function newItem(id: string, description: string, phase: Phase): NewItem {
  const item: NewItem = { id, description, phase, status: 'waiting', attempt: 0, resources: [], tail: '' };
  phase.items.push(item);
  phase.counts.waiting += 1;
  return item;
}

/** Lets the text grow to twice what is kept before it is cut, so that many small pieces cost no copying each. */
export function lastPart(before: string, text: string): string {
  if (text.length >= TAIL) return text.slice(-TAIL);
  const both = before + text;
  return both.length > 2 * TAIL ? both.slice(-TAIL) : both;
}
