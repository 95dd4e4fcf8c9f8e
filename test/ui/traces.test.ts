import type { Event } from '../../src/model/event.ts';
import type { IntegrationConflict } from '../../src/model/report.ts';
import { type SummaryOptions, writeSummary } from '../../src/ui/summary.ts';
import { ends, finished, foldReport, planned, planOf, started, starts } from '../report/fixtures.ts';
import {
  clash,
  cleans,
  collides,
  collidingRun,
  resolvedRun,
  restores,
  rolledBackRun,
  stray,
  unresolvedRun,
} from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';
import { paper } from './support/paper.ts';

const test = suite('ui/traces');

interface Shown extends SummaryOptions {
  columns?: number;
  unicode?: boolean;
}

/** A summary without the lines about time, which say nothing new here. */
function show(events: Event[], { columns = 80, unicode = true, ...options }: Shown = {}): string {
  const terminal = paper({ columns, unicode });
  writeSummary(terminal, foldReport(events), options);
  const text = terminal.text();
  return text.slice(0, text.search(/^ {2}C phased|^ {2}A parallel/m) >>> 0);
}

test('a collision that came right is one line, strays come with what to add', () => {
  assert.fixture(
    show(collidingRun()),
    `↻ web conflicts with api in src/api/routes.ts: rerun on top of api

⚠ web changed 3 files outside its writes: package-lock.json, public/a.js and
  public/b.js
  to declare them, add under its writes:
      - package-lock.json
      - public/**
⚠ e2e changed 1 file outside its writes (or lint did, which ran at the same
  time): *notes*
  to declare them, add under its writes:
      - '*notes*'

✔ 5 passed
`,
  );
});

test('at 60 columns in ASCII', () => {
  assert.fixture(
    show(collidingRun(), { columns: 60, unicode: false }),
    `~ web conflicts with api in src/api/routes.ts: rerun on top
  of api

* web changed 3 files outside its writes: package-lock.json,
  public/a.js and public/b.js
  to declare them, add under its writes:
      - package-lock.json
      - public/**
* e2e changed 1 file outside its writes (or lint did, which
  ran at the same time): *notes*
  to declare them, add under its writes:
      - '*notes*'

+ 5 passed
`,
  );
});

test('quiet counts the strays', () => {
  assert.match(show(collidingRun(), { quiet: true }), '✔ 5 passed · 4 strays · took 5.0s');
});

test('quiet says why a run that passed is not whole', () => {
  const events = [
    ...collidingRun({ integrate: 'merge' }).filter(
      ({ type }) => type !== 'run-cleaned' && type !== 'run-finished',
    ),
    cleans(4_950, { kept: [], uncommitted: 'main has moved meanwhile' }),
    finished(5_000),
  ];
  const said = show(events, { quiet: true });
  assert.match(said, '⚠ not committed: main has moved meanwhile.');
  assert.match(said, '⚠ 5 passed\n');
});

test('lines that a resolution dropped are shown', () => {
  const lines = ["app.get('/orders', list)", '\tb', 'c', 'd'];
  const conflicts = [
    clash({ resolution: 'theirs', discarded: [{ task: 'api', lines }] }),
    clash({ path: 'yarn.lock', resolution: 'run' }),
    clash({ path: 'a.txt', resolution: 'union', reason: 'the resolver ended with exit code 1' }),
    clash({ path: 'dist/app.js', kind: 'ignored', resolution: 'ours' }),
    clash({ path: 'src/generated/client.ts', kind: 'stale-read' }),
  ];
  assert.fixture(
    show(resolvedRun(...conflicts)),
    `⚠ web conflicts with api in src/api/routes.ts: kept the version of web, dropped
  4 lines of api
  Dropped from api:
    │ app.get('/orders', list)
    │   b
    │ c
    … and 1 more
· web conflicts with api in yarn.lock: merged by the resolver
· web conflicts with api in a.txt: kept the lines of both (the resolver ended
  with exit code 1)
· web conflicts with api in dist/app.js, which git ignores: kept the version of
  api
↻ web reads src/generated/client.ts, which api changed after web started: rerun
  on top of api

✔ 5 passed
`,
  );
});

test('a collision that nothing decides, in place of the output, with what to do', () => {
  assert.fixture(
    show(unresolvedRun(), { folder: 'x' }),
    `✖ web conflicts with api in src/api/routes.ts (unresolved)
  api modified it, 12 lines added, 3 removed
  web modified it, 1 line added, 3 removed
  nothing of web was applied to your files; the changes are on task/api and
  task/web

⊘ skipped because web failed: e2e
⟲ rolled back because web failed: schema, lint and api
⟲ restored 12 files
⚠ left as they are, since no task declares to write them: notes.txt

• Branches kept
  task/api of api: its result is not in the tree
  task/web of web: it collided with api
  to see what one contains, and to merge it:
      git diff HEAD...task/api
      git merge task/api
      git diff HEAD...task/web
      git merge task/web

✖ 1 failed, 3 rolled back, 1 skipped
`,
  );
});

test('the reason why nothing decides, and no branches', () => {
  const events = [
    started(planOf([planned('api'), planned('web')])),
    starts('web', 1),
    collides('web', 2, clash({ resolution: 'abort', reason: 'the resolver ended with exit code 2' })),
    ends('web', 3, 2, { status: 'failed', reason: 'it collided' }),
    finished(4),
  ];
  assert.fixture(
    show(events),
    `✖ web conflicts with api in src/api/routes.ts (unresolved: the resolver ended
  with exit code 2)
  api modified it, 12 lines added, 3 removed
  web modified it, 1 line added, 3 removed
  nothing of web was applied to your files

■ cancelled because the run ended: api

✖ 1 failed, 1 cancelled
`,
  );
});

test('what failed first comes first, a collision or not, and a step that is called like a task is told too', () => {
  const abort = clash({ resolution: 'abort', changes: [] });
  const step = { type: 'validation-finished', at: 5, name: 'web', status: 'failed', exitCode: 1 } as const;
  const events: Event[] = [
    started(planOf([planned('api'), planned('web')]), { validation: ['web'] }),
    ends('api', 1, 1, { status: 'failed', exitCode: 2 }),
    collides('web', 2, abort),
    ends('web', 3, 2, { status: 'failed', reason: 'it collided' }),
    { ...step, durationMs: 1, output: { bytes: 0, tail: [] }, log: '' },
    finished(6),
  ];
  const signs = show(events).match(/^✖ .*/gm);
  assert.equal(signs?.slice(0, 3), [
    '✖ api failed: exit code 2 (1ms)',
    '✖ web conflicts with api in src/api/routes.ts (unresolved)',
    '✖ validation step web failed: exit code 1 (1ms)',
  ]);
});

test('a task that was rolled back, with the end of its output', () => {
  assert.fixture(
    show(rolledBackRun()),
    `⟲ web failed, rolled back: its verify failed, exit code 1 (2.0s)
── web ─────────────────────────────────────────────────────────────────────────
nope
── end of web ──────────────────────────────────────────────────────────────────

⊘ skipped because web failed: e2e
⟲ restored 1 file

✖ 3 passed, 1 rolled back, 1 skipped
`,
  );
});

test('branches that are left for review, and what could not be removed', () => {
  const kept = ['api', 'web', "o'hara"].map((id) => ({
    task: id,
    branch: `task/${id}`,
    reason: 'for review',
  }));
  const events = [
    ...collidingRun({ integrate: 'branches' }).filter(
      ({ type }) => type !== 'run-cleaned' && type !== 'run-finished',
    ),
    cleans(4_950, { branches: 0, kept, problems: ['../repo.web was left: permission denied (EACCES)'] }),
    finished(5_000),
  ];
  assert.fixture(
    show(events),
    `↻ web conflicts with api in src/api/routes.ts: rerun on top of api
⚠ ../repo.web was left: permission denied (EACCES)

⚠ web changed 3 files outside its writes: package-lock.json, public/a.js and
  public/b.js
  to declare them, add under its writes:
      - package-lock.json
      - public/**
⚠ e2e changed 1 file outside its writes (or lint did, which ran at the same
  time): *notes*
  to declare them, add under its writes:
      - '*notes*'

• Branches kept
  task/api of api: for review
  task/web of web: for review
  task/o'hara of o'hara: for review
  to see what one contains, and to merge it:
      git diff HEAD...task/api
      git merge task/api

✔ 5 passed
`,
  );
  const two = cleans(4_950, { kept: kept.slice(2) });
  assert.match(show([started(planOf([])), two, finished(5_000)]), `git merge 'task/o'\\''hara'`);
});

test('merged branches are told in their order, and verbose tells what was removed', () => {
  const text = show(collidingRun({ integrate: 'merge' }), { verbose: true });
  assert.match(text, '· merged in this order: api and web\n');
  assert.match(text, '· removed 2 worktrees and 2 branches\n');
});

test('nothing had to be put back', () => {
  const events = [started(planOf([planned('a')])), ends('a', 1, 1), restores(2, ['a'], 0), finished(3)];
  assert.match(show(events), '⟲ restored: nothing had changed\n');
});

test('a thousand of each do not flood', () => {
  const tasks = Array.from({ length: 1_000 }, (_, at) => planned(`t${at}`));
  const conflict = (id: string, more: Partial<IntegrationConflict> = {}) =>
    clash({ path: `${id}.txt`, tasks: [id, 't0'], ...more });
  const strays = Array.from({ length: 1_000 }, (_, at) => stray(`out/${at}`));
  const kept = tasks.map(({ id }) => ({ task: id, branch: `task/${id}`, reason: 'for review' }));
  const events: Event[] = [
    started(planOf(tasks)),
    ...tasks.map(({ id }, at) => collides(id, at, conflict(id))),
    ...tasks.map(({ id }, at) => ends(id, 1_000 + at, 1, { strays })),
    cleans(2_000, { kept, problems: kept.map(({ branch }) => branch) }),
    finished(2_001),
  ];
  const lines = show(events).split('\n');
  assert.ok(lines.length < 250, `${lines.length} lines`);
  for (const rest of [
    /^and 990 more conflicts$/,
    /^and 990 more tasks$/,
    /^ +# and 990 more$/,
    /^ {2}and 990 more$/,
    /^and 990 more$/,
  ])
    assert.ok(
      lines.some((line) => rest.test(line)),
      String(rest),
    );

  const unresolved = tasks.map(({ id }) => clash({ path: `src/${id}`, resolution: 'abort' }));
  const two = started(planOf([planned('api'), planned('web')]));
  const text = show([two, collides('web', 1, ...unresolved), finished(2)], { columns: 120 });
  assert.match(text, '✖ web conflicts with api in src/t0, src/t1, src/t2 and 997 more (unresolved)');
  assert.match(text, '  and 990 more paths\n');
});
