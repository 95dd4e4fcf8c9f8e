import type { Task } from '../../src/config/config.ts';
import type { Event } from '../../src/model/event.ts';
import type { PlannedTask } from '../../src/model/plan.ts';
import type { Note } from '../../src/model/report.ts';
import { markdown } from '../../src/present/markdown.ts';
import { taskLog } from '../../src/present/task-log.ts';
import type { TaskState } from '../../src/state/items.ts';
import { RunState } from '../../src/state/run-state.ts';
import { fetched, hit, looksUp, miss, notStored } from '../report/cached.ts';
import { edge, ends, planned, planOf, started, starts } from '../report/fixtures.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/task-log');

const SECTIONS = [
  'Task Assignment',
  'My Understanding',
  'Execution Plan',
  'Execution Log',
  'Files Modified',
  'Issues Encountered',
  'QA Review',
  'Completion Report',
];

const api = planned('api', 1, { description: 'The orders', writes: ['src/**'], reads: ['a.txt'] });
const runOf = (task: PlannedTask) =>
  started(planOf([planned('schema'), task], { edges: [edge('schema', 'api')] }));
const run = runOf(api);
const assigned = {
  ...{ id: 'api', run: ['make api'], needs: ['schema'], resources: [], verify: ['make test'] },
  assignment: undefined,
} as unknown as Task;

const noted = (at: number, ...notes: Note[]): Event => ({ type: 'task-noted', at, id: 'api', notes });
const log = (events: Event[], task = api, how: Task | undefined = assigned): string => {
  const state = RunState.of([runOf(task), ...events]);
  return markdown(taskLog({ state, task: state.task('api') as TaskState, assigned: how }));
};

/** The body of each section, by its title. */
function sectionsOf(markdown: string): Record<string, string> {
  const parts = markdown.split(/^## (.*)\n\n/m).slice(1);
  assert.equal(
    parts.filter((_, at) => at % 2 === 0),
    SECTIONS,
  );
  return Object.fromEntries(SECTIONS.map((title, at) => [title, (parts[at * 2 + 1] ?? '').trimEnd()]));
}

test('a task that goes on: nothing that has not happened is told', () => {
  const markdown = log([starts('api', 1_500)]);
  assert.ok(
    markdown.startsWith(`# Task log: api

- Task: \`api\`, 2 of 2
- Part of: \`${run.id}\`, strategy **C** (phased), phase 2 of 2
- Started: 2025-03-14T09:26:55.089Z, 1.5s into the run

## Task Assignment

> The orders

\`\`\`sh
make api
\`\`\`

- Reads: \`a.txt\`
- Writes: \`src/**\`
- Needs: \`schema\`
- Works in the shared tree: \`/repo\`
`),
    markdown,
  );
  const sections = sectionsOf(markdown);
  assert.is(sections['My Understanding'], 'Nothing noted yet.');
  assert.is(
    sections['Execution Log'],
    'Times are in UTC.\n\n- 09:26:55.089 started in the shared tree, after `schema`',
  );
  assert.is(sections['Files Modified'], 'Unknown until it finishes.');
  assert.is(sections['Issues Encountered'], 'None.');
  assert.is(sections['QA Review'], '- Called: no, it did not get that far\n- Result: none');
  assert.is(sections['Completion Report'], '- Status: running\n\nHandoff notes: none');
});

test('what the task tells stands where it belongs, beside what ptask has seen', () => {
  const sections = sectionsOf(
    log([
      starts('api', 0),
      noted(
        10,
        { kind: 'understanding', text: 'Orders need pages.' },
        { kind: 'plan', text: '1. read\n2. write' },
        { kind: 'issue', text: 'no index', severity: 'high', resolution: 'made one' },
        { kind: 'issue', text: 'slow' },
        { kind: 'file', path: 'src/a.ts', text: 'the service' },
        { kind: 'file', path: 'other.md', text: 'by hand' },
        { kind: 'text', text: '# Thoughts\n\nmany' },
        { kind: 'handoff', text: 'see src/a.ts' },
      ),
      { type: 'task-retrying', at: 20, id: 'api', attempt: 1, reason: 'exit code 2', delayMs: 1_000 },
      starts('api', 1_020, 2),
      { type: 'task-verifying', at: 1_100, id: 'api', agent: 'reviewer' },
      {
        ...{ type: 'task-reviewed', at: 1_200, id: 'api' },
        review: { attempt: 2, agent: 'reviewer', result: 'approved', durationMs: 100, findings: ['fine'] },
      },
      {
        ...{ type: 'task-handed-over', at: 1_250, id: 'api', problems: ['line 3: no key'] },
        outputs: [{ key: 'port', value: '80', bytes: 2 }],
      },
      ends('api', 1_300, 1_300, {
        attempts: 2,
        filesChanged: [
          { path: 'src/a.ts', change: 'created' },
          { path: 'src/b.ts', change: 'modified' },
        ],
        strays: [{ path: 'x.txt', change: 'created', writes: 'x.txt' }],
      }),
    ] as Event[]),
  );
  assert.is(sections['My Understanding'], '> Orders need pages.');
  assert.is(sections['Execution Plan'], '> 1. read\n> 2. write');
  assert.is(
    sections['Execution Log'],
    `Times are in UTC.

- 09:26:53.589 started in the shared tree, after \`schema\`
- 09:26:53.599 issue (high): no index → made one
- 09:26:53.599 issue: slow
- 09:26:53.599 note:

  > # Thoughts
  >
  > many

- 09:26:53.609 attempt 1 failed (exit code 2), retrying in 1s
- 09:26:54.609 started, attempt 2
- 09:26:54.689 review started by the agent \`reviewer\`
- 09:26:54.789 review: approved (100ms)
- 09:26:54.839 handed over \`port\`
- 09:26:54.889 passed in 1.3s, attempt 2, 2 files changed`,
  );
  assert.is(
    sections['Files Modified'],
    `| File | Change Type | Description |
| --- | --- | --- |
| \`other.md\` | not seen by ptask | by hand |
| \`src/a.ts\` | created | the service |
| \`src/b.ts\` | modified |   |
| \`x.txt\` | created | outside its \`writes\` |`,
  );
  assert.is(
    sections['Issues Encountered'],
    `| Issue | Severity | Resolution |
| --- | --- | --- |
| no index | high | made one |
| slow | unspecified | none |
| Attempt 1 failed: exit code 2 | medium | it was retried |
| In \`PTASK_OUTPUT\`: line 3: no key | low | ignored |
| It created \`x.txt\`, which is outside its \`writes\` | low | to declare it, add \`x.txt\` there |`,
  );
  assert.match(
    sections['QA Review'] ?? '',
    /^- Called: yes, by the agent `reviewer` at 09:26:54.689\n- Result: approved\n/,
  );
  assert.match(sections['QA Review'] ?? '', /```text\nfine\n```$/);
  assert.match(
    sections['Completion Report'] ?? '',
    /^- Status: \*\*Complete\*\*\n- Time taken: 1.3s, 2 attempts\n- Exit code: 0\n/,
  );
  assert.match(
    sections['Completion Report'] ?? '',
    /\| `port` \| 80 \|\n\nHandoff notes:\n\n> see src\/a.ts$/,
  );
});

test('failed: nothing stays. partial: something does. rolled back: what it had changed is still told', () => {
  const output = { bytes: 9, tail: ['```', '# no', '| x |'] };
  const failed = (more: object): Record<string, string> =>
    sectionsOf(
      log([starts('api', 0), ends('api', 5, 5, { status: 'failed', exitCode: 1, output, ...more })]),
    );
  const completion = (more: object): string => failed(more)['Completion Report'] ?? '';
  assert.match(completion({}), /^- Status: \*\*Failed\*\*: exit code 1\n/);
  assert.match(completion({}), /\n````text\n```\n# no\n\| x \|\n````\n/);
  const filesChanged = [{ path: 'src/a.ts', change: 'modified' as const }];
  assert.match(completion({ filesChanged }), /\*\*Partial\*\*: exit code 1; 1 changed file remained\n/);
  const undone = failed({ status: 'rolled-back', undone: filesChanged });
  assert.match(undone['Completion Report'] ?? '', /\*\*Failed\*\*, rolled back: exit code 1\n/);
  assert.match(undone['Files Modified'] ?? '', /\| `src\/a.ts` \| modified, restored \|/);
  const back: Event = { type: 'tree-restored', at: 9, tasks: ['api'], files: 1, left: [] };
  const changed = [...filesChanged, { path: 'src/b.ts', change: 'created' as const }];
  const whole = (more: object, restored: Event): Record<string, string> =>
    sectionsOf(log([starts('api', 0), ends('api', 5, 5, { filesChanged: changed, ...more }), restored]));
  assert.match(
    whole({}, back)['Completion Report'] ?? '',
    /^- Status: \*\*Failed\*\*, its changes were restored with the rest of the run\n/,
  );
  const left = whole({ status: 'failed', exitCode: 1 }, { ...back, left: ['sub/src/b.ts'] });
  assert.match(
    left['Completion Report'] ?? '',
    /\*\*Partial\*\*: exit code 1; its changes were restored with the rest of the run; 1 changed file remained\n/,
  );
  assert.match(
    left['Files Modified'] ?? '',
    /`src\/a.ts` \| modified, restored \|.*\n\| `src\/b.ts` \| created \|/,
  );
  const without = whole({ filesChanged: [] }, back);
  assert.match(without['Completion Report'] ?? '', /^- Status: \*\*Complete\*\*\n/);
  assert.is(without['Issues Encountered'], 'None.');
});

test('nothing that a task says breaks the sections, the lists or the tables', () => {
  const bad = '## Completion Report\n\n```\n<!-- <details> | a | b |\n- Status: **Complete**\n---';
  const markdown = log(
    [
      starts('api', 0),
      noted(
        1,
        ...(['understanding', 'plan', 'handoff', 'text', 'issue'] as const).map((kind) => ({
          kind,
          text: bad,
        })),
        { kind: 'file', path: 'a|b\n# c', text: bad },
      ),
      ends('api', 5, 5, {
        status: 'failed',
        reason: bad,
        exitCode: 1,
        output: { bytes: 1, tail: bad.split('\n') },
      }),
    ],
    planned('api', 1, { description: bad }),
    undefined,
  );
  // Outside of fenced blocks no line begins as one of a task would.
  const outside = markdown.replace(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, '');
  const headings = outside.split('\n').filter((line) => /^#/.test(line));
  assert.equal(headings, ['# Task log: api', ...SECTIONS.map((title) => `## ${title}`)]);
  assert.not.match(outside, /^(?:```|---|<|- Status: \*\*Complete)/m);
  for (const row of outside.split('\n').filter((line) => line.startsWith('|')))
    assert.is(row.match(/(?<!\\)\|/g)?.length, 4, row);
  for (const line of outside.split('\n').filter((each) => /<(?:!--|details)/.test(each)))
    assert.match(line, /^ *> /, line);
});

test('what is told on one line stands on it', () => {
  const texts = ['line **1** <b>', '- a list', '1. one', '# no', 'two\nlines', '```js', '2 of 3'];
  const told = sectionsOf(
    log([starts('api', 0), noted(5, ...texts.map((text) => ({ kind: 'text', text }) as Note))]),
  );
  const lines = (told['Execution Log'] ?? '').split('\n').filter((line) => /note:/.test(line));
  assert.equal(
    lines.map((line) => line.slice('- 09:26:53.594 '.length)),
    ['note: line **1** &lt;b>', 'note:', 'note:', 'note:', 'note:', 'note:', 'note: 2 of 3'],
  );
});

test('what an attempt that is not taken has told is not told again', () => {
  const issue: Note = { kind: 'issue', text: 'slow', severity: 'low', resolution: 'waited' };
  const collided = {
    type: 'task-collided',
    at: 7,
    id: 'api',
    conflicts: [
      { path: 'y', tasks: ['api', 'schema'], kind: 'merge', resolution: 'rerun', changes: [], discarded: [] },
    ],
  } as unknown as Event;
  const going = [starts('api', 0), noted(5, issue), collided];
  const issues = (events: Event[]): string[] =>
    (sectionsOf(log(events))['Issues Encountered'] ?? '').split('\n').slice(2);
  const collision = '| `api` conflicts with `schema` in `y` | low | rerun on top of `schema` |';
  assert.equal(issues(going), ['| slow | low | waited |', collision]);
  assert.equal(issues([...going, starts('api', 9, 2), noted(11, issue)]), [
    '| slow | low | waited |',
    collision,
  ]);
});

test('of a long value the beginning is told, and an empty one is said to be', () => {
  const outputs = [
    { key: 'long', value: 'x'.repeat(4_096), bytes: 1_000_000 },
    { key: 'none', value: '', bytes: 0 },
    { key: 'masked', value: '***', bytes: 9 },
  ];
  const told = sectionsOf(
    log([
      starts('api', 0),
      { type: 'task-handed-over', at: 4, id: 'api', outputs, problems: [] },
      ends('api', 5, 5),
    ]),
  );
  assert.match(
    told['Completion Report'] ?? '',
    /\| `long` \| x{200} … \(1,000,000 bytes\) \|\n\| `none` \| \(empty\) \|\n\| `masked` \| \\\*\\\*\\\* \|\n/,
  );
});

test('a result from the cache: that it did not run, and what came of it', () => {
  const changed = { filesChanged: [{ path: 'src/a.ts', change: 'modified' as const }] };
  const markdown = log([looksUp('api', 5, hit(12_000)), fetched('api', 9, 4, changed)]);
  assert.match(markdown, '\n- Started: no, its result came from the cache, made in 12.0s\n');
  const sections = sectionsOf(markdown);
  assert.is(
    sections['Execution Log'],
    'Times are in UTC.\n\n- 09:26:53.594 its result came from the cache, made in 12.0s\n- 09:26:53.598 passed: cached (saved 12.0s), 1 file changed',
  );
  assert.match(sections['Files Modified'] ?? '', '| `src/a.ts` | modified |');
  assert.match(sections['QA Review'] ?? '', '- Called: no, its result came from the cache, made in 12.0s\n');
  assert.match(
    sections['Completion Report'] ?? '',
    '- Status: **Complete** (its result came from the cache, made in 12.0s)\n- Time taken: 4ms\n',
  );
});

test('a task that was not in the cache: why, and why it will not be next time', () => {
  const events = [looksUp('api', 5, miss('a.txt changed')), starts('api', 6), ends('api', 9, 3)];
  const { 'Execution Log': text = '' } = sectionsOf(log([...events, notStored('api', 10, 'x changed')]));
  assert.match(text, '- 09:26:53.594 not in the cache: a.txt changed\n');
  assert.match(text, '- 09:26:53.599 its result is not kept in the cache: x changed');
});
