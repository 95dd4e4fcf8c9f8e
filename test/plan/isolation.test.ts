import fc from 'fast-check';
import { conflictsOf as conflictsIn, edgesOf as edgesIn } from '../../src/model/task-pairs.ts';
import type { IsolationFacts } from '../../src/plan/options.ts';
import { assert, suite } from '../support/suite.ts';
import { conflictsOf, edgesOf, NO_WORKTREES, phasesOf, planOf, tryPlan } from './support.ts';

const test = suite('plan/isolation');

const HERE: IsolationFacts = { outside: {} };
const TWO = `
tasks:
  a: { run: x, writes: [src/**] }
  b: { run: x, writes: [src/app.ts] }`;

const workspaces = (plan: ReturnType<typeof planOf>): string =>
  plan.tasks.map(({ id, workspace }) => `${id} ${workspace}`).join(', ');

test('two that write the same path work at once, each in a worktree: strategy B', () => {
  const plan = planOf(TWO, [], { isolation: HERE });
  assert.is(plan.strategy.letter, 'B');
  assert.equal(plan.strategy.reasons, [
    '2 tasks work in git worktrees, and their changes are merged',
    'a and b both write src/app.ts',
  ]);
  assert.is(workspaces(plan), 'a worktree, b worktree');
  assert.equal(conflictsOf(plan), ['a×b write-write isolate']);
  assert.equal(plan.edges, []);
  assert.is(phasesOf(plan), 'a b');
  assert.equal(plan.notes, []);
});

test('where there can be no worktrees they take turns, and the plan says why', () => {
  const plan = planOf(TWO, [], { isolation: NO_WORKTREES });
  assert.is(plan.strategy.letter, 'D');
  assert.equal(edgesOf(plan), ['a>b write-write src/app.ts']);
  assert.equal(
    plan.notes.map(({ kind, tasks, text }) => `${kind} ${tasks.join(' ')}: ${text}`),
    ['not-isolated a b: one after the other, not in worktrees: there is no git repository'],
  );
});

test('what git ignores is not merged', () => {
  const plan = planOf(TWO, [], { isolation: { outside: { 'src/app.ts': 'git ignores it' } } });
  assert.equal(edgesOf(plan), ['a>b write-write src/app.ts']);
  assert.match(plan.notes[0]?.text ?? '', 'both write src/app.ts (git ignores it)');
});

test('a task that is to work in the shared tree takes turns with whoever writes its files', () => {
  const yaml = TWO.replace('[src/app.ts]', '[src/app.ts], workspace: shared');
  const plan = planOf(yaml, [], { isolation: HERE });
  assert.is(workspaces(plan), 'a shared, b shared');
  assert.equal(edgesOf(plan), ['a>b write-write src/app.ts']);
  assert.match(plan.notes[0]?.text ?? '', 'b works in the shared tree');
});

test('a file against a folder, a serial policy and strategy D are resolved by order', () => {
  const clash = planOf('tasks: { a: { run: x, writes: [p.c] }, b: { run: x, writes: [p.c/q] } }', [], {
    isolation: HERE,
  });
  assert.equal(edgesOf(clash).length, 1);
  const serial = planOf(`conflicts: serialize${TWO}`, [], { isolation: HERE });
  assert.equal(conflictsOf(serial), ['a×b write-write order']);
  const sequential = planOf(TWO, [], { isolation: HERE, strategy: 'sequential' });
  assert.equal(conflictsOf(sequential), ['a×b write-write order']);
  assert.is(workspaces(sequential), 'a shared, b shared');
});

test('isolated tasks in a plan with phases: strategy C, and a reader waits for both', () => {
  const plan = planOf(`${TWO}\n  c: { run: x, reads: [src/**] }`, [], { isolation: HERE });
  assert.is(plan.strategy.letter, 'C');
  assert.equal(edgesOf(plan), ['a>c write-read src/a', 'b>c write-read src/app.ts']);
  assert.is(phasesOf(plan), 'a b | c');
});

test('an isolated task stands in no earlier phase than one that is integrated before it', () => {
  // a waits for z, and b is integrated after a
  const plan = planOf(
    `
tasks:
  a: { run: x, writes: [p], needs: [z] }
  b: { run: x, writes: [p] }
  z: { run: x }`,
    [],
    { isolation: HERE },
  );
  assert.is(phasesOf(plan), 'z | a b');
});

test('workspace: worktree, strategy worktrees and integrate other than apply isolate whoever writes', () => {
  const lone =
    'tasks: { a: { run: x, writes: [p], workspace: worktree }, b: { run: x, writes: [q] }, c: { run: x } }';
  assert.is(workspaces(planOf(lone, [], { isolation: HERE })), 'a worktree, b shared, c shared');
  const all = planOf(lone, [], { isolation: HERE, strategy: 'worktrees' });
  assert.is(workspaces(all), 'a worktree, b worktree, c shared');
  assert.is(all.strategy.letter, 'B');
  assert.is(
    workspaces(planOf(`{integrate: merge, ${lone}}`, [], { isolation: HERE })),
    'a worktree, b worktree, c shared',
  );
  const alone = planOf(lone, [], { isolation: NO_WORKTREES });
  assert.is(workspaces(alone), 'a shared, b shared, c shared');
  assert.match(
    alone.notes[0]?.text ?? '',
    'in the shared tree, not in a worktree: there is no git repository',
  );
});

test('what cannot do without worktrees is refused where there can be none', () => {
  for (const [yaml, options] of [
    [TWO, { strategy: 'worktrees' as const }],
    [`integrate: merge${TWO}`, {}],
    [`integrate: branches${TWO}`, {}],
  ] as const) {
    const made = tryPlan(yaml, [], { isolation: NO_WORKTREES, ...options });
    assert.not.ok(made.ok);
    if (!made.ok)
      assert.match(
        made.diagnostics[0]?.message ?? '',
        'which are not possible here: there is no git repository',
      );
  }
});

test('strategy worktrees is for one phase', () => {
  const made = tryPlan(`${TWO}\n  c: { run: x, needs: [a] }`, [], { isolation: HERE, strategy: 'worktrees' });
  assert.not.ok(made.ok);
  if (made.ok) return;
  assert.match(made.diagnostics[0]?.message ?? '', 'these need 2 phases');
  assert.equal(made.diagnostics[0]?.reasons?.[0], 'c needs a');
});

const FILES = ['a', 'b', 'c', 'd'];
const works = fc.array(
  fc.record({ reads: fc.subarray(FILES, { maxLength: 2 }), writes: fc.subarray(FILES, { maxLength: 2 }) }),
  { minLength: 2, maxLength: 7 },
);

test('property: edges and turns make no circle, and one after the other keeps to both', () => {
  fc.assert(
    fc.property(works, (tasks) => {
      const yaml = JSON.stringify({
        tasks: Object.fromEntries(tasks.map((work, index) => [`t${index}`, { run: 'x', ...work }])),
      });
      const plan = planOf(yaml, [], { isolation: HERE });
      const sequential = planOf(yaml, [], { isolation: HERE, strategy: 'sequential' });
      const order = sequential.phases.flatMap(({ tasks: ids }) => ids);
      assert.is(order.length, tasks.length);
      const before = (a: string, b: string): boolean => order.indexOf(a) < order.indexOf(b);
      for (const { from, to } of edgesIn(plan)) assert.ok(before(from, to), `${from} before ${to}`);
      for (const { tasks: pair, resolution } of conflictsIn(plan))
        if (resolution === 'isolate') assert.ok(before(...pair), `${pair.join(' is integrated before ')}`);
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 500) },
  );
});

test('a strict task takes turns, whatever the strategy makes of others', () => {
  const yaml = TWO.replace('[src/app.ts]', '[src/app.ts], strict: true');
  const plan = planOf(yaml, [], { isolation: HERE });
  assert.is(workspaces(plan), 'a shared, b shared');
  assert.equal(edgesOf(plan), ['a>b write-write src/app.ts']);
  assert.match(plan.notes[0]?.text ?? '', 'not in worktrees: b is strict');
});
