// The state of a run, reduced from its events: the one reader of a journal, and of a run that goes on. What the screen, the
// logs, the report and the page show are selections from it. Knows no clock, no terminal and no sentences.

import type {
  Event,
  RemoteCacheStoring,
  RunCleaned,
  RunStarted,
  RunStopping,
  TaskFinished,
  TreeRestored,
  ValidationFinished,
} from '../model/event.ts';
import { isJournaled } from '../model/journal.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { Restored } from '../model/report.ts';
import { hasBegun } from './cached.ts';
import { runsAgain } from './collisions.ts';
import {
  type Item,
  lastPart,
  newItem,
  newPhase,
  type Phase,
  type StepState,
  type TaskState,
} from './items.ts';
import { isServerLike } from './server-like.ts';
import { type Counts, countOver, isOver, noCounts, type Status } from './status.ts';
import { TaskGraph } from './task-graph.ts';

type StepEvent = Extract<Event, { type: `validation-${string}` }>;
type TaskEvent = Exclude<Extract<Event, { id: string }>, RunStarted>;

/** How what would never have ended ends. */
const MAY_BE_ENDLESS = /^cancelled |^failed timed out/;

export class RunState {
  readonly started: RunStarted;
  /** By declaration. */
  readonly tasks: readonly TaskState[];
  readonly steps: readonly StepState[];
  readonly phases: readonly Phase<TaskState>[];
  /** Present when there are validation steps. */
  readonly validation: Phase<StepState> | undefined;
  /** Of the tasks. */
  readonly counts: Counts = noCounts();
  /** In the order in which they ended. */
  readonly finished: TaskState[] = [];
  /** All that the journal holds. */
  readonly events: Event[];
  /** The time of the latest event, those that the journal leaves out not counted. */
  at: number;
  /** When everything had ended; undefined while the run goes on, and in one that was killed. */
  endedAt?: number;
  /** Why the run stopped, the first time that it was said. */
  stopping?: RunStopping;
  isInterrupted = false;
  /** The task or validation step that failed first. */
  firstFailure?: string;
  /** All that was restored: a run may roll back one task and then another. */
  restored?: Restored & { tasks: Set<string> };
  cleaned?: RunCleaned;
  /** What the end waits for, once nothing else is left. */
  storing?: RemoteCacheStoring;
  readonly #byId: ReadonlyMap<string, TaskState>;
  #graph: TaskGraph | undefined;

  constructor(started: RunStarted) {
    this.started = started;
    this.at = started.at;
    this.events = [started];
    const { plan, validation } = started;
    this.phases = plan.phases.map((_, index) => newPhase(index, false));
    this.tasks = plan.tasks.map((planned, number) => this.#newTask(planned, number));
    this.#byId = new Map(this.tasks.map((task) => [task.id, task]));
    this.validation = validation.length > 0 ? newPhase(plan.phases.length, true) : undefined;
    this.steps = validation.map((name) => newItem(name, '', this.validation as Phase));
  }

  /** Of a journal, or of as much of it as there is. Throws where the first event is not `run-started`. */
  static of(events: Iterable<Event>): RunState {
    let state: RunState | undefined;
    for (const event of events) {
      if (state) state.apply(event);
      else if (event.type === 'run-started') state = new RunState(event);
      else throw new Error(`a run begins with run-started, not with ${event.type}`);
    }
    if (!state) throw new Error('there are no events of a run');
    return state;
  }

  task(id: string): TaskState | undefined {
    return this.#byId.get(id);
  }

  /** Made when somebody first asks: a report needs none. */
  get graph(): TaskGraph {
    this.#graph ??= new TaskGraph(this.started.plan, this.tasks);
    return this.#graph;
  }

  /** Takes in one event and gives the task or step it is about. Costs the same however many tasks there are. */
  apply(event: Event): Item | undefined {
    if (this.endedAt !== undefined || event.type === 'run-started') return undefined;
    if (isJournaled(event)) {
      this.events.push(event);
      this.at = Math.max(this.at, event.at);
    }
    switch (event.type) {
      case 'run-stopping':
        this.stopping ??= event;
        this.isInterrupted ||= event.reason === 'interrupt';
        return undefined;
      case 'tree-restored':
        this.#restore(event);
        return undefined;
      case 'remote-cache-failed':
        // The warnings of a run say it.
        return undefined;
      case 'remote-cache-storing':
        this.storing = event;
        return undefined;
      case 'run-cleaned':
        this.cleaned = event;
        return undefined;
      case 'run-finished':
        this.endedAt = event.at;
        return undefined;
      case 'validation-started':
      case 'validation-output':
      case 'validation-finished':
      case 'validation-replaying':
      case 'validation-blamed':
        return this.#advanceStep(event);
      default:
        return this.#advanceTask(event);
    }
  }

  #newTask(planned: PlannedTask, number: number): TaskState {
    const { id, description = '', phase, workspace } = planned;
    this.counts.waiting += 1;
    const home = this.phases[phase] as Phase;
    return Object.assign(newItem(id, description, home), { planned, number, workspace, events: [] });
  }

  #restore(event: TreeRestored): void {
    this.restored ??= { tasks: new Set(), files: 0, left: [] };
    this.restored.files += event.files;
    this.restored.left = [...new Set([...this.restored.left, ...event.left])];
    for (const id of event.tasks) this.restored.tasks.add(id);
    // Whoever has begun may have changed something, also one that failed.
    for (const task of this.tasks) if (hasBegun(task)) task.events.push(event);
  }

  #advanceTask(event: TaskEvent): TaskState | undefined {
    const task = this.#byId.get(event.id);
    if (!task) return undefined;
    if (isJournaled(event)) task.events.push(event);
    if (event.type === 'task-not-stored' && task.cached)
      task.cached = { ...task.cached, notStored: event.reason };
    if (isOver(task.status)) return task;
    switch (event.type) {
      case 'task-waiting':
        task.resources = event.resources;
        break;
      case 'task-looked-up':
        task.cached = event.cached;
        if (event.cached.hit) task.phase.startedAt ??= event.at;
        break;
      case 'task-started':
        this.#start(task, event.at, event.attempt);
        break;
      case 'service-ready':
        task.readyAt = event.at;
        this.#graph?.finish(task);
        this.#move(task, 'serving');
        break;
      case 'task-output':
        task.tail = lastPart(task.tail, event.text);
        break;
      case 'task-verifying':
        this.#move(task, 'verifying');
        break;
      case 'task-retrying':
        task.retry = { at: event.at + event.delayMs, reason: event.reason };
        this.#move(task, 'retrying');
        break;
      case 'workspace-ready':
        task.branch = event.branch;
        break;
      case 'workspace-denied':
        delete task.branch;
        task.denied = event.reason;
        task.workspace = 'shared';
        this.#move(task, 'waiting');
        break;
      case 'remote-stage':
        task.remoteStage = event.stage;
        break;
      case 'remote-ran':
        delete task.remoteStage;
        task.remote = event.remote;
        break;
      case 'remote-denied':
        delete task.remoteStage;
        task.remoteDenied = event.reason;
        this.#move(task, 'waiting');
        break;
      case 'task-ran':
        task.ranAt = event.at;
        task.tail = '';
        this.#move(task, 'ran');
        break;
      case 'task-integrating':
        this.#move(task, 'integrating');
        break;
      case 'task-collided':
        // Otherwise it goes on integrating, or ends.
        if (!runsAgain(event.conflicts)) break;
        task.collision = event;
        // The result from the cache is dropped; what comes next is another one, or an attempt.
        if (task.cached?.hit) delete task.cached;
        this.#move(task, 'waiting');
        break;
      case 'task-finished':
        this.finished.push(task);
        this.#graph?.finish(task);
        this.#finish(task, event);
        if (event.branch !== undefined) task.branch = event.branch;
    }
    return task;
  }

  #advanceStep(event: StepEvent): StepState | undefined {
    const step = this.#stepOf(event);
    if (!step) return undefined;
    switch (event.type) {
      case 'validation-started':
        this.#start(step, event.at, 1);
        break;
      case 'validation-output':
        step.tail = lastPart(step.tail, event.text);
        break;
      case 'validation-finished':
        this.#finish(step, event);
        break;
      // What breaks a step is looked for when its result is there.
      case 'validation-replaying':
        step.replay = event.replay;
        break;
      case 'validation-blamed':
        step.blame = event.blame;
    }
    return step;
  }

  /** Two steps may have one name: each event belongs to the first of that name that it can belong to. */
  #stepOf({ type, name }: StepEvent): StepState | undefined {
    const fits: Record<StepEvent['type'], (step: StepState) => boolean> = {
      'validation-started': ({ status }) => status === 'waiting',
      'validation-output': ({ status }) => status === 'running',
      'validation-finished': ({ status }) => !isOver(status),
      'validation-replaying': ({ status, blame }) => status === 'failed' && !blame,
      'validation-blamed': ({ status, blame }) => status === 'failed' && !blame,
    };
    return this.steps.find((step) => step.id === name && fits[type](step));
  }

  #start(item: Item, at: number, attempt: number): void {
    item.attempt = attempt;
    item.startedAt ??= at;
    item.phase.startedAt ??= at;
    item.resources = [];
    delete item.ranAt;
    delete item.retry;
    delete item.collision;
    item.tail = '';
    this.#move(item, 'running');
  }

  #finish(item: Item, result: TaskFinished | ValidationFinished): void {
    if (MAY_BE_ENDLESS.test(`${result.status} ${result.reason}`) && item.readyAt === undefined)
      item.isServerLike = isServerLike(item, result.at);
    item.result = result;
    item.tail = '';
    this.#move(item, result.status);
    if (result.status === 'failed' || result.status === 'rolled-back') this.firstFailure ??= item.id;
    if (countOver(item.phase.counts) === item.phase.items.length) item.phase.endedAt = result.at;
  }

  #move(item: Item, status: Status): void {
    for (const counts of item.phase.validation ? [item.phase.counts] : [item.phase.counts, this.counts]) {
      counts[item.status] -= 1;
      counts[status] += 1;
    }
    item.status = status;
  }
}
