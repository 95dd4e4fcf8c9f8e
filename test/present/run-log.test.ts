import type { Event } from '../../src/model/event.ts';
import { analyse } from '../../src/present/analysis.ts';
import { analysisSection, planSections } from '../../src/present/analysis-section.ts';
import { markdown, sectionMarkdown } from '../../src/present/markdown.ts';
import { runLog } from '../../src/present/run-log.ts';
import { RunState } from '../../src/state/run-state.ts';
import { cachedRun } from '../report/cached.ts';
import { conflict, edge, ends, planned, planOf, started, starts } from '../report/fixtures.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/run-log');

//  a ──▶ b ──▶ c     d ~ e isolated     d, f take of two licences     f, g write db
const PLAN = planOf(
  [
    planned('a'),
    planned('b', 1),
    planned('c', 2),
    ...['d', 'e'].map((id) => planned(id, 0, { workspace: 'worktree' })),
    planned('f'),
    planned('g', 0, { undeclared: true }),
    planned('h'),
  ],
  {
    edges: [edge('a', 'b'), edge('b', 'c', { kind: 'write-read', witness: 'x.ts' })],
    conflicts: [
      conflict(['b', 'c'], { kind: 'write-read', witness: 'x.ts' }),
      conflict(['d', 'e'], { kind: 'write-write', witness: 'y.ts', resolution: 'isolate' }),
      conflict(['f', 'g'], {
        kind: 'resource',
        resource: 'db',
        patterns: ['write', 'read'],
        resolution: 'exclude',
      }),
    ],
    exclusions: [
      { tasks: ['f', 'g'], because: { kind: 'resource', resource: 'db' } },
      { tasks: ['a', 'd', 'f'], capacity: 2, because: { kind: 'resource', resource: 'licence' } },
    ],
  },
);

const log = (...events: Event[]): string =>
  markdown(runLog(RunState.of([started(PLAN, { validation: ['types'] }), ...events]), planSections(PLAN)));

test('each pair: no is ordered or excluded, maybe has something in common, yes nothing', () => {
  const { told, counts, independent, pairs } = analyse(PLAN);
  assert.equal(
    told.map(({ tasks, verdict }) => `${tasks.join('-')} ${verdict}`),
    ['a-b no', 'a-c no', 'a-d maybe', 'a-f maybe', 'b-c no', 'd-e maybe', 'd-f maybe', 'f-g no'],
  );
  assert.equal(counts, { yes: 20, maybe: 4, no: 4 });
  assert.is(pairs, 28);
  assert.equal(independent, ['h']);
});

test('the matrix of a small plan, and why', () => {
  const text = sectionMarkdown(analysisSection(PLAN));
  assert.ok(text.includes('| `a` | · | no | no | maybe | yes | maybe | yes | yes |\n'), text);
  assert.ok(text.includes('| `a` and `c` | no | `a` runs first: tasks between them depend on it |'));
  assert.ok(text.includes('| `b` and `c` | no | `b` runs first: `c` reads `x.ts`, which `b` writes |'));
  assert.ok(
    text.includes(
      '| `d` and `e` | maybe | both write `y.ts`: in parallel, each in its own worktree, merged as declared |',
    ),
  );
  assert.ok(text.includes('| `a` and `d` | maybe | both use `licence`, which has 2 units |'));
  assert.ok(text.includes('Independent of all others: `h`.'));
  assert.ok(text.includes('Assumed to touch no files, since they declare none: `g`.'));
  assert.ok(text.includes('Merged into the shared tree, each in its turn: `d` and `e`.'));
});

test('beyond twelve tasks only the pairs that are not yes, and beyond a hundred those are counted', () => {
  const tasks = Array.from({ length: 20 }, (_, at) => planned(`t${at}`));
  const some = sectionMarkdown(analysisSection(planOf(tasks, { edges: [edge('t0', 't1')] })));
  assert.ok(some.includes('The pairs that are not a plain yes:\n\n| Pair |'), some);
  assert.not(some.includes('·'));
  const all = tasks.flatMap(({ id }, at) =>
    tasks
      .slice(at + 1)
      .map((other) => conflict([id, other.id], { kind: 'write-write', resolution: 'allow' })),
  );
  const many = sectionMarkdown(analysisSection(planOf(tasks, { conflicts: all })));
  assert.ok(many.includes('\n\nAnd 90 more.'), many);
  assert.ok(many.includes('Of 190 pairs of tasks 0 can run in parallel, 190 may, 0 cannot.'));
});

test('three thousand tasks on one resource are not gone through pair by pair', () => {
  const tasks = Array.from({ length: 3_000 }, (_, at) => planned(`t${at}`));
  const plan = planOf(tasks, {
    conflicts: [
      {
        tasks: [tasks.map(({ id }) => id)],
        kind: 'resource',
        patterns: ['write', 'write'],
        files: { count: 0, sample: [] },
        resource: 'db',
        resolution: 'exclude',
        exact: true,
      },
    ],
  });
  const text = sectionMarkdown(analysisSection(plan));
  assert.ok(text.includes('4,498,500 pairs of tasks, too many to examine one by one.'));
  assert.match(text, /^#### 4,498,500 pairs of `t0`, .*`t19` and 2,980 more: never in parallel, /m);
  assert.ok(text.length < 50_000);
});

test('a run that goes on: what has not happened is not told', () => {
  const text = log(starts('a', 5));
  assert.match(text, /^- State: running, as of 09:26:53.594$/m);
  assert.match(text, /\n## Failures\n\nNone\.\n\n## Integration Conflicts\n\nNone\.\n/);
  assert.match(text, /\| types \| not started \|/);
  assert.not.match(text, /finished/);
});

test('decisions as they fell, failures with the recovery chosen, conflicts and validation', () => {
  const text = log(
    starts('a', 1),
    { type: 'task-waiting', at: 1, id: 'g', resources: ['db'] },
    { type: 'task-retrying', at: 2, id: 'a', attempt: 1, reason: 'exit code 2', delayMs: 10 },
    starts('a', 12, 2),
    ends('a', 13, 12, { attempts: 2 }),
    { type: 'workspace-ready', at: 14, id: 'd', path: '/w', branch: 'task/d', reused: false, durationMs: 3 },
    starts('d', 15),
    starts('b', 15),
    ends('b', 20, 5, {
      ...{ status: 'rolled-back', exitCode: 3, reason: 'exit code 3' },
      undone: [{ path: 'x.ts', change: 'modified' }],
    }),
    ends('c', 21, 0, { status: 'skipped', because: 'b', reason: 'b failed', exitCode: null }),
    {
      ...{ type: 'task-collided', at: 22, id: 'e' },
      conflicts: [
        {
          ...{ path: 'y.ts', tasks: ['e', 'd'], kind: 'merge', resolution: 'rerun', discarded: [] },
          changes: [{ task: 'd', change: 'modified', added: 1, removed: 0, lines: ['one'] }],
        },
      ],
    },
    starts('f', 23),
    ends('f', 24, 1, { status: 'failed', exitCode: 1, filesChanged: [{ path: 'z', change: 'created' }] }),
    { type: 'run-stopping', at: 24, reason: 'abort', task: 'f' },
    { type: 'tree-restored', at: 25, tasks: ['a', 'f'], files: 4, left: [] },
    { type: 'run-finished', at: 26 },
  );
  const decisions = text.slice(text.indexOf('## Decisions'), text.indexOf('## Failures'));
  assert.equal(
    decisions
      .trimEnd()
      .split('\n')
      .slice(4)
      .map((line) => line.slice('- 09:26:53.'.length)),
    [
      '589 run started: C phased, 8 tasks in 3 phases, 4 at a time',
      '590 `a` started in the shared tree',
      '590 `g` waits for `db`',
      '591 `a`: attempt 1 failed (exit code 2), retrying in 10ms',
      '601 `a` started, attempt 2',
      '602 `a` passed in 12ms, attempt 2, 0 files changed',
      '603 `d` in its own worktree (`/w`, branch `task/d`)',
      '604 `d` started in its worktree',
      '604 `b` started in the shared tree, after `a`',
      '609 `b` rolled back after 5ms: exit code 3',
      '610 `c` skipped: b failed',
      '611 `e` conflicts with `d` in `y.ts`: rerun on top of `d`',
      '612 `f` started in the shared tree',
      '613 `f` failed after 1ms: exit code 1',
      '613 stopping: `f` failed, and its `onFailure` is abort',
      '614 restored 4 files',
      '615 run finished',
    ],
  );
  const failures = text.slice(text.indexOf('## Failures'), text.indexOf('## Integration Conflicts'));
  assert.is(
    failures,
    `## Failures

### \`a\`

- 09:26:53.591 attempt 1 failed: exit code 2. Recovery: **retry**
- 09:26:53.602 attempt 2 passed

### \`b\`

- 09:26:53.609 failed: exit code 3. Recovery: **rollback**, its changes were restored and the rest went on; did not run because of it: \`c\`
- Files modified before the failure: modified \`x.ts\`

### \`f\`

- 09:26:53.613 failed: exit code 1. Recovery: **abort**, the run was stopped, and the tree was restored (4 files)
- Files modified before the failure: created \`z\`

`,
  );
  assert.ok(text.includes('- `d` modified it, 1 line added\n\nAdded by `d`:\n\n```text\none\n```'), text);
});

test('what did not fit and is kept on a branch is not told to be gone', () => {
  const reason = 'its result does not fit to that of another';
  const kept = [{ task: 'e', branch: 'task/e', reason }];
  const text = log(
    starts('e', 1),
    ends('e', 5, 4, { status: 'failed', reason: 'its change to y.ts does not fit to that of d' }),
    { type: 'run-stopping', at: 6, reason: 'collision', task: 'e' },
    { type: 'run-cleaned', at: 7, worktrees: 1, branches: 0, kept, problems: [] },
  );
  assert.match(text, /stopping: `e` has an unresolved conflict\n/);
  assert.match(
    text,
    /removed 1 worktree\n.* kept the branch `task\/e` of `e`: its result does not fit to that of another\n/,
  );
  assert.match(
    text,
    /before the failure: none in the shared tree; its changes are on the branch `task\/e`\n/,
  );
});

test('of very many decisions the first and the last are told', () => {
  const events = Array.from({ length: 3_000 }, (_, at): Event => starts('a', at, at + 2));
  const text = log(...events);
  assert.ok(text.includes('- … 1,001 more …'), text.slice(0, 400));
});

test('the cache: what came from it, why something did not, and why it is not kept', () => {
  const text = markdown(runLog(RunState.of(cachedRun()), []));
  for (const line of [
    '- 09:26:53.603 `build` passed: cached (saved 1m 20s), 1 file changed',
    '- 09:26:53.607 `test`: not in the cache: src/a.ts changed and CI is now set',
    '- 09:26:56.596 `test`: its result is not kept in the cache: src/a.ts changed while it ran',
  ])
    assert.match(text, `${line}\n`);
});
