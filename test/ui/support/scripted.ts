// Runs as lists of events, without running anything: small ones written by hand, large ones simulated.

import type { Event, RunStarted, TaskFinished } from '../../../src/model/event.ts';
import type { EdgeGroup, Plan } from '../../../src/model/plan.ts';

export interface ScriptedTask {
  id: string;
  needs?: string[];
  description?: string;
}

export interface ScriptedRun {
  concurrency?: number;
  expectedMs?: Record<string, number>;
  validation?: string[];
  exclusions?: Plan['exclusions'];
  integrate?: RunStarted['integrate'];
}

/** A plan of these tasks, which stand in an order where what is needed comes first. */
export function planOf(tasks: readonly ScriptedTask[], exclusions: Plan['exclusions'] = []): Plan {
  const level = new Map<string, number>();
  for (const { id, needs = [] } of tasks)
    level.set(id, Math.max(0, ...needs.map((need) => (level.get(need) ?? 0) + 1)));
  const phases: Plan['phases'] = [];
  for (const { id } of tasks) {
    const phase = level.get(id) ?? 0;
    phases[phase] ??= { tasks: [] };
    phases[phase].tasks.push(id);
  }
  const edges = tasks.flatMap(({ id, needs = [] }) =>
    needs.map((from): EdgeGroup => ({ tasks: [[from], [id]], because: { kind: 'needs' } })),
  );
  return {
    schemaVersion: 2,
    strategy:
      phases.length > 1
        ? { letter: 'C', name: 'phased', reasons: [] }
        : { letter: 'A', name: 'parallel', reasons: [] },
    phases,
    tasks: tasks.map(({ id, description }) => ({
      id,
      ...(description === undefined ? {} : { description }),
      phase: level.get(id) ?? 0,
      workspace: 'shared',
      reads: [],
      writes: [],
      files: { reads: 0, writes: 0 },
      undeclared: false,
    })),
    edges,
    exclusions,
    conflicts: [],
    notes: [],
  };
}

export function begin(tasks: readonly ScriptedTask[], run: ScriptedRun = {}): RunStarted {
  return {
    type: 'run-started',
    pid: 1,
    at: 0,
    schemaVersion: 2,
    id: 'PARALLEL-20240102-030405',
    startedAt: '2024-01-02T03:04:05.000Z',
    root: '/repo',
    concurrency: run.concurrency ?? 2,
    integrate: run.integrate ?? 'apply',
    plan: planOf(tasks, run.exclusions),
    expectedMs: run.expectedMs ?? {},
    validation: run.validation ?? [],
  };
}

export const start = (at: number, id: string, attempt = 1): Event => ({
  type: 'task-started',
  at,
  id,
  attempt,
});
export const print = (at: number, id: string, text: string): Event => ({ type: 'task-output', at, id, text });
export const retry = (at: number, id: string, attempt: number, delayMs: number): Event => ({
  type: 'task-retrying',
  at,
  id,
  attempt,
  reason: 'exit code 1',
  delayMs,
});

export function finish(
  at: number,
  id: string,
  durationMs: number,
  more: Partial<TaskFinished> = {},
): TaskFinished {
  return {
    type: 'task-finished',
    at,
    id,
    status: 'passed',
    exitCode: 0,
    durationMs,
    attempts: 1,
    filesChanged: [],
    strays: [],
    output: { bytes: 0, tail: [] },
    ...more,
  };
}

export const fail = (
  at: number,
  id: string,
  durationMs: number,
  more: Partial<TaskFinished> = {},
): TaskFinished => finish(at, id, durationMs, { status: 'failed', exitCode: 2, ...more });
export const skip = (at: number, id: string, because: string): TaskFinished =>
  finish(at, id, 0, { status: 'skipped', exitCode: null, because, attempts: 0 });
export const end = (at: number): Event => ({ type: 'run-finished', at });

/** What the four tasks of the small run are, and everything that happens in it. */
export const smallTasks: ScriptedTask[] = [
  { id: 'schema', description: 'Generate the client' },
  { id: 'api', needs: ['schema'], description: 'Add the orders endpoint' },
  { id: 'web', needs: ['schema'] },
  { id: 'e2e', needs: ['api', 'web'], description: 'End to end' },
];

export const smallRun = (run: ScriptedRun = {}): Event[] => [
  begin(smallTasks, run),
  start(0, 'schema'),
  print(100, 'schema', 'wrote 12 files\n'),
  finish(1_200, 'schema', 1_200),
  start(1_200, 'api'),
  start(1_200, 'web'),
  print(1_300, 'api', 'compiling\nlinking 10%\rlinking 80%'),
  retry(2_200, 'web', 1, 1_000),
  start(3_200, 'web', 2),
  print(3_300, 'web', '\u001b[32mbundled\u001b[39m in 90ms\n'),
  finish(4_000, 'web', 2_800, { attempts: 2 }),
  fail(4_500, 'api', 3_300),
  skip(4_500, 'e2e', 'api'),
  end(4_600),
];

export interface Simulated extends ScriptedRun {
  tasks: number;
  phases: number;
  /** Every so many tasks one fails. */
  failEvery?: number;
  /** Milliseconds a task takes, at least and at most. */
  takes?: [number, number];
  known?: boolean;
  /** Lines printed by each task. */
  lines?: number;
}

/** A run of many tasks, scheduled greedily; the same for the same numbers. Each task needs one or two of the phase before. */
export function simulate(options: Simulated): Event[] {
  const { tasks: count, phases, failEvery = 0, takes = [200, 3_000], lines = 4, concurrency = 8 } = options;
  let seed = 42;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const size = Math.ceil(count / phases);
  const kinds = ['build', 'lint', 'test', 'types', 'docs'];
  const tasks: ScriptedTask[] = Array.from({ length: count }, (_, index) => {
    const phase = Math.floor(index / size);
    const id = `pkg-${String(index).padStart(3, '0')}:${kinds[index % kinds.length]}`;
    return { id, description: `Package number ${index}`, phase, index };
  }).map(({ id, description, phase, index }, _, all) => ({
    id,
    description,
    needs:
      phase === 0
        ? []
        : [...new Set([index - size, (phase - 1) * size + Math.floor(random() * size)])].flatMap(
            (need) => all[need]?.id ?? [],
          ),
  }));
  const took = new Map(tasks.map(({ id }) => [id, Math.round(takes[0] + random() * (takes[1] - takes[0]))]));
  const expectedMs = options.known ? Object.fromEntries(took) : {};
  const events: Event[] = [begin(tasks, { ...options, concurrency, expectedMs })];

  const state = new Map<string, 'passed' | 'failed' | 'skipped' | 'running'>();
  const running: { id: string; endsAt: number; index: number }[] = [];
  let at = 0;
  for (;;) {
    for (const [index, { id, needs = [] }] of tasks.entries()) {
      if (state.has(id)) continue;
      const culprit = needs.find((need) => state.get(need) === 'failed' || state.get(need) === 'skipped');
      if (culprit !== undefined && needs.every((need) => state.has(need) && state.get(need) !== 'running')) {
        state.set(id, 'skipped');
        events.push(skip(at, id, culprit));
      } else if (running.length < concurrency && needs.every((need) => state.get(need) === 'passed')) {
        state.set(id, 'running');
        const duration = took.get(id) as number;
        events.push(start(at, id));
        for (let line = 0; line < lines; line += 1)
          events.push(
            print(
              at + (duration * (line + 0.5)) / lines,
              id,
              `${id}: step ${line + 1} of ${lines}, a line of output of some length\n`,
            ),
          );
        running.push({ id, endsAt: at + duration, index });
      }
    }
    const next = running.sort((a, b) => a.endsAt - b.endsAt).shift();
    if (!next) break;
    at = next.endsAt;
    const failed = failEvery > 0 && next.index % failEvery === failEvery - 1;
    state.set(next.id, failed ? 'failed' : 'passed');
    events.push((failed ? fail : finish)(at, next.id, took.get(next.id) as number));
  }
  events.push(end(at));
  return events.sort((a, b) => a.at - b.at);
}
