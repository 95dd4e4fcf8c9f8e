// Plans and journals made by hand, for whoever folds or shows them.

import type { Event, RunStarted, TaskFinished } from '../../src/model/event.ts';
import type { Because, ConflictGroup, EdgeGroup, Plan, PlannedTask } from '../../src/model/plan.ts';
import type { Report } from '../../src/model/report.ts';
import { reportOf } from '../../src/report/report.ts';
import { RunState } from '../../src/state/run-state.ts';

export function planned(id: string, phase = 0, more: Partial<PlannedTask> = {}): PlannedTask {
  const files = { reads: 0, writes: 0 };
  return { id, phase, workspace: 'shared', reads: [], writes: [], files, undeclared: false, ...more };
}

/** A plan of these tasks and edges, its phases made from what the tasks say. */
export function planOf(tasks: PlannedTask[], more: Partial<Plan> = {}): Plan {
  const phases: Plan['phases'] = [];
  for (const { id, phase } of tasks) {
    while (phases.length <= phase) phases.push({ tasks: [] });
    phases[phase]?.tasks.push(id);
  }
  const strategy: Plan['strategy'] =
    phases.length > 1
      ? { letter: 'C', name: 'phased', reasons: [] }
      : { letter: 'A', name: 'parallel', reasons: ['nothing conflicts and nothing depends on anything'] };
  return {
    schemaVersion: 2,
    strategy,
    phases,
    tasks,
    edges: [],
    exclusions: [],
    conflicts: [],
    notes: [],
    ...more,
  };
}

export const edge = (from: string, to: string, because: Because = { kind: 'needs' }): EdgeGroup => ({
  tasks: [[from], [to]],
  because,
});

export function conflict([one, other]: [string, string], more: Partial<ConflictGroup>): ConflictGroup {
  const files: ConflictGroup['files'] = { count: 0, sample: [] };
  const tasks = [[one], [other]];
  return { tasks, kind: 'write-read', patterns: ['', ''], files, resolution: 'order', exact: true, ...more };
}

export function started(plan: Plan, more: Partial<RunStarted> = {}): RunStarted {
  return {
    type: 'run-started',
    pid: 1,
    at: 0,
    schemaVersion: 2,
    id: 'PARALLEL-20250314-092653-589',
    startedAt: '2025-03-14T09:26:53.589Z',
    root: '/repo',
    concurrency: 4,
    integrate: 'apply',
    plan,
    expectedMs: {},
    validation: [],
    ...more,
  };
}

export const starts = (id: string, at: number, attempt = 1): Event => ({
  type: 'task-started',
  at,
  id,
  attempt,
});

export function ends(
  id: string,
  at: number,
  durationMs: number,
  more: Partial<TaskFinished> = {},
): TaskFinished {
  const output = { bytes: 0, tail: [] };
  const status = 'passed';
  return {
    type: 'task-finished',
    at,
    id,
    status,
    exitCode: 0,
    durationMs,
    attempts: 1,
    filesChanged: [],
    strays: [],
    output,
    ...more,
  };
}

export const skips = (id: string, at: number, because: string): Event =>
  ends(id, at, 0, { status: 'skipped', because, reason: `${because} failed`, exitCode: null, attempts: 0 });

export const finished = (at: number): Event => ({ type: 'run-finished', at });

/** schema → api, web → e2e, and lint beside them; api and web share a database. */
export function shopPlan(): Plan {
  const read = { kind: 'write-read', witness: 'src/generated/client.ts' } as const;
  return planOf(
    [
      planned('schema', 0, {
        reads: ['prisma/schema.prisma'],
        writes: ['src/generated/**'],
        description: 'Generate the client',
      }),
      planned('lint', 0, { undeclared: true }),
      planned('api', 1, { reads: ['src/generated/**'], writes: ['src/api/**'], workspace: 'worktree' }),
      planned('web', 1, {
        reads: ['src/generated/*.ts'],
        writes: ['src/api/routes.ts', 'src/web/**'],
        workspace: 'worktree',
      }),
      planned('e2e', 2, { undeclared: true }),
    ],
    {
      strategy: {
        letter: 'C',
        name: 'phased',
        reasons: [
          'api and web wait for schema, which writes src/generated/client.ts that they read',
          'e2e needs api and web',
          'api and web both write src/api/routes.ts, so each runs in a worktree',
        ],
      },
      edges: [
        edge('schema', 'api', read),
        edge('schema', 'web', read),
        edge('api', 'e2e'),
        edge('web', 'e2e'),
      ],
      exclusions: [{ tasks: ['api', 'web'], because: { kind: 'resource', resource: 'db.orders' } }],
      conflicts: [
        conflict(['schema', 'api'], {
          patterns: ['src/generated/**', 'src/generated/**'],
          witness: 'src/generated/client.ts',
          files: {
            count: 12,
            sample: ['src/generated/client.ts', 'src/generated/enums.ts', 'src/generated/orders.ts'],
          },
        }),
        conflict(['schema', 'web'], {
          patterns: ['src/generated/**', 'src/generated/*.ts'],
          witness: 'src/generated/client.ts',
          files: { count: 1, sample: ['src/generated/client.ts'] },
        }),
        conflict(['api', 'web'], {
          kind: 'write-write',
          patterns: ['src/api/**', 'src/api/routes.ts'],
          witness: 'src/api/routes.ts',
          resolution: 'isolate',
        }),
        conflict(['api', 'web'], {
          kind: 'resource',
          patterns: ['write', 'write'],
          resource: 'db.orders',
          resolution: 'exclude',
        }),
      ],
      notes: [
        { kind: 'undeclared', tasks: ['lint'], text: 'lint declares nothing' },
        { kind: 'undeclared', tasks: ['e2e'], text: 'e2e declares nothing' },
        { kind: 'matches-nothing', tasks: ['web'], text: 'src/web/** of web matches no file today' },
      ],
    },
  );
}

/** A run of the shop in which api fails: first its tests, then again. */
export function shopFailure(): Event[] {
  const tail = ['1) creates an order', '   expected 201, got 500'];
  return [
    started(shopPlan(), { validation: ['types'] }),
    starts('schema', 5),
    starts('lint', 6),
    ends('schema', 1205, 1200, { filesChanged: [{ path: 'src/generated/client.ts', change: 'modified' }] }),
    starts('api', 1210),
    { type: 'task-verifying', at: 1400, id: 'api' },
    { type: 'task-retrying', at: 2000, id: 'api', attempt: 1, reason: 'its verify failed', delayMs: 100 },
    starts('api', 2100, 2),
    ends('lint', 2506, 2500),
    ends('api', 3110, 1900, {
      status: 'failed',
      reason: 'its verify failed',
      exitCode: 1,
      attempts: 2,
      verify: 'failed',
      output: { bytes: 45, tail },
    }),
    skips('e2e', 3110, 'api'),
    starts('web', 3111),
    ends('web', 4100, 989, { filesChanged: [{ path: 'src/api/routes.ts', change: 'created' }] }),
    finished(4110),
  ];
}

/** The same with everything well. */
export function shopSuccess(): Event[] {
  const output = { bytes: 0, tail: [] };
  return [
    started(shopPlan(), { validation: ['types', 'docs'] }),
    starts('schema', 5),
    starts('lint', 6),
    ends('schema', 1205, 1200, { filesChanged: [{ path: 'src/generated/client.ts', change: 'modified' }] }),
    starts('api', 1210),
    ends('lint', 2506, 2500),
    ends('api', 3110, 1900),
    starts('web', 3111),
    ends('web', 4100, 989),
    starts('e2e', 4101),
    ends('e2e', 5000, 899),
    { type: 'validation-started', at: 5001, name: 'types' },
    {
      type: 'validation-finished',
      at: 5500,
      name: 'types',
      status: 'passed',
      exitCode: 0,
      durationMs: 499,
      output,
      log: 'validation/types.out',
    },
    {
      type: 'validation-finished',
      at: 5500,
      name: 'docs',
      status: 'skipped',
      reason: 'nothing it watches changed',
      exitCode: null,
      durationMs: 0,
      output,
      log: 'validation/docs.out',
    },
    finished(5510),
  ];
}

/** The report of a journal. */
export const foldReport = (events: Iterable<Event>): Report => reportOf(RunState.of(events));
