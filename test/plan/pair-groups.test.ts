// Groups of pairs are the pairs that were put in, and those of a plan are what looking at each two tasks gives.
import fc from 'fast-check';
import { jsonPieces } from '../../src/cli/json-pieces.ts';
import type { Task } from '../../src/config/config.ts';
import { conflictCount, conflictsBetween, conflictsWith, pairCount } from '../../src/model/task-pairs.ts';
import { emptyBits, setBit } from '../../src/plan/bits.ts';
import { countOf, PairSets } from '../../src/plan/pair-sets.ts';
import { overlap, type PatternList } from '../../src/plan/patterns/index.ts';
import { policyOf } from '../../src/plan/verdict.ts';
import { assert, suite } from '../support/suite.ts';
import { configOf, conflictsOf, edgesOf, NO_WORKTREES, planOf } from './support.ts';

const test = suite('plan/pair-groups');
const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 300);

test('property: groups have each pair that was put in, and no other', () => {
  const size = 70;
  const labels = ['x', 'y'];
  const sides = ['first', 'second'] as const;
  // Rows that are alike but for what lies below them, with now and then one more or less.
  const row = fc.record({
    label: fc.nat(1),
    side: fc.nat(1),
    others: fc.uniqueArray(fc.nat(size - 1), { maxLength: 8 }),
    isWhole: fc.boolean(),
    isSet: fc.boolean(),
  });
  const usual = fc.uniqueArray(fc.nat(size - 1), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 3 }), { maxLength: 20 }), usual, (rows, usual) => {
      const wanted = new Set<string>();
      const sets = new PairSets<string>(size);
      for (const [low, puts] of rows.entries()) {
        for (const { label, side, others, isWhole, isSet } of puts) {
          const highs = [...new Set(isWhole ? usual : others)].filter((other) => other > low);
          for (const high of highs) {
            const pair = side === 0 ? [high, low] : [low, high];
            wanted.add(`${pair.join(' ')} ${labels[label]}`);
          }
          const bits = emptyBits(size);
          for (const high of highs) setBit(bits, high);
          for (const put of isSet ? [bits].filter(() => highs.length > 0) : highs)
            sets.add(labels[label] as string, put, sides[side] as 'first' | 'second');
        }
        sets.endRow(low);
      }
      assert.is(sets.size, wanted.size);
      const groups = sets.toGroups();
      assert.is(countOf(groups), wanted.size);
      const found = groups.flatMap(({ label, pairs }) =>
        Array.from(pairs.pairs(), (pair) => `${pair.join(' ')} ${label}`),
      );
      assert.equal(found.sort(), [...wanted].sort());
    }),
    { numRuns },
  );
});

test('what all have with each other is one group, whatever a few of them have besides', () => {
  const clique = (more: object) =>
    planOf(
      JSON.stringify({
        tasks: Object.fromEntries(
          Array.from({ length: 60 }, (_, at) => [
            `t${at}`,
            {
              run: ':',
              writes: ['dist/**'],
              resources: { db: 'write' },
              conflicts: 'allow',
              ...(at === 7 && more),
            },
          ]),
        ),
      }),
    );
  const plan = clique({});
  assert.equal(
    plan.conflicts.map(({ tasks }) => tasks.map((list) => list.length)),
    [[60], [60]],
  );
  assert.is(conflictCount(plan), 2 * 1_770);
  const ordered = clique({ needs: ['t3'] });
  assert.is(conflictCount(ordered), 2 * 1_769);
  assert.ok(ordered.conflicts.length <= 8, String(ordered.conflicts.length));
});

test('the pieces of a plan are its JSON', () => {
  const plan = planOf(
    'tasks: {w: {run: x, writes: [a]}, r1: {run: x, reads: [a]}, r2: {run: x, needs: [w]}}',
  );
  for (const document of [plan, { a: [], b: {}, c: undefined, d: [[1], {}] }, {}])
    assert.is([...jsonPieces(document)].join(''), JSON.stringify(document, undefined, 2));
});

test('what is read too early is told of so many, and then counted', () => {
  const tasks = Array.from({ length: 60 }, (_, at) => [
    `t${at}`,
    { run: 'x', reads: ['a/**'], writes: [`a/${at}`] },
  ]);
  const { notes } = planOf(JSON.stringify({ tasks: Object.fromEntries(tasks) }));
  assert.is(notes.length, 1_001);
  assert.match(notes[1_000]?.text ?? '', /^and 770 more pairs of tasks/);
});

test('a writer of what many read is one group', () => {
  const plan = planOf(
    'tasks: {w: {run: x, writes: [a]}, r1: {run: x, reads: [a]}, r2: {run: x, reads: [a]}}',
  );
  assert.equal(
    plan.conflicts.map(({ tasks }) => tasks),
    [[['w'], ['r1', 'r2']]],
  );
  assert.equal(
    plan.edges.map(({ tasks }) => tasks),
    [[['w'], ['r1', 'r2']]],
  );
});

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
const globs = fc.uniqueArray(fc.constantFrom('out/**', 'out/x', 'out/*.js', 'src/**', '!out/x'), {
  maxLength: 2,
});
const sound = globs.map((list) => (list.every((glob) => glob.startsWith('!')) ? [] : list));
const kind = fc.record({
  reads: sound,
  writes: sound,
  snapshotReads: fc.constantFrom(false, false, false, true),
  conflicts: fc.constantFrom('isolate', 'serialize', 'serialize', 'allow'),
  workspace: fc.constantFrom('auto', 'auto', 'auto', 'shared'),
});
const user = fc.record({
  resources: fc.constantFrom({}, {}, { db: 'read' }, { db: 'write' }),
  /** Places in an order of its own, so that a task may need one that is declared after it. */
  needs: fc.uniqueArray(fc.nat(names.length - 1), { maxLength: 1 }),
  kind: fc.nat(2),
});
/** Of a few kinds, so that some tasks declare the same, in whatever order. */
const tasksOfKinds = fc
  .tuple(
    fc.array(kind, { minLength: 1, maxLength: 5 }),
    fc.array(user, { minLength: 2, maxLength: names.length }),
    fc.shuffledSubarray([...names.keys()], { minLength: names.length }),
  )
  .map(([kinds, users, ranks]) =>
    users.map(({ kind, needs, ...one }, at) => ({
      ...(kinds[kind % kinds.length] as (typeof kinds)[number]),
      ...one,
      needs: needs.filter((need) => need < users.length && (ranks[need] ?? 0) < (ranks[at] ?? 0)),
    })),
  );

test('property: the groups of a plan, pair by pair, are what looking at each two tasks gives', () => {
  const configs = fc.tuple(tasksOfKinds, fc.boolean());
  fc.assert(
    fc.property(configs, ([written, isHere]) => {
      const entries = written.map((one, at) => {
        const needs = one.needs.map((need) => names[need]);
        return [names[at], { run: 'x', ...one, needs }];
      });
      const yaml = JSON.stringify({ tasks: Object.fromEntries(entries) });
      const plan = planOf(yaml, [], isHere ? { isolation: { outside: {} } } : { isolation: NO_WORKTREES });
      const { tasks } = configOf(yaml);
      const { conflicts, edges } = oneByOne(tasks, isHere);
      assert.equal(conflictsOf(plan).sort(), conflicts.sort());
      const told = edgesOf(plan).map((edge) => edge.split(' ').slice(0, 2).join(' '));
      assert.equal(told.sort(), edges.sort());
      for (const { id } of tasks) {
        const met = conflictsWith(plan, id);
        for (const other of tasks.filter((each) => each.id !== id))
          assert.is((met.get(other.id) ?? []).length, conflictsBetween(plan, id, other.id).length);
      }
      assert.is(
        plan.conflicts.reduce((sum, group) => sum + pairCount(group.tasks), 0),
        conflicts.length,
      );
    }),
    { numRuns },
  );
});

const isKept = ({ workspace }: Task): boolean => workspace === 'shared';

/** The same rules, without anything that makes them quick. */
function oneByOne(tasks: readonly Task[], canIsolate: boolean): { conflicts: string[]; edges: string[] } {
  const conflicts: string[] = [];
  const edges: string[] = [];
  const reach: [string, string][] = [];
  const requiring: [string, string][] = [];
  const needs = (list: [string, string][]): void => {
    for (const { id, needs } of tasks) for (const need of needs) list.push([need, id]);
  };
  needs(reach);
  needs(requiring);
  for (const [need, id] of reach) edges.push(`${need}>${id} needs`);
  const leads = (all: [string, string][], from: string, to: string): boolean =>
    all.some(([a, b]) => a === from && (b === to || leads(all, b, to)));
  const meet = (a: PatternList, b: PatternList): boolean =>
    a.length > 0 && b.length > 0 && overlap(a, b).overlap;
  const order = (from: Task, to: Task, kind: 'write-write' | 'write-read'): void => {
    edges.push(`${from.id}>${to.id} ${kind}`);
    reach.push([from.id, to.id]);
    if (kind === 'write-read') requiring.push([from.id, to.id]);
  };
  for (const [at, low] of tasks.entries())
    for (const high of tasks.slice(at + 1)) {
      const [both, forward, backward] = [
        meet(low.writes, high.writes),
        meet(low.writes, high.reads),
        meet(low.reads, high.writes),
      ];
      const pair = `${low.id}×${high.id}`;
      const [isFirst, isLast] = [leads(reach, low.id, high.id), leads(reach, high.id, low.id)];
      if (isFirst || isLast) {
        const [from, to, reads] = isFirst ? [low, high, forward] : [high, low, backward];
        if (reads && !to.snapshotReads && !leads(requiring, from.id, to.id)) order(from, to, 'write-read');
      } else if (both) {
        const policy = policyOf(low, high, 'isolate');
        if (policy === 'allow') conflicts.push(`${pair} write-write allow`);
        else if (policy === 'isolate' && canIsolate && ![low, high].some(isKept)) {
          conflicts.push(`${pair} write-write isolate`);
          reach.push([low.id, high.id]);
        } else {
          conflicts.push(`${pair} write-write order`);
          order(low, high, 'write-write');
          if (forward && !high.snapshotReads) order(low, high, 'write-read');
        }
      } else if (forward && !high.snapshotReads) {
        conflicts.push(`${pair} write-read order`);
        order(low, high, 'write-read');
      } else if (backward && !low.snapshotReads) {
        conflicts.push(`${high.id}×${low.id} write-read order`);
        order(high, low, 'write-read');
      } else if (forward) conflicts.push(`${pair} write-read allow`);
      else if (backward) conflicts.push(`${high.id}×${low.id} write-read allow`);
    }
  const users = tasks.filter(({ resources }) => resources.length > 0);
  for (const [at, low] of users.entries())
    for (const high of users.slice(at + 1)) {
      const clash = [low, high].some(({ resources }) => resources[0]?.mode === 'write');
      if (clash && !leads(reach, low.id, high.id) && !leads(reach, high.id, low.id))
        conflicts.push(`${low.id}×${high.id} resource exclude db`);
    }
  return { conflicts, edges };
}
