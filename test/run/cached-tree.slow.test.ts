/**
 * The promise of the cache: whatever was edited since, and whatever has become of the cache, a run that takes results from it ends with
 * the tree of one that runs everything. Random tasks with honest declarations, random edits, random damage.
 */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { deeds, edit, edits, harm, taskOf } from './cached-tree-deeds.ts';
import { assertSame, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/cached-tree');

const START = {
  'src/a/one': 'one\n',
  'src/a/two': 'todo\n',
  'src/b/three': 'three\n',
  'lib/four': 'four\n',
  'docs/five': 'five\n',
  'docs/six.tmp': 'six\n',
};

const template = await ground({ ...START, '.gitignore': 'out/\n*.log\n' });

function copyOf(parent: string, name: string): string {
  const dir = join(parent, name);
  mkdirSync(parent, { recursive: true });
  cpSync(template.dir, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return dir;
}

const treeOf = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !/^\.(git|ptask)(\/|$)/.test(path)));

interface Case {
  deeds: Parameters<typeof taskOf>[2];
  steps: { edits: Parameters<typeof edit>[1]; harm: number | null; other: boolean }[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  deeds,
  steps: fc.array(fc.record({ edits, harm: fc.option(fc.nat(100_000), { freq: 2 }), other: fc.boolean() }), {
    minLength: 2,
    maxLength: 5,
  }),
});

const count = { cases: 0, runs: 0, hits: 0, misses: 0 };

async function check({ deeds: all, steps }: Case): Promise<void> {
  const parent = tempDir();
  const [plain, cached, other] = ['plain', 'cached', 'other'].map((name) => copyOf(parent, name)) as [
    string,
    string,
    string,
  ];
  const store = join(parent, 'store');
  const tasks = Object.fromEntries(all.map((deed, index) => [`t${index}`, taskOf(deed, index, all)]));
  const config = { cache: { dir: store }, tasks };
  const plainStore = { cache: { dir: join(parent, 'unused') }, tasks };
  const pending: Parameters<typeof edit>[1][] = [];
  for (const step of [{ edits: [], harm: null, other: false }, ...steps]) {
    for (const dir of [plain, cached]) edit(dir, step.edits, START);
    pending.push(step.edits);
    if (step.harm !== null) harm(store, step.harm);
    const concurrency = { kind: 'count', count: 3 } as const;
    const expected = await runIn(plain, plainStore, { concurrency, cache: { reads: false, writes: false } });
    const run = await runIn(cached, config, { concurrency });
    const states = (of: typeof run) => of.report.tasks.map(({ id, status }) => `${id} ${status}`);
    const about = () =>
      `${JSON.stringify({ all, steps })}\n${JSON.stringify(run.events.filter(({ type }) => type === 'task-looked-up'))}\n${told(run)}`;
    assert.equal(states(run), states(expected), about());
    assertSame(treeOf(cached), treeOf(plain), about);
    assert.equal(
      run.report.tasks.map(({ outputs }) => outputs),
      expected.report.tasks.map(({ outputs }) => outputs),
      about(),
    );
    count.runs += 1;
    for (const event of run.events) {
      if (event.type !== 'task-looked-up') continue;
      if (event.cached.hit) count.hits += 1;
      else count.misses += 1;
    }
  }
  count.cases += 1;
  void other;
  void pending;
  void readdirSync;
}

test('property: a run with the cache ends with the tree of one without it', {
  timeout: 3_600_000,
}, async () => {
  const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 40);
  const seed = process.env.PTASK_TEST_SEED;
  await fc.assert(fc.asyncProperty(cases, check), {
    numRuns,
    includeErrorInReport: true,
    endOnFailure: process.env.PTASK_TEST_SHRINK === undefined,
    ...(seed !== undefined && { seed: Number(seed) }),
  });
  console.log(`${count.cases} cases, ${count.runs} runs, ${count.hits} hits, ${count.misses} misses`);
  assert.ok(count.hits > count.runs / 4, 'hardly anything came from the cache');
});
