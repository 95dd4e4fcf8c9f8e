import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import type { ReadOutput } from '../../src/report/excerpt.ts';
import { outputFiles } from '../../src/report/output-files.ts';
import { writeSummary } from '../../src/ui/summary.ts';
import type { SummaryOptions } from '../../src/ui/summary-context.ts';
import { cachedRun, fetched, hit, looksUp, warmRun } from '../report/cached.ts';
import {
  edge,
  ends,
  finished,
  foldReport,
  planned,
  planOf,
  shopFailure,
  shopSuccess,
  skips,
  started,
  starts,
} from '../report/fixtures.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { paper } from './support/paper.ts';

const test = suite('ui/summary');

interface Shown extends SummaryOptions {
  columns?: number;
  color?: boolean;
  unicode?: boolean;
}

function show(
  events: Event[],
  { columns = 80, color = false, unicode = true, ...options }: Shown = {},
): string {
  const terminal = paper({ columns, color, unicode });
  writeSummary(terminal, foldReport(events), options);
  return terminal.text();
}

/** Every log holds this text. */
const logs = (text: string): ReadOutput => {
  const bytes = new TextEncoder().encode(text);
  return () => ({ bytes: bytes.length, read: (start, end) => bytes.subarray(start, end) });
};

const failed = { status: 'failed', exitCode: 2 } as const;

test('a good run', () => {
  assert.fixture(
    show(shopSuccess()),
    `✔ 5 passed · validation: 1 passed, 1 skipped
  C phased · wall 5.5s · work 8.0s · critical path 4.0s (schema → api → e2e)
  1.4× as fast as sequential (measured work over wall time)
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
`,
  );
});

test('a good run of one task', () => {
  const events = [
    started(planOf([planned('lint')])),
    starts('lint', 3),
    ends('lint', 400, 397),
    finished(401),
  ];
  assert.fixture(
    show(events, { folder: 'runs/1' }),
    `✔ 1 passed
  A parallel · wall 401ms
  report runs/1/report.md
`,
  );
});

test('a run with a cache: how many came from it, and what that saved, which is no speedup', () => {
  assert.fixture(
    show(cachedRun()),
    `✔ 3 passed, 1 cached, saved 1m 20s
  C phased · wall 3.0s · work 4.0s · critical path 3.0s (lint)
  1.3× as fast as sequential (measured work over wall time)
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
`,
  );
  assert.is(show(cachedRun(), { quiet: true }), '✔ 3 passed, 1 cached, saved 1m 20s · took 3.0s\n');
  assert.match(show(cachedRun(), { verbose: true }), '✔ build  cached (saved 1m 20s)  1 file changed\n');
});

test('where the cache spared work, what is left is not called slow', () => {
  const events = [
    started(planOf([planned('build'), planned('test', 1), planned('docs')], { edges: [edge('build', 'test')] })),
    looksUp('build', 10, hit(80_000)),
    fetched('build', 14, 4),
    starts('test', 20),
    ends('test', 1_020, 1_000),
    starts('docs', 1_030),
    ends('docs', 1_040, 10),
    finished(1_050),
  ];
  assert.fixture(
    show(events),
    `✔ 3 passed, 1 cached, saved 1m 20s
  C phased · wall 1.1s · work 1.0s · critical path 1.0s (build → test)
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
`,
  );
});

test('a run that only took from the cache', () => {
  assert.fixture(
    show(warmRun(), { unicode: false }),
    `+ 2 passed, 2 cached, saved 1m 20s
  C phased - wall 25ms
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
`,
  );
});

test('a failed run: the cause, its whole output, what did not run, and the footer', () => {
  assert.fixture(
    show(shopFailure(), { readOutput: logs('ok\n\n1) creates an order\n   expected 201, got 500') }),
    `✖ api failed: its verify failed, exit code 1 (1.9s, 2 attempts)
── api ─────────────────────────────────────────────────────────────────────────
ok

1) creates an order
   expected 201, got 500
── end of api ──────────────────────────────────────────────────────────────────

⊘ skipped because api failed: e2e

✖ 3 passed, 1 failed, 1 skipped · validation: 1 skipped
  C phased · wall 4.1s · work 6.5s
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md · ptask log api
`,
  );
});

test('a failed run in colours, whose output has its own', () => {
  const text = show(shopFailure(), { color: true, readOutput: logs('\x1b[31m1) creates\n   an order\n') });
  assert.fixture(
    text,
    `\x1b[31m✖\x1b[39m \x1b[1mapi\x1b[22m failed: its verify failed, exit code 1 (1.9s, 2 attempts)
\x1b[2m── api ─────────────────────────────────────────────────────────────────────────\x1b[22m
\x1b[31m1) creates
   an order
\x1b[0m\x1b[2m── end of api ──────────────────────────────────────────────────────────────────\x1b[22m

\x1b[33m⊘\x1b[39m skipped because api failed: e2e

\x1b[31m✖\x1b[39m \x1b[1m\x1b[32m3 passed\x1b[39m, \x1b[31m1 failed\x1b[39m, \x1b[33m1 skipped\x1b[39m\x1b[22m \x1b[2m·\x1b[22m \x1b[1mvalidation: \x1b[33m1 skipped\x1b[39m\x1b[22m
\x1b[2m  C phased · wall 4.1s · work 6.5s\x1b[22m
\x1b[2m  report .ptask/runs/PARALLEL-20250314-092653-589/report.md · ptask log api\x1b[22m
`,
  );
});

test('at 60 columns in ASCII, from the tail in the report', () => {
  assert.fixture(
    show(shopFailure(), { columns: 60, unicode: false, readOutput: () => undefined }),
    `x api failed: its verify failed, exit code 1 (1.9s, 2
  attempts)
-- api -----------------------------------------------------
1) creates an order
   expected 201, got 500
-- end of api ----------------------------------------------

- skipped because api failed: e2e

x 3 passed, 1 failed, 1 skipped - validation: 1 skipped
  C phased - wall 4.1s - work 6.5s
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
  ptask log api
`,
  );
});

test('several failures stand in the order in which they happened, what held back whom in groups', () => {
  const late = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9'];
  const plan = planOf([
    planned('second'),
    planned('first'),
    planned('flaky'),
    ...late.map((id) => planned(id, 1)),
    planned('z', 1),
  ]);
  const tail = (line: string) => ({ bytes: line.length, tail: [line] });
  const events = [
    started(plan, { validation: ['types'] }),
    starts('second', 1),
    starts('first', 1),
    starts('flaky', 1),
    ends('first', 500, 499, { ...failed, output: tail('first is broken') }),
    ...late.map((id) => skips(id, 500, 'first')),
    ends('flaky', 600, 599, { attempts: 3 }),
    ends('second', 900, 899, {
      status: 'failed',
      exitCode: null,
      signal: 'SIGKILL',
      reason: 'timed out after 800ms',
    }),
    skips('z', 900, 'second'),
    finished(901),
  ];
  assert.fixture(
    show(events),
    `✖ first failed: exit code 2 (499ms)
── first ───────────────────────────────────────────────────────────────────────
first is broken
── end of first ────────────────────────────────────────────────────────────────

✖ second failed: timed out after 800ms, SIGKILL (899ms)
  It printed nothing.

✖ failed: first and second
⊘ skipped because first failed: w1, w2, w3, w4, w5, w6 and 3 more
⊘ skipped because second failed: z
↻ flaky: flaky passed on attempt 3

✖ 1 passed, 2 failed, 10 skipped · validation: 1 skipped
  C phased · wall 901ms · work 2.0s
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md · ptask log first
`,
  );
});

test('a failed validation step is a first cause too', () => {
  const output = { bytes: 9, tail: ['TS2322: no'] };
  const events = [
    ...shopSuccess().slice(0, -3),
    {
      type: 'validation-finished',
      at: 5500,
      name: 'types',
      status: 'failed',
      exitCode: 2,
      durationMs: 499,
      output,
      log: 'validation/types.out',
    } as const,
    {
      type: 'validation-finished',
      at: 5500,
      name: 'docs',
      status: 'skipped',
      exitCode: null,
      durationMs: 0,
      output,
      log: 'validation/docs.out',
    } as const,
    finished(5510),
  ];
  assert.fixture(
    show(events),
    `✖ validation step types failed: exit code 2 (499ms)
── types ───────────────────────────────────────────────────────────────────────
TS2322: no
── end of types ────────────────────────────────────────────────────────────────

✖ 5 passed · validation: 1 failed, 1 skipped
  C phased · wall 5.5s · work 8.0s
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md · ptask log types
`,
  );
});

test('an interrupted run', () => {
  const stop: Event = { type: 'run-stopping', at: 1300, reason: 'interrupt', signal: 'SIGINT' };
  const cancelled = { status: 'cancelled', reason: 'the run was interrupted', exitCode: null } as const;
  const rest = ['api', 'lint', 'web', 'e2e'].map((id) => ends(id, 1400, 0, { ...cancelled, attempts: 0 }));
  assert.fixture(
    show([...shopFailure().slice(0, 5), stop, ...rest, finished(1401)]),
    `■ cancelled because the run was interrupted: lint, api, web and e2e

■ interrupted · 1 passed, 4 cancelled · validation: 1 skipped
  C phased · wall 1.4s · work 2.8s
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
`,
  );
});

test('a killed run', () => {
  assert.fixture(
    show(shopFailure().slice(0, 9)),
    `■ cancelled because the run was killed: api, web and e2e

■ interrupted · 2 passed, 3 cancelled · validation: 1 skipped
  C phased · wall 2.5s · work 4.9s
  report .ptask/runs/PARALLEL-20250314-092653-589/report.md
`,
  );
});

test('quiet is one line unless something failed', () => {
  assert.is(
    show(shopSuccess(), { quiet: true }),
    '✔ 5 passed · validation: 1 passed, 1 skipped · took 5.5s\n',
  );
  assert.is(show(shopFailure(), { quiet: true }), show(shopFailure()));
});

test('verbose lists every task', () => {
  assert.ok(
    show(shopSuccess(), { verbose: true }).startsWith(
      '✔ schema     1.2s  1 file changed\n✔ lint       2.5s\n',
    ),
  );
});

test('of a huge output both ends are shown, and how to see the rest', () => {
  const text = show(shopFailure(), {
    readOutput: logs(`first line\n${'x'.repeat(79).concat('\n').repeat(50_000)}last line`),
  });
  assert.match(text, '── api ──');
  assert.match(text, '\nfirst line\n');
  assert.match(text, '\n… 3.4 MB left out; all of it: ptask log api\n');
  assert.match(text, '\nlast line\n── end of api ──');
  assert.ok(text.length < 600_000);
});

test('a thousand failures do not flood: after 8 MiB only the ends are shown', () => {
  const tasks = Array.from({ length: 1_000 }, (_, at) => planned(`t${at}`));
  const results = tasks.map(({ id }, at) =>
    ends(id, at, 1, { ...failed, output: { bytes: 1e6, tail: [`the end of ${id}`] } }),
  );
  const text = show([started(planOf(tasks)), ...results, finished(2_000)], {
    readOutput: logs('x'.repeat(1_000_000)),
  });
  assert.ok(text.length < 10_000_000);
  assert.match(text, 'the end of t999');
});

test('logs are read from the folder of the run, in parts', () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'tasks'));
  writeFileSync(join(folder, 'tasks/api.out'), 'on the disk');
  assert.match(
    show(shopFailure(), { readOutput: outputFiles({ path: folder }) }),
    '\non the disk\n── end of api',
  );
  assert.is(outputFiles({ path: folder })('tasks/gone.out'), undefined);
  const source = outputFiles({ path: folder })('tasks/api.out');
  assert.is(new TextDecoder().decode(source?.read(3, 6)), 'the');
});

test('a log that cannot be read gives way to the tail in the report', () => {
  const read = (): never => {
    throw new Error('EIO');
  };
  assert.match(show(shopFailure(), { readOutput: () => ({ bytes: 5, read }) }), '1) creates an order');
});

test('in the log of a CI service an output that has its section is not printed again', () => {
  const text = show(shopFailure(), { folded: true, readOutput: logs('::error file=a.ts::no\n') });
  assert.ok(
    text.startsWith(
      '✖ api failed: its verify failed, exit code 1 (1.9s, 2 attempts)\n  Its output is in its section above.\n\n',
    ),
    text,
  );
  assert.not.match(text, '::error');
});
