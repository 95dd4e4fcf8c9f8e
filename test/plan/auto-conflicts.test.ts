// `conflicts: auto`: worktrees where they may be faster, else one after the other, by what the tasks declare and earlier runs came to.
import { join } from 'node:path';
import { rememberDurations } from '../../src/plan/durations.ts';
import { experienceOf, pairOf, recallIsolation, rememberIsolation } from '../../src/plan/isolation-memory.ts';
import type { Experience, PlanOptions } from '../../src/plan/options.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { configOf } from './support.ts';

const test = suite('plan: conflicts: auto');

type Written = Record<string, unknown>;

async function planOf(tasks: Written, more: Written = {}, options: PlanOptions = {}) {
  const made = await makePlan(configOf(JSON.stringify({ ...more, tasks }), tempDir()), options);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  const { value } = made;
  const isolated = value.tasks.filter(({ workspace }) => workspace === 'worktree').map(({ id }) => id);
  const why = value.notes.filter(({ kind }) => kind === 'not-isolated').map(({ text }) => text);
  return { isolated, why, phases: value.phases.length };
}

const writer = (more: Written = {}): Written => ({ run: 'x', writes: ['src/**'], ...more });
const MUTUAL = { a: writer({ reads: ['src/**'] }), b: writer({ reads: ['src/a.ts'] }) };
const IN_ORDER = {
  isolated: [],
  why: [
    'one after the other, not in worktrees: each reads what the other writes, so one of them would have to run twice',
  ],
  phases: 2,
};
const ISOLATED = { isolated: ['a', 'b'], why: [], phases: 1 };

test('tasks that each read what the other writes run in order', async () => {
  assert.equal(await planOf(MUTUAL), IN_ORDER);
  assert.equal(await planOf(MUTUAL, { conflicts: 'auto' }), IN_ORDER);
});

test('one that reads what the other writes, or a snapshot, may fit', async () => {
  assert.equal(await planOf({ a: writer(), b: writer() }), ISOLATED);
  assert.equal(await planOf({ a: writer({ reads: ['src/**'] }), b: writer() }), ISOLATED);
  assert.equal(await planOf({ a: writer(), b: writer({ reads: ['src/**'] }) }), ISOLATED);
  const { b } = MUTUAL;
  assert.equal(await planOf({ a: writer({ reads: ['src/**'], snapshotReads: true }), b }), ISOLATED);
});

test('who asks for worktrees gets them', async () => {
  assert.equal(await planOf(MUTUAL, { conflicts: 'isolate' }), ISOLATED);
  assert.equal(await planOf({ ...MUTUAL, a: { ...MUTUAL.a, conflicts: 'isolate' } }), ISOLATED);
  assert.equal(await planOf(MUTUAL, {}, { strategy: 'worktrees' }), ISOLATED);
  const both = Object.fromEntries(
    Object.entries(MUTUAL).map(([id, task]) => [id, { ...task, workspace: 'worktree' }]),
  );
  assert.equal(await planOf(both), ISOLATED);
});

const learned = (experience: Partial<Experience>): PlanOptions => ({
  isolation: { outside: {}, experience: { colliding: [], brief: [], ...experience } },
});

test('what earlier runs came to decides for pairs that may fit', async () => {
  const tasks = { a: writer(), b: writer(), c: writer({ writes: ['src/c/**'] }) };
  const brief = await planOf(tasks, {}, learned({ brief: ['c'] }));
  assert.equal(brief.isolated, ['a', 'b']);
  assert.equal(brief.why, [
    'one after the other, not in worktrees: a worktree takes longer here than they do',
  ]);
  const colliding = await planOf(
    tasks,
    {},
    learned({
      colliding: [
        ['a', 'c'],
        ['b', 'c'],
      ],
    }),
  );
  assert.equal(colliding.isolated, ['a', 'b']);
  assert.equal(colliding.why, [
    'one after the other, not in worktrees: their results did not fit together in the last runs',
  ]);
  // Of tasks that declare the same, what is true of some says nothing of all.
  assert.equal((await planOf({ a: writer(), b: writer() }, {}, learned({ brief: ['a'] }))).isolated, [
    'a',
    'b',
  ]);
  assert.equal((await planOf({ a: writer(), b: writer() }, {}, learned({ brief: ['a', 'b'] }))).isolated, []);
  assert.equal(
    (await planOf({ a: writer(), b: writer() }, {}, learned({ colliding: [['a', 'b']] }))).isolated,
    [],
  );
  const isolate = { conflicts: 'isolate' };
  assert.equal(
    (await planOf({ a: writer(), b: writer() }, isolate, learned({ brief: ['a', 'b'] }))).isolated,
    ['a', 'b'],
  );
});

test('what is remembered: new runs count half, pairs in order fade, and odd files count as nothing', async () => {
  const { dir } = await repo({ dir: join(tempDir(), 'r') });
  const run = (collides: boolean, isIsolated = true): void => {
    const ids = new Set(['a', 'b']);
    rememberIsolation(dir, {
      costs: isIsolated ? [100, 300] : [],
      isolated: isIsolated ? ids : new Set(),
      collided: new Set(collides ? [pairOf('b', 'a')] : []),
      done: ids,
    });
  };
  const share = (): number => recallIsolation(dir).collisions.get(pairOf('a', 'b')) ?? 0;
  run(false);
  assert.equal(recallIsolation(dir), { worktreeMs: 200, collisions: new Map() });
  run(true);
  assert.is(share(), 0.5);
  const made = await makePlan(configOf(JSON.stringify({ tasks: { a: writer(), b: writer() } }), dir));
  if (!made.ok) throw new Error('no plan');
  assert.is(experienceOf(dir, made.value), undefined);
  run(true);
  assert.equal(experienceOf(dir, made.value)?.colliding, [['a', 'b']]);
  for (let count = 0; count < 30; count++) run(false, false);
  assert.is(experienceOf(dir, made.value), undefined);
  for (let count = 0; count < 3; count++) run(false);
  assert.is(share(), 0);
  rememberDurations(
    dir,
    new Map([
      ['a', 199],
      ['b', 201],
    ]),
  );
  assert.equal(experienceOf(dir, made.value), { colliding: [], brief: ['a'] });
});
