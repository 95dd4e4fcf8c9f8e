/** What agents are told, decided from the config and the plan alone. */
import { Needs } from '../../src/run/agents/needs.ts';
import { Neighbours } from '../../src/run/agents/neighbours.ts';
import { type Brief, composePrompt } from '../../src/run/agents/prompt.ts';
import { composeReviewPrompt } from '../../src/run/agents/review-prompt.ts';
import { compose, fenced } from '../../src/run/agents/sections.ts';
import { configOf, planOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/agents/prompt');

const YAML = `
agents: { coder: { run: x }, critic: { run: x } }
tasks:
  schema: { run: x, writes: [src/generated/**] }
  api:
    description: The orders endpoint
    needs: [schema]
    agent: coder
    prompt: Add it.
    instructions: [Create the service, "Write its tests\\nand run them"]
    requirements: [Follow docs/]
    writes: [src/api/**, '!src/api/old/**']
    verify: { agent: critic, prompt: Is it short?, instructions: [Look at the tests] }
    retry: 1
  web: { description: The page., needs: [schema], agent: coder, writes: [src/web/**] }
  e2e: { needs: [api], run: x }
`;

const config = configOf(YAML);
const task = config.tasks[1] as Brief['task'];

const brief: Brief = {
  task,
  workdir: '/work',
  branch: 'task/api',
  neighbours: new Neighbours(planOf(YAML), config).of('api'),
  handedOver: [
    {
      id: 'schema',
      values: new Map([['client', 'src/generated/client.ts']]),
      notes: ['It has no dates.\n\n## Nor names'],
    },
  ],
  neededBy: ['e2e'],
  lastTry: { what: 'Attempt 1 failed: exit code 1', said: ['no ``` here'], isDropped: false },
};

const headings = (prompt: string): string[] =>
  prompt.split('\n').filter((line) => /^(?:=====|## )/.test(line));

const sectionOf = (prompt: string, title: string): string =>
  prompt.split(`\n## ${title}\n\n`)[1]?.split('\n\n## ')[0] ?? '';

test('its sections stand in this order', () => {
  assert.equal(headings(composePrompt(brief)), [
    '===== TASK 2: api =====',
    '## Description',
    '## Working Directory',
    '## Branch',
    '## At The Same Time',
    '## Instructions',
    '## Requirements',
    '## Handed Over',
    '## On Completion',
    '## The Last Attempt',
  ]);
});

test('each says what is known', () => {
  const prompt = composePrompt(brief);
  assert.is(sectionOf(prompt, 'Description'), 'The orders endpoint\n\nAdd it.');
  assert.ok(sectionOf(prompt, 'Working Directory').startsWith('/work\n\nIt is a git worktree of your own.'));
  assert.is(sectionOf(prompt, 'Branch'), 'task/api');
  assert.match(sectionOf(prompt, 'At The Same Time'), /\n\n- web \(The page\) changes `src\/web\/\*\*`$/);
  assert.is(sectionOf(prompt, 'Instructions'), '1. Create the service\n2. Write its tests\n   and run them');
  const requirements = sectionOf(prompt, 'Requirements').split('\n');
  assert.is(requirements[0], '- Follow docs/');
  assert.is(
    requirements.at(-1),
    '- Change only files that match `src/api/**`, and not `src/api/old/**`. Anything else is reported.',
  );
  assert.ok(requirements.some((line) => line.includes('$PTASK_LOG')));
  assert.is(
    sectionOf(prompt, 'Handed Over'),
    '### From schema\n\n`client`: src/generated/client.ts\n\n> It has no dates.\n>\n> ## Nor names',
  );
  const completion = sectionOf(prompt, 'On Completion').split('\n');
  assert.is(
    completion[0],
    '1. The agent critic will review what you have done. It is asked: Is it short? What it finds comes back to you.',
  );
  assert.match(completion[1] as string, /Complete, Partial or Failed/);
  assert.match(completion[2] as string, /files that you have modified/);
  assert.match(completion[3] as string, /^4\. e2e depends on this\. .*PTASK_OUTPUT/);
  assert.match(
    prompt,
    /Attempt 1 failed: exit code 1\. Its changes are still there.*\n\n````\nno ``` here\n````\n$/,
  );
});

test('what there is none of is left out, or said in a word', () => {
  const web = config.tasks[2] as Brief['task'];
  const prompt = composePrompt({
    task: web,
    workdir: '/w',
    branch: undefined,
    neighbours: [],
    handedOver: [{ id: 'schema', values: new Map(), notes: [] }],
    neededBy: [],
    lastTry: undefined,
  });
  assert.equal(headings(prompt).slice(1), [
    '## Description',
    '## Working Directory',
    '## At The Same Time',
    '## Requirements',
    '## Handed Over',
    '## On Completion',
  ]);
  assert.is(sectionOf(prompt, 'Working Directory'), '/w');
  assert.is(sectionOf(prompt, 'At The Same Time'), 'Nobody else works in this repository while you do.');
  assert.is(sectionOf(prompt, 'Handed Over'), 'schema is done and hands nothing over.');
  const before = composePrompt({ ...brief, handedOver: undefined, workdir: undefined, lastTry: undefined });
  assert.is(sectionOf(before, 'Handed Over'), 'What schema hands over appears here when done.');
  assert.match(sectionOf(before, 'Working Directory'), /^It will be a git worktree of your own, made when/);
});

test('a long value and one of several lines stand in a block, the first cut', () => {
  const values = new Map([
    ['long', 'x'.repeat(1_000_000)],
    ['lines', 'a\nb'],
    ['empty', ''],
  ]);
  const prompt = composePrompt({ ...brief, handedOver: [{ id: 'schema', values, notes: [] }] });
  const section = sectionOf(prompt, 'Handed Over');
  assert.ok(section.length < 5_000);
  assert.match(
    section,
    /`long` \(the beginning; all 1000000 bytes are in the file that \$PTASK_OUTPUTS names\):\n\n```\nx+\n```/,
  );
  assert.ok(section.endsWith('`lines`:\n\n```\na\nb\n```\n\n`empty`: (empty)'), section.slice(-80));
});

test('neighbours are those that nothing keeps apart', () => {
  const yaml = `
resources: { licence: 1 }
tasks:
  a: { run: x, writes: [one/**], resources: { db: write } }
  b: { run: x, writes: [two/**], resources: { db: write } }
  c: { run: x, needs: [a], writes: [three/**] }
  d: { run: x, reads: [one/**], snapshotReads: true }
  e: { run: x, writes: [one/x], conflicts: allow }
  f: { run: x }
`;
  const plan = planOf(yaml);
  const told = (id: string, hasBarrier = false) =>
    new Neighbours(plan, { ...configOf(yaml), barrier: hasBarrier })
      .of(id)
      .map((each) => each.id + (each.shared ? ` ${each.shared}` : ''));
  assert.equal(
    told('a'),
    ['e one/x', 'f', 'd'],
    'not b, which takes the same database, and not c; d writes nothing',
  );
  assert.equal(told('c'), ['b', 'e', 'f', 'd']);
  assert.equal(told('c', true), [], 'nothing else is in its phase');
  assert.equal(told('f', true), ['a', 'b', 'e', 'd']);
});

test('what neighbours are at: their description, or how their prompt begins', () => {
  const yaml = `
agents: { coder: { run: x } }
tasks:
  a: { run: x, writes: [a] }
  b: { agent: coder, prompt: "Add the page:\\n- of orders", writes: [b] }
  c: { description: "The orders.", agent: coder, prompt: Add them, writes: [c] }
  d: { agent: coder, prompt: ${'long '.repeat(50)}, writes: [d] }
`;
  const doing = new Neighbours(planOf(yaml), configOf(yaml)).of('a').map((each) => each.doing);
  assert.equal(doing, ['Add the page', 'The orders', `${'long '.repeat(24)}…`]);
});

test('what no terminal and no shell can take is not in the prompt', () => {
  const values = new Map([['odd', 'a\u0000b\u001b[31mc\td\r']]);
  const handedOver = [{ id: 'schema', values, notes: [] }];
  const section = sectionOf(composePrompt({ ...brief, handedOver }), 'Handed Over');
  assert.is(section, '### From schema\n\n`odd`: abc\td');
});

test('many neighbours are told in part', () => {
  const many = Array.from({ length: 3_000 }, (_, at) => ({
    id: `t${at}`,
    doing: '',
    writes: [],
    undeclared: true,
  }));
  const section = sectionOf(composePrompt({ ...brief, neighbours: many }), 'At The Same Time');
  assert.is(section.split('\n').length, 2 + 31);
  assert.ok(section.endsWith('- t29 does not say which files it changes\n- and 2970 more'));
});

test('a task that only gathers others stands for them', () => {
  const needs = new Needs(
    configOf(`
tasks:
  a: { run: x }
  b: { run: x }
  both: { needs: [a, b] }
  all: { needs: [both, a] }
  last: { run: x, needs: [all, both] }
`).tasks,
  );
  assert.equal(needs.of('last'), ['a', 'b']);
  assert.equal(needs.of('a'), []);
  assert.equal(needs.on('b'), ['last']);
  assert.equal(needs.on('last'), []);
  const chain = Array.from({ length: 5_000 }, (_, at) => `  t${at}: { needs: [t${at + 1}] }`);
  const long = configOf(`tasks:\n${chain.join('\n')}\n  t5000: { run: x }\n`);
  assert.equal(new Needs(long.tasks).of('t0'), ['t5000']);
});

test('a reviewer is told what was to be done, what was done, and how to answer', () => {
  const prompt = composeReviewPrompt({
    task,
    workdir: '/work',
    changed: [
      { path: 'src/api/a.ts', change: 'created' },
      { path: 'src/api/b.ts', change: 'modified' },
    ],
    told: new Map([['src/api/a.ts', 'the service']]),
    before: ['a.ts:1 is bad', ''],
  });
  assert.equal(headings(prompt), [
    '===== REVIEW OF TASK 2: api =====',
    '## Description',
    '## Working Directory',
    '## The Task',
    '## Its Instructions',
    '## Its Requirements',
    '## Its Files',
    '## Instructions',
    '## The Last Review',
    '## Your Answer',
  ]);
  assert.match(sectionOf(prompt, 'Description'), /Change nothing yourself\.\n\nIs it short\?$/);
  assert.is(sectionOf(prompt, 'The Task'), 'The orders endpoint\n\nAdd it.');
  assert.match(
    sectionOf(prompt, 'Its Files'),
    /It has changed:\n\n- src\/api\/a\.ts \(created\): the service\n- src\/api\/b\.ts \(modified\)$/,
  );
  assert.is(sectionOf(prompt, 'The Last Review'), '> a.ts:1 is bad\n>');
  const none = composeReviewPrompt({ task, workdir: '/work', changed: [], told: new Map(), before: [] });
  assert.match(sectionOf(none, 'Its Files'), /It has changed none of these\.$/);
});

test('sections without a body are left out; a fence is longer than those inside', () => {
  assert.is(compose('T', [{ title: 'A', body: '' }]), '===== T =====\n');
  assert.is(fenced('````\n'), '`````\n````\n`````');
});
