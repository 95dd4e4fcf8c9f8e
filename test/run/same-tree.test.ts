import fc from 'fast-check';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree, write } from '../support/tmp.ts';
import { runConfig } from './support.ts';

const test = suite('run/same-tree');

const FILES = ['a', 'b', 'c', 'd/e', 'd/f'];

interface Work {
  reads: string[];
  writes: string[];
  snapshotReads: boolean;
}

/** Each task writes, into every file it declares, what it finds in all that it reads and in that file itself. */
const script = ({ reads, writes }: Work, id: string): string =>
  [
    `seen=$(cat ${reads.join(' ')} /dev/null 2>/dev/null | cksum)`,
    ...writes.map(
      (file) => `old=$(cat ${file} 2>/dev/null | cksum); mkdir -p d; echo "${id} $seen $old" >> ${file}`,
    ),
  ].join('; ');

const works = fc.array(
  fc.record({
    reads: fc.subarray(FILES, { maxLength: 2 }),
    writes: fc.subarray(FILES, { maxLength: 2 }),
    snapshotReads: fc.constant(false),
  }),
  { minLength: 2, maxLength: 6 },
);

const configOf = (tasks: Work[]): string =>
  JSON.stringify({
    concurrency: 4,
    tasks: Object.fromEntries(
      tasks.map((work, index) => [`t${index}`, { ...work, run: script(work, `t${index}`) }]),
    ),
  });

async function treeAfter(tasks: Work[], strategy: 'auto' | 'sequential'): Promise<Record<string, string>> {
  const root = tempDir();
  write(root, { a: '1\n', 'd/e': '2\n' });
  const { report } = await runConfig(configOf(tasks), { root, strategy });
  assert.is(report.status, 'complete');
  return tree(root, { skip: ['.ptask'] }) as Record<string, string>;
}

test('property: a parallel run ends with the same tree as the sequential one', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(works, async (tasks) => {
      assert.equal(await treeAfter(tasks, 'auto'), await treeAfter(tasks, 'sequential'));
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 25) },
  );
});
