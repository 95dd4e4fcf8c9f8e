// The cheap answers say what the exact ones do, and many tasks stay quick.
import fc from 'fast-check';
import micromatch from 'micromatch';
import { conflictCount } from '../../src/model/task-pairs.ts';
import { append, common, membersOf, sizeOf } from '../../src/plan/interval-set.ts';
import { GLOB_OPTIONS, overlap, plainOf } from '../../src/plan/patterns/index.ts';
import { views } from '../../src/plan/patterns/pair.ts';
import { Pattern } from '../../src/plan/patterns/pattern.ts';
import { findPath } from '../../src/plan/patterns/search.ts';
import { assert, suite } from '../support/suite.ts';
import { planOf, tryPlan } from './support.ts';

const test = suite('plan/scale');
const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 300);

const names = ['a', 'b', 'ab', 'a.ts', '.a', '*', '**', '*.ts', 'a*', '*b*', '.*', '*.*', 'a*b', 'ü', '..*'];
const patterns = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 })
  .map((all) => all.join('/'));
const segments = fc.constantFrom('a', 'b', 'ab', 'a.ts', '.ts', '.a', 'aab', '...', '..a', 'ü', 'a b');
const paths = fc.array(segments, { minLength: 1, maxLength: 5 }).map((all) => all.join('/'));

test('property: a plain pattern matches what micromatch says', () => {
  fc.assert(
    fc.property(patterns, paths, (pattern, path) => {
      const plain = plainOf(pattern);
      if (plain) assert.is(plain.matches(path), micromatch.isMatch(path, pattern, GLOB_OPTIONS));
    }),
    { numRuns: 10 * numRuns },
  );
});

test('property: the answer about two plain patterns is the one that their automata give', () => {
  const folder = fc.constantFrom('', '', 'p/', 'p/x/', 'q/', 'q/x/');
  const placed = fc.tuple(folder, patterns).map((parts) => parts.join(''));
  fc.assert(
    fc.property(placed, placed, (a, b) => {
      const [one, two] = [new Pattern(a), new Pattern(b)];
      if (!one.plain || !two.plain) return;
      const found = views(one, two).map((pair) => findPath(pair, { states: 40_000 }));
      const exact = found.find((answer) => typeof answer === 'object');
      const folder = one.prefix.length >= two.prefix.length ? one.prefix : two.prefix;
      const isNear = [one, two].every(({ prefix }) =>
        `${folder}/`.startsWith(prefix === '' ? '' : `${prefix}/`),
      );
      const witness = isNear && typeof exact === 'object' ? folder + exact.path : undefined;
      assert.equal([overlap([a], [b]).overlap, overlap([a], [b]).witness], [witness !== undefined, witness]);
    }),
    { numRuns },
  );
});

test('property: stretches are sets of numbers', () => {
  const sets = fc.uniqueArray(fc.nat(30)).map((all) => all.sort((a, b) => a - b));
  const stretched = (set: number[]): number[] => {
    const all: number[] = [];
    for (const member of set) append(all, member, member + 1);
    return all;
  };
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const both = common(stretched(a), stretched(b));
      assert.equal(
        [...membersOf(both)],
        a.filter((member) => b.includes(member)),
      );
      assert.is(sizeOf(stretched(a)), a.length);
    }),
    { numRuns },
  );
});

/** Many times what they take; they took minutes when something was quadratic. */
const GENEROUS_MS = 20_000;
const many = (count: number, task: (at: number) => object): string =>
  JSON.stringify({
    tasks: Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, task(at)])),
  });

test('300 tasks that write everything conflict in pairs', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(many(300, () => ({ run: ':', writes: ['**'] })));
  assert.equal([conflictCount(plan), plan.conflicts.length, plan.phases.length], [44_850, 1, 300]);
});

test('1,000 tasks that want one thing for themselves', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(many(1_000, () => ({ run: ':', resources: { db: 'write' } })));
  assert.equal([conflictCount(plan), plan.conflicts.length, plan.exclusions.length], [499_500, 1, 1]);
});

const PAIRS = (10_000 * 9_999) / 2;

test('10,000 tasks that all want the same are one conflict', { timeout: GENEROUS_MS }, () => {
  const shared = [
    { writes: ['out/**'] },
    { writes: ['out/**'], conflicts: 'serialize' },
    { writes: ['out/**'], conflicts: 'allow' },
    { resources: { db: 'write' } },
  ];
  for (const each of shared) {
    const plan = planOf(many(10_000, () => ({ run: ':', ...each })));
    assert.equal([plan.conflicts.length, conflictCount(plan)], [1, PAIRS]);
    assert.ok(plan.edges.length <= 1);
  }
  const isolated = planOf(
    many(10_000, () => ({ run: ':', writes: ['out/**'] })),
    [],
    {
      isolation: { outside: {} },
    },
  );
  assert.equal([isolated.conflicts.length, isolated.strategy.letter], [1, 'B']);
  const both = planOf(many(10_000, () => ({ run: ':', writes: ['out/**'], resources: { db: 'write' } })));
  assert.equal([both.conflicts.length, both.phases.length], [1, 10_000]);
  const refused = tryPlan(many(10_000, () => ({ run: ':', writes: ['out/**'], conflicts: 'error' })));
  assert.is(refused.ok ? 0 : refused.diagnostics.length, 21);
});

test('5,000 readers and 5,000 writers in turn are two conflicts', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(
    many(10_000, (at) => (at % 2 ? { run: ':', writes: ['out/**'] } : { run: ':', reads: ['out/**'] })),
  );
  assert.equal([plan.conflicts.length, plan.edges.length], [2, 2]);
  assert.is(conflictCount(plan), 5_000 * 5_000 + (5_000 * 4_999) / 2);
});

test('two lists in turn are two conflicts, and one for each order of the two', {
  timeout: GENEROUS_MS,
}, () => {
  const plan = planOf(many(10_000, (at) => ({ run: ':', writes: [at % 2 ? 'out/**' : 'out/a/**'] })));
  assert.equal([plan.conflicts.length, conflictCount(plan)], [4, PAIRS]);
});

test('what some need takes a few pairs out of one conflict', { timeout: GENEROUS_MS }, () => {
  const needs = (at: number): string[] => (at % 100 === 99 ? [`t${at - 50}`] : []);
  const plan = planOf(many(10_000, (at) => ({ run: ':', writes: ['out/**'], needs: needs(at) })));
  assert.ok(plan.conflicts.length < 500, String(plan.conflicts.length));
});

test('10,000 tasks that only read', { timeout: GENEROUS_MS }, () => {
  assert.ok(tryPlan(many(10_000, () => ({ run: ':', reads: ['**'], resources: { db: 'read' } }))).ok);
});

test('2,000 packages and one that looks at all of them', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(
    many(2_000, (at) =>
      at === 0
        ? { run: ':', reads: ['**/*.ts'], writes: ['report.txt'] }
        : { run: ':', reads: [`packages/p${at}/src/**/*.ts`], writes: [`packages/p${at}/dist/**`] },
    ),
    ['packages/p1/src/a.ts', 'packages/p1/dist/a.ts'],
  );
  assert.is(plan.conflicts.length, 1_999);
  assert.is(plan.conflicts[0]?.witness, 'packages/p1/dist/a.ts');
  assert.is(plan.conflicts[7]?.witness, 'packages/p8/dist/a.ts');
});

test('3,000 packages with odd globs, alike but for their folder', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(
    many(3_000, (at) => ({
      run: ':',
      reads: [`packages/p${at}/src/**/*.{ts,tsx}`, `packages/p${at}/!(dist|out)/**/[a-z]*.json`],
      writes: [`packages/p${at}/dist/**/@(a|b)*.?(m)js`],
    })),
  );
  assert.is(plan.conflicts.length, 0);
});

test('300 odd globs, each unlike the others, that meet in pairs', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(many(300, (at) => ({ run: ':', writes: [`src/**/!(x${at})*.{ts,tsx}`] })));
  assert.equal([conflictCount(plan), plan.conflicts[0]?.witness], [44_850, 'src/a.ts']);
  assert.ok(plan.conflicts.every(({ exact }) => exact));
});

test('lists of many patterns that are all near each other', { timeout: GENEROUS_MS }, () => {
  const list = (at: number): string[] => Array.from({ length: 40 }, (_, index) => `d${index}/t${at}.txt`);
  const plan = planOf(many(1_000, (at) => ({ run: ':', writes: list(at), reads: list(at + 1) })));
  assert.is(plan.conflicts.length, 999);
});

test('10,000 files in folders that a glob names, each of one task', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(many(10_000, (at) => ({ run: ':', writes: [`src/*/f${at}.txt`] })));
  assert.is(plan.conflicts.length, 0);
});

test('lists that are too many to compare each with each other are one error', {
  timeout: GENEROUS_MS,
}, () => {
  const shared = [
    (at: number) => ({ writes: [`{src,a${at}}/**/*x*`] }),
    (at: number) => ({ writes: [`src/*/*${at}.txt`] }),
    (at: number) => (at % 2 ? { reads: [`no/**/a${at}`] } : { writes: [`no/*/b${at}`] }),
    (at: number) => ({ writes: ['out/**'], reads: [`in/${at}`] }),
  ];
  for (const each of shared) {
    const made = tryPlan(many(5_000, (at) => ({ run: ':', ...each(at) })));
    assert.not(made.ok);
    if (made.ok) continue;
    assert.is(made.diagnostics.length, 1);
    assert.match(made.diagnostics[0]?.message ?? '', /^the tasks have too many or too complex patterns/);
    assert.ok(made.diagnostics[0]?.place);
  }
});

test('10,000 tasks that read what nobody writes ask about it once', { timeout: GENEROUS_MS }, () => {
  const plan = planOf(many(10_000, (at) => ({ run: ':', writes: [`src/f${at}.txt`], reads: ['src/*.md'] })));
  assert.is(plan.notes.filter(({ kind }) => kind === 'matches-nothing').length, 10_000);
});
