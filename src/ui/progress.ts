// A run as it stands: a fold over its events. Knows no clock, no terminal and no sentences.

import type {
  Event,
  RunStarted,
  TaskCollided,
  TaskFinished,
  ValidationBlamed,
  ValidationFinished,
  ValidationReplaying,
  WorkspaceReady,
} from '../model/event.ts';
import type { Blame } from '../model/report.ts';
import { runsAgain } from '../report/collisions.ts';
import { type Counts, countOver, countRunning, isOver, noCounts, type State } from './states.ts';

/** A task or a validation step. Times are milliseconds after the start of the run. */
export interface Item {
  readonly id: string;
  readonly description: string;
  state: State;
  readonly phase: Phase;
  /** What must be over before it begins, and what waits for it. */
  readonly before: Item[];
  readonly after: Item[];
  /** How many of `before` are not over yet. */
  unmet: number;
  /** What others hold and it waits for. */
  resources: string[];
  /** 0 before the first. */
  attempt: number;
  /** When the first attempt began. */
  startedAt?: number;
  /** Its worktree, where it has one. */
  workspace?: WorkspaceReady;
  /** When its commands had ended, while it is to be integrated. */
  ranAt?: number;
  /** Why it runs again, until it does. */
  collision?: TaskCollided;
  /** When the next attempt begins, while it is retrying. */
  retryAt?: number;
  durationMs: number;
  /** The last few thousand characters printed, while it runs. */
  tail: string;
  /** Why the last attempt failed, while it is retrying. */
  lastReason?: string;
  result?: TaskFinished | ValidationFinished;
  /** Of a step that failed: the number of the last replay by which it is looked for what broke it. */
  replay?: number;
  /** And what was found. */
  blame?: Blame;
}

export interface Phase {
  /** Counted from 0; the validation is the last one. */
  readonly index: number;
  readonly validation: boolean;
  readonly items: Item[];
  readonly counts: Counts;
  startedAt?: number;
  endedAt?: number;
}

/** Why an item does not run. */
export type Wait =
  | { for: 'tasks'; ids: string[] }
  | { for: 'resources'; resources: string[] }
  | { for: 'slot' }
  | { for: 'phase'; index: number }
  /** To be integrated, after these tasks. */
  | { for: 'integration'; after: string[] }
  | { for: 'turn' };

const TAIL = 4_096;

export class Progress {
  /** What began the run; nothing else is of use before it. */
  started?: RunStarted;
  /** In the order of declaration. */
  tasks: Item[] = [];
  /** Of the tasks. */
  counts: Counts = noCounts();
  phases: Phase[] = [];
  /** Present when there are validation steps. */
  validation?: Phase;
  stopping?: Extract<Event, { type: 'run-stopping' }>;
  /** When everything had ended. */
  endedAt?: number;
  readonly #tasks = new Map<string, Item>();
  readonly #steps = new Map<string, Item>();
  /** Of each isolated task those that are integrated before it. There once somebody has asked. */
  #turns: Map<string, string[]> | undefined;

  /** Takes in one event and gives the task or step it is about. Costs the same however many tasks there are. */
  fold(event: Event): Item | undefined {
    switch (event.type) {
      case 'run-started':
        this.#begin(event);
        return undefined;
      case 'run-stopping':
        this.stopping ??= event;
        return undefined;
      case 'tree-restored':
      case 'run-cleaned':
        return undefined;
      case 'run-finished':
        this.endedAt = event.at;
        return undefined;
      case 'validation-replaying':
      case 'validation-blamed':
        return this.#search(event);
      case 'validation-started':
      case 'validation-output':
      case 'validation-finished':
        return this.#advance(this.#steps.get(event.name), event);
      default:
        return this.#advance(this.#tasks.get(event.id), event);
    }
  }

  task(id: string): Item | undefined {
    return this.#tasks.get(id);
  }

  #begin(event: RunStarted): void {
    this.started = event;
    const { plan } = event;
    this.phases = plan.phases.map((_, index) => newPhase(index, false));
    for (const { id, description = '', phase } of plan.tasks) {
      const home = this.phases[phase];
      if (!home) continue;
      const item = newItem(id, description, home);
      this.#tasks.set(id, item);
      this.tasks.push(item);
      this.counts.waiting += 1;
    }
    for (const { from, to } of plan.edges) {
      const [first, second] = [this.#tasks.get(from), this.#tasks.get(to)];
      if (!first || !second) continue;
      first.after.push(second);
      second.before.push(first);
      second.unmet += 1;
    }
    if (event.validation.length === 0) return;
    this.validation = newPhase(this.phases.length, true);
    for (const name of event.validation) this.#steps.set(name, newItem(name, '', this.validation));
  }

  #advance(item: Item | undefined, event: Event): Item | undefined {
    if (!item || isOver(item.state)) return item;
    switch (event.type) {
      case 'task-waiting':
        item.resources = event.resources;
        break;
      case 'task-started':
      case 'validation-started':
        item.attempt = event.type === 'task-started' ? event.attempt : 1;
        item.startedAt ??= event.at;
        item.phase.startedAt ??= event.at;
        item.resources = [];
        delete item.ranAt;
        delete item.collision;
        item.tail = '';
        this.#move(item, 'running');
        break;
      case 'task-output':
      case 'validation-output':
        item.tail = lastPart(item.tail, event.text);
        break;
      case 'task-verifying':
        this.#move(item, 'verifying');
        break;
      case 'task-retrying':
        item.retryAt = event.at + event.delayMs;
        item.lastReason = event.reason;
        this.#move(item, 'retrying');
        break;
      case 'workspace-ready':
        item.workspace = event;
        break;
      case 'workspace-denied':
        delete item.workspace;
        this.#move(item, 'waiting');
        break;
      case 'task-ran':
        item.ranAt = event.at;
        item.tail = '';
        this.#move(item, 'ran');
        break;
      case 'task-integrating':
        this.#move(item, 'integrating');
        break;
      case 'task-collided':
        // Otherwise it goes on integrating, or ends.
        if (!runsAgain(event.conflicts)) break;
        item.collision = event;
        this.#move(item, 'waiting');
        break;
      case 'task-finished':
      case 'validation-finished':
        item.result = event;
        item.durationMs = event.durationMs;
        item.tail = '';
        for (const next of item.after) next.unmet -= 1;
        this.#move(item, event.status);
        if (countOver(item.phase.counts) === item.phase.items.length) item.phase.endedAt = event.at;
    }
    return item;
  }

  /** What breaks a step is looked for when its result is there. */
  #search(event: ValidationReplaying | ValidationBlamed): Item | undefined {
    const item = this.#steps.get(event.name);
    if (item === undefined) return undefined;
    if (event.type === 'validation-replaying') item.replay = event.replay;
    else item.blame = event.blame;
    return item;
  }

  #move(item: Item, state: State): void {
    item.phase.counts[item.state] -= 1;
    item.phase.counts[state] += 1;
    if (!item.phase.validation) {
      this.counts[item.state] -= 1;
      this.counts[state] += 1;
    }
    item.state = state;
  }

  /** Why a waiting item does not run, or is not integrated. */
  wait(item: Item): Wait {
    if (item.state === 'ran') return { for: 'integration', after: this.#turnsBefore(item) };
    if (item.phase.validation) return { for: 'turn' };
    if (item.unmet > 0) {
      const left = item.before.filter((other) => !isOver(other.state));
      // Those that run say best how long it may take.
      const ids = [
        ...left.filter(({ state }) => state !== 'waiting'),
        ...left.filter(({ state }) => state === 'waiting'),
      ];
      return { for: 'tasks', ids: ids.map(({ id }) => id) };
    }
    if (item.resources.length > 0) return { for: 'resources', resources: item.resources };
    if (countRunning(this.counts) >= (this.started?.concurrency ?? 1)) return { for: 'slot' };
    const earlier = this.phases.find(
      ({ index, endedAt }) => index < item.phase.index && endedAt === undefined,
    );
    return earlier ? { for: 'phase', index: earlier.index } : { for: 'turn' };
  }

  /** The tasks that it conflicts with and that were declared before it, as long as they are not over. */
  #turnsBefore({ id }: Item): string[] {
    this.#turns ??= turnsOf(this.started);
    return (this.#turns.get(id) ?? []).filter(
      (before) => !isOver(this.#tasks.get(before)?.state ?? 'passed'),
    );
  }
}

function turnsOf(started: RunStarted | undefined): Map<string, string[]> {
  const turns = new Map<string, Set<string>>();
  for (const { tasks, resolution } of started?.plan.conflicts ?? []) {
    if (resolution !== 'isolate') continue;
    const [first, second] = tasks;
    turns.set(second, (turns.get(second) ?? new Set()).add(first));
  }
  return new Map([...turns].map(([id, before]) => [id, [...before]]));
}

function newPhase(index: number, validation: boolean): Phase {
  return { index, validation, items: [], counts: noCounts() };
}

function newItem(id: string, description: string, phase: Phase): Item {
  const item: Item = {
    id,
    description,
    state: 'waiting',
    phase,
    before: [],
    after: [],
    unmet: 0,
    resources: [],
    attempt: 0,
    durationMs: 0,
    tail: '',
  };
  phase.items.push(item);
  phase.counts.waiting += 1;
  return item;
}

/** Lets the text grow to twice what is kept before it is cut, so that many small pieces cost no copying each. */
function lastPart(before: string, text: string): string {
  if (text.length >= TAIL) return text.slice(-TAIL);
  const both = before + text;
  return both.length > 2 * TAIL ? both.slice(-TAIL) : both;
}
