import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import micromatch from 'micromatch';
import { edgesOf as edgesIn } from '../../src/model/task-pairs.ts';
import { GLOB_OPTIONS } from '../../src/plan/patterns/index.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { edgesOf, phasesOf, planOf, tryPlan } from './support.ts';

const test = suite('plan/plan');

const chain = `tasks:
  a: { run: ':' }
  b: { run: ':', needs: [a] }
  c: { run: ':', needs: [b] }
`;

const diamond = `tasks:
  d: { run: ':', needs: [b, c] }
  b: { run: ':', needs: [a] }
  c: { run: ':', needs: [a] }
  a: { run: ':' }
`;

test('A: nothing waits', () => {
  const plan = planOf("tasks:\n  a: { run: ':' }\n  b: { run: ':' }\n");
  assert.equal([plan.strategy.letter, plan.strategy.name, phasesOf(plan)], ['A', 'parallel', 'a b']);
});

test('C: phases are the levels of the graph, tasks in the order of declaration', () => {
  const plan = planOf(diamond);
  assert.equal([plan.strategy.letter, phasesOf(plan)], ['C', 'a | b c | d']);
  assert.equal(
    plan.tasks.map(({ id, phase }) => `${id}${phase}`),
    ['d2', 'b1', 'c1', 'a0'],
  );
});

test('D: the order is total', () => {
  assert.equal([planOf(chain).strategy.letter, phasesOf(planOf(chain))], ['D', 'a | b | c']);
});

test('sequential makes a total order of what is there, smallest change first', () => {
  const plan = planOf(diamond, [], { strategy: 'sequential' });
  assert.equal([plan.strategy.letter, phasesOf(plan)], ['D', 'a | b | c | d']);
  assert.ok(edgesOf(plan).includes('b>c sequential'));
  assert.not(edgesOf(plan).includes('a>b sequential'));
});

test('parallel is refused with the reasons where it would be unsafe, and taken where it is not', () => {
  const refused = tryPlan(chain, [], { strategy: 'parallel' });
  const [problem] = refused.ok ? [] : refused.diagnostics;
  assert.is(problem?.message, 'strategy A (parallel) would not be safe');
  assert.ok(problem?.reasons?.includes('b needs a'));
  assert.ok(tryPlan("tasks: { a: { run: ':' } }", [], { strategy: 'parallel' }).ok);
});

test('worktrees says what it lacks', () => {
  const plan = tryPlan(chain, [], { strategy: 'worktrees' });
  assert.match(
    plan.ok ? '' : (plan.diagnostics[0]?.message ?? ''),
    /needs git worktrees, .* there is no git repository/,
  );
});

test('a required strategy fails a worse plan', () => {
  const plan = tryPlan(chain, [], { requireStrategy: ['A', 'B'] });
  assert.match(
    plan.ok ? '' : (plan.diagnostics[0]?.message ?? ''),
    /is strategy D \(sequential\), but A or B is required/,
  );
  assert.ok(tryPlan(chain, [], { requireStrategy: ['C', 'D'] }).ok);
});

test('named tasks come with what they need and nothing else', () => {
  assert.is(phasesOf(planOf(diamond, [], { tasks: ['b'] })), 'a | b');
});

test('unknown tasks are told, each with a guess', () => {
  const plan = tryPlan('tasks: { build: { run: x }, test: { run: x } }', [], { tasks: ['biuld', 'qqq'] });
  const said = plan.ok ? [] : plan.diagnostics.map(({ message, hint }) => `${message} ${hint}`);
  assert.equal(said, [
    'there is no task `biuld` did you mean `build`?',
    'there is no task `qqq` the tasks are build, test',
  ]);
});

test('undeclared tasks are named; those that only gather, or say that they write nothing, are not', () => {
  const plan = planOf("tasks:\n  a: { run: ':' }\n  b: { run: ':', writes: [] }\n  all: { needs: [a, b] }\n");
  assert.equal(
    plan.notes.filter(({ kind }) => kind === 'undeclared').map(({ tasks }) => tasks),
    [['a']],
  );
});

test('reads that match nothing and that nobody writes are noted', () => {
  const plan = planOf(
    "tasks:\n  a: { run: ':', reads: [scr/**] }\n  b: { run: ':', reads: [gen/x] }\n  c: { run: ':', writes: [gen/**] }\n",
    ['src/x'],
  );
  assert.equal(
    plan.notes.filter(({ kind }) => kind === 'matches-nothing').map(({ tasks }) => tasks),
    [['a']],
  );
});

test('a writer that was not asked for is named to who reads its files', () => {
  const yaml =
    "tasks:\n  a: { run: ':', reads: [y], writes: [x] }\n  b: { run: ':', writes: [y] }\n  c: { run: ':', reads: [x] }\n";
  const notes = planOf(yaml, [], { tasks: ['c'] }).notes.map(({ kind, text }) => `${kind}: ${text}`);
  assert.equal(notes, ["writer-left-out: c reads x, written by a, which isn't part of this run"]);
  assert.equal(planOf(yaml).notes, []);
});

test('files are counted as micromatch matches them: dotfiles, ignored ones, nothing of .git', () => {
  const files = [
    '.gitignore',
    'src/.hidden',
    'src/a.ts',
    'node_modules/x/i.js',
    '.git/config',
    '.ptask/x',
    'a b/ü.ts',
  ];
  const plan = planOf(
    "tasks:\n  a: { run: ':', reads: ['**'] }\n  b: { run: ':', reads: ['src/**', '!src/*.ts'] }\n",
    files,
  );
  assert.equal(
    plan.tasks.map((task) => task.files.reads),
    [5, 1],
  );
});

test('1,000 tasks in a chain of needs do not overflow anything', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
  const yaml = `tasks:\n${ids.map((id, index) => `  ${id}: { run: ':'${index > 0 ? `, needs: [t${index - 1}]` : ''} }\n`).join('')}`;
  assert.equal([planOf(yaml).strategy.letter, planOf(yaml).phases.length], ['D', 1_000]);
});

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(join(repositoryRoot, 'schema/plan.schema.json'), 'utf8')),
);

const globs = fc.subarray(
  ['src/**', 'src/a/*.ts', 'src/b.ts', 'dist/**', '!src/a/x.ts', '**/*.ts', 'gen/{a,b}.js', 'gen/*'],
  { maxLength: 3 },
);
const names = ['a', 'b', 'c', 'd', 'e'];
const configs = fc
  .tuple(
    ...names.map((_, index) =>
      fc.record({
        reads: globs.filter((list) => list.length === 0 || list.some((glob) => !glob.startsWith('!'))),
        writes: globs.filter((list) => list.length === 0 || list.some((glob) => !glob.startsWith('!'))),
        needs: fc.subarray(names.slice(0, index), { maxLength: Math.min(1, index) }),
        snapshotReads: fc.boolean(),
        resources: fc.dictionary(fc.constantFrom('db', 'net'), fc.constantFrom('read', 'write'), {
          maxKeys: 1,
        }),
      }),
    ),
  )
  .map((tasks) =>
    Object.fromEntries(tasks.map((task, index) => [names[index] as string, { run: ':', ...task }])),
  );

const FILES = ['src/a/x.ts', 'src/a/y.ts', 'src/b.ts', 'dist/m.js', 'gen/a.js', 'gen/c.js', 'lib/z.ts'];

test('property: a plan follows its schema, has no cycle, is the same each time, and orders whatever could clash', () => {
  fc.assert(
    fc.property(configs, (tasks) => {
      const yaml = JSON.stringify({ tasks });
      const plan = planOf(yaml);
      assert.equal(planOf(yaml), plan);
      assert.ok(validate(plan), JSON.stringify(validate.errors));
      const edges = [...edgesIn(plan)];
      const after = new Map(
        names.map((id) => [id, new Set(edges.filter(({ from }) => from === id).map(({ to }) => to))]),
      );
      const reaches = (from: string, to: string): boolean =>
        [...(after.get(from) ?? [])].some((next) => next === to || reaches(next, to));
      for (const id of names) assert.not(reaches(id, id), `${id} comes before itself`);
      for (const [one, two] of names.flatMap((id, at) =>
        names.slice(at + 1).map((other) => [id, other] as const),
      )) {
        const [a, b] = [tasks[one], tasks[two]] as [(typeof tasks)[string], (typeof tasks)[string]];
        const touch = (list: string[], file: string): boolean =>
          list.some((glob) => !glob.startsWith('!') && micromatch.isMatch(file, glob, GLOB_OPTIONS)) &&
          !list.some((glob) => glob.startsWith('!') && micromatch.isMatch(file, glob.slice(1), GLOB_OPTIONS));
        const clash = FILES.some(
          (file) =>
            (touch(a.writes, file) && touch(b.writes, file)) ||
            (touch(a.writes, file) && touch(b.reads, file) && !b.snapshotReads) ||
            (touch(a.reads, file) && touch(b.writes, file) && !a.snapshotReads),
        );
        if (clash)
          assert.ok(
            reaches(one, two) || reaches(two, one),
            `${one} and ${two} touch one file and are not ordered`,
          );
      }
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 300) },
  );
});
