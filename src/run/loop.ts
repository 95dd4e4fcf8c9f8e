// The one loop of a run. It asks the schedule what may start or be integrated, has it done, and tells the schedule how it
// ended, until everything is over; whatever happens becomes an event. All deciding is in schedule.ts, all doing in
// task-runner.ts.

import { traced } from '../base/trace.ts';
import type { Task } from '../config/config.ts';
import type { TaskFinished } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { FileChange } from '../model/report.ts';
import { carriesFailure } from '../model/task-pairs.ts';
import type { LookedUp } from './cached-tasks.ts';
import type { Hit } from './caching/hit.ts';
import type { Turned } from './held-results.ts';
import type { Interruption } from './interruption.ts';
import type { RunContext } from './records/context.ts';
import { bestOrder } from './schedule/best-order.ts';
import type { Decision, Fallout } from './schedule/decision.ts';
import { Schedule } from './schedule/schedule.ts';
import type { ScheduleInput } from './schedule/schedule-graph.ts';
import { mayStayUp, scheduledServices } from './services/scheduled-services.ts';
import { neverRan } from './task-result.ts';
import type { Ran, TaskRunner } from './task-runner.ts';

export interface TaskLoop {
  concurrency: number;
  expected: ReadonlyMap<string, number>;
  abort: AbortController;
  runner: TaskRunner;
  /** Services that only a person asked for do not keep the run going: somebody keeps them. */
  areKept: boolean;
  interruption: Interruption;
}

type Idle = Pick<Decision, 'release' | 'unneeded' | 'orphaned'>;

export interface LoopOutcome {
  /** Durations of the tasks that passed, and of those that have also run. */
  passed: Map<string, number>;
  measured: Map<string, number>;
  /** What the tasks that passed have changed, where that is something. */
  changed: Map<string, readonly FileChange[]>;
  /** Those that passed without having run: an earlier run has done it. */
  kept: Set<string>;
  /** The task that ended the run: its failure asks for an abort, or its result does not fit. */
  endedBy?: { task: string; reason: 'abort' | 'collision' };
  /** Only services were left, and somebody has ended them. */
  isEndedByHand?: boolean;
}

export function runTasks(
  context: RunContext,
  tasks: readonly Task[],
  plan: Plan,
  loop: TaskLoop,
): Promise<LoopOutcome> {
  const { config, emit, together, stop } = context;
  const { runner } = loop;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const taskOf = (id: string): Task => byId.get(id) as Task;
  const phases = new Map(plan.tasks.map(({ id, phase }) => [id, phase]));
  const outcome: LoopOutcome = {
    passed: new Map(),
    measured: new Map(),
    changed: new Map(),
    kept: new Set(),
  };
  const blocked = new Map<string, string>();
  const input: ScheduleInput = {
    tasks: tasks.map((task) => ({
      ...{ id: task.id, resources: task.resources, phase: phases.get(task.id) ?? 0, isAlone: task.raw },
      isRemote: runner.isRemote(task),
    })),
    edges: plan.edges.map(({ tasks, because }) => ({
      tasks,
      requires: carriesFailure(because),
    })),
    // They are integrated in the order of declaration, in which the plan names them.
    turns: plan.conflicts.flatMap(({ tasks, resolution }) => (resolution === 'isolate' ? [tasks] : [])),
    capacities: config.resources,
    concurrency: loop.concurrency,
    remoteJobs: config.remote?.jobs,
    expectedMs: loop.expected,
    barrier: config.barrier,
  };
  const cached = new Set(tasks.filter((task) => runner.cached.has(task)).map(({ id }) => id));
  // What turns out to be cached takes no time, whatever its place.
  const services = scheduledServices(tasks, loop.areKept, (task) => runner.isDone(task));
  const schedule = new Schedule({
    ...input,
    cached,
    services,
    order: services ? undefined : bestOrder(input),
  });

  return new Promise((done, reject) => {
    const because = (): { because?: string } =>
      outcome.endedBy === undefined ? {} : { because: outcome.endedBy.task };
    const why = (): string =>
      outcome.endedBy === undefined ? context.whyStopped() : endedBecause(outcome.endedBy);
    const halt = (): void => {
      for (const id of schedule.stop())
        emit(runner.dropped(id, why(), because()) ?? neverRan(id, 'cancelled', why(), because()));
      advance();
    };
    const end = (task: string, reason: 'abort' | 'collision'): void => {
      if (stop.aborted) return;
      outcome.endedBy = { task, reason };
      emit({ type: 'run-stopping', reason, task });
      loop.abort.abort();
    };
    const skip = (fallout: readonly Fallout[]): void => {
      for (const { id, because: cause, isRunning } of fallout)
        if (isRunning) runner.fail(id, cause);
        else emit(neverRan(id, 'skipped', `${cause} failed`, { because: cause }));
    };
    const finish = (id: string, finished: Omit<TaskFinished, 'at'>, ends?: 'abort' | 'collision'): void => {
      const cancelled = finished.status === 'cancelled' ? { reason: why(), ...because() } : {};
      emit({ ...finished, ...cancelled });
      if (finished.status === 'passed') {
        outcome.passed.set(id, finished.durationMs);
        if (finished.filesChanged.length > 0) outcome.changed.set(id, finished.filesChanged);
        if (finished.attempts === 0) outcome.kept.add(id);
      }
      if (finished.status === 'passed' && finished.attempts > 0 && !services?.has(id))
        outcome.measured.set(id, finished.durationMs);
      const state = finished.status === 'rolled-back' ? 'failed' : finished.status;
      const fallout = schedule.finish(id, state as 'passed' | 'failed' | 'cancelled');
      skip(fallout);
      if (ends !== undefined) end(id, ends);
    };
    const take = (id: string, ended: Ran | Turned | LookedUp): void => {
      if (ended.kind === 'finished') finish(id, ended.finished, ended.ends);
      else if (ended.kind === 'again') schedule.again(id);
      else if (ended.kind === 'missed') schedule.missed(id);
      else if (ended.kind === 'turns') schedule.takeTurns(id);
      else if (ended.kind === 'home') schedule.comeHome(id);
      else {
        emit({ type: 'task-ran', id });
        schedule.ran(id);
      }
    };
    const goOn = (): void => {
      // What has ended while the run was being stopped waits for nothing, and does not run again.
      if (stop.aborted) halt();
      else advance();
    };
    // What is thrown here is a bug of ours: nothing more is started, and whoever waits hears of it.
    const watch = (work: Promise<void>): void => {
      work.then(goOn).catch((error) => {
        reject(error);
        loop.abort.abort();
      });
    };
    const follow = (id: string, work: Promise<Ran | Turned | LookedUp>): void =>
      watch(work.then((ended) => take(id, ended)));
    const lookUp = (id: string): void =>
      follow(
        id,
        traced('task', `look up ${id}`, () =>
          runner.cached.lookUp(taskOf(id), () => {
            schedule.found(id);
            advance();
          }),
        ),
      );
    const settle = (id: string, hit: Hit): void => {
      schedule.found(id);
      const settled = runner.cached.settle(taskOf(id), hit);
      if (settled instanceof Promise) follow(id, settled);
      else take(id, settled);
    };
    // Most of what is looked for is often in place, and takes less time than to wait for each of them.
    const lookForAll = async (ids: readonly string[]): Promise<void> => {
      const inPlace = await traced('task', 'look for what is in place', () =>
        runner.cached.inPlace(ids.map(taskOf)),
      );
      together(() => {
        for (const id of ids) {
          const hit = stop.aborted ? undefined : inPlace(taskOf(id));
          if (hit !== undefined) settle(id, hit);
          else if (stop.aborted) take(id, { kind: 'missed' });
          else lookUp(id);
        }
      });
    };
    const serve = (id: string): void => {
      schedule.serve(id);
      advance();
    };
    const letGo = ({ release = [], unneeded = [], orphaned = [] }: Idle): void => {
      for (const id of release) {
        const stays = loop.areKept && mayStayUp(taskOf(id)) && !stop.aborted;
        emit({ type: 'service-stopping', id, ...(stays && { stays }) });
        runner.release(id);
      }
      for (const id of unneeded) finish(id, neverRan(id, 'passed', 'not started: nothing needed it', {}));
      for (const each of orphaned)
        skip([{ ...each }, ...schedule.skip(each).filter(({ id }) => id !== each.id)]);
      if (unneeded.length + orphaned.length > 0) advance();
    };
    const advance = (): void => {
      if (schedule.isOver) {
        stop.removeEventListener('abort', halt);
        loop.interruption.onlyServices = undefined;
        done(outcome);
        return;
      }
      const { look = [], start, blocked: held, integrate, ...idle } = schedule.next();
      for (const { id, resources } of held) {
        const names = resources.join('\0');
        if (blocked.get(id) === names) continue;
        blocked.set(id, names);
        emit({ type: 'task-waiting', id, resources });
      }
      if (look.length > 0) watch(lookForAll(look));
      for (const id of start)
        follow(
          id,
          traced('task', id, () => runner.run(taskOf(id), () => serve(id))),
        );
      if (integrate !== undefined) {
        emit({ type: 'task-integrating', id: integrate });
        follow(
          integrate,
          traced('task', `integrate ${integrate}`, () => runner.integrate(taskOf(integrate))),
        );
      }
      letGo(idle);
    };
    loop.interruption.onlyServices = () => {
      if (services === undefined || !schedule.endLasting()) return false;
      outcome.isEndedByHand = true;
      advance();
      return true;
    };
    stop.addEventListener('abort', halt, { once: true });
    if (stop.aborted) halt();
    else advance();
  });
}

const endedBecause = ({ task, reason }: { task: string; reason: 'abort' | 'collision' }): string =>
  reason === 'abort'
    ? `stopped because ${task} failed`
    : `stopped because the result of ${task} does not merge`;
