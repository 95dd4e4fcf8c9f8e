// Runs of the shop whose api and web have worktrees of their own: one that collides and comes right, and one of each
// kind that does not.

import type { Event, RunCleaned, RunStarted, TaskFinished } from '../../src/model/event.ts';
import type { IntegrationConflict, Stray } from '../../src/model/report.ts';
import { ends, finished, shopPlan, skips, started, starts } from './fixtures.ts';

export const ready = (id: string, at: number): Event => ({
  type: 'workspace-ready',
  at,
  id,
  path: `/repo.${id}`,
  branch: `task/${id}`,
  reused: false,
  durationMs: 5,
});
export const ran = (id: string, at: number): Event => ({ type: 'task-ran', at, id });
export const integrating = (id: string, at: number): Event => ({ type: 'task-integrating', at, id });
export const collides = (id: string, at: number, ...conflicts: IntegrationConflict[]): Event => ({
  type: 'task-collided',
  at,
  id,
  conflicts,
});
export const restores = (at: number, tasks: string[], files: number, left: string[] = []): Event => ({
  type: 'tree-restored',
  at,
  tasks,
  files,
  left,
});
export const cleans = (at: number, more: Partial<RunCleaned> = {}): Event => ({
  type: 'run-cleaned',
  at,
  worktrees: 2,
  branches: 2,
  kept: [],
  problems: [],
  ...more,
});

/** web has come upon what api did. */
export function clash(more: Partial<IntegrationConflict> = {}): IntegrationConflict {
  return {
    path: 'src/api/routes.ts',
    tasks: ['web', 'api'],
    kind: 'merge',
    resolution: 'rerun',
    changes: [
      { task: 'api', change: 'modified', added: 12, removed: 3, lines: ["app.get('/orders', list)"] },
      { task: 'web', change: 'modified', added: 1, removed: 3 },
    ],
    discarded: [],
    ...more,
  };
}

export const stray = (path: string, more: Partial<Stray> = {}): Stray => ({
  path,
  change: 'created',
  writes: path,
  ...more,
});

const merged = (id: string, at: number, ms: number, more: Partial<TaskFinished> = {}) =>
  ends(id, at, ms, { branch: `task/${id}`, ...more });

/** api and web have run at once, and api is integrated; web is next. */
const untilWeb = (run: Partial<RunStarted>): Event[] => [
  started(shopPlan(), run),
  starts('schema', 5),
  starts('lint', 6),
  ends('schema', 1_000, 995, { filesChanged: [{ path: 'src/generated/client.ts', change: 'modified' }] }),
  ready('api', 1_040),
  ready('web', 1_045),
  starts('api', 1_050),
  starts('web', 1_050),
  ran('web', 2_050),
  ends('lint', 2_500, 2_494),
  ran('api', 3_050),
  integrating('api', 3_050),
  merged('api', 3_060, 2_010, { filesChanged: [{ path: 'src/api/routes.ts', change: 'modified' }] }),
  integrating('web', 3_060),
];

/** web ran from 1,050 to 2,050, waited for api, was dropped at 3,070, and ran again from 3,100 to 4,000. */
export const collidingRun = (run: Partial<RunStarted> = {}): Event[] => [
  ...untilWeb(run),
  collides('web', 3_070, clash()),
  starts('web', 3_100, 2),
  ran('web', 4_000),
  integrating('web', 4_000),
  merged('web', 4_010, 2_960, {
    attempts: 2,
    filesChanged: [{ path: 'src/api/routes.ts', change: 'modified' }],
    strays: [
      stray('package-lock.json', { change: 'modified' }),
      stray('public/a.js', { writes: 'public/**' }),
      stray('public/b.js', { writes: 'public/**' }),
    ],
  }),
  starts('e2e', 4_010),
  ends('e2e', 4_900, 890, { strays: [stray('*notes*', { others: ['lint'] })] }),
  cleans(4_950),
  finished(5_000),
];

/** The same with another resolution, which drops lines. */
export const resolvedRun = (...conflicts: IntegrationConflict[]): Event[] => [
  ...untilWeb({}),
  collides('web', 3_070, ...conflicts),
  merged('web', 3_080, 2_030),
  starts('e2e', 3_080),
  ends('e2e', 3_900, 820),
  cleans(3_950),
  finished(4_000),
];

/** Nobody may decide: the run stops, the tree is put back, the branches are kept. */
export const unresolvedRun = (run: Partial<RunStarted> = {}): Event[] => [
  ...untilWeb(run),
  collides('web', 3_070, clash({ resolution: 'abort' })),
  { type: 'run-stopping', at: 3_070, reason: 'collision', task: 'web' },
  merged('web', 3_080, 2_030, { status: 'failed', reason: 'it collided with api in src/api/routes.ts' }),
  skips('e2e', 3_080, 'web'),
  restores(3_100, ['schema', 'api', 'lint'], 12, ['notes.txt']),
  cleans(3_150, {
    branches: 0,
    kept: [
      { task: 'api', branch: 'task/api', reason: 'its result is not in the tree' },
      { task: 'web', branch: 'task/web', reason: 'it collided with api' },
    ],
  }),
  finished(3_200),
];

/** web fails and is rolled back; the rest goes on. */
export const rolledBackRun = (): Event[] => [
  ...untilWeb({}),
  merged('web', 3_080, 2_030, {
    status: 'rolled-back',
    reason: 'its verify failed',
    verify: 'failed',
    exitCode: 1,
    output: { bytes: 4, tail: ['nope'] },
  }),
  restores(3_081, ['web'], 1),
  skips('e2e', 3_082, 'web'),
  cleans(3_150),
  finished(3_200),
];
