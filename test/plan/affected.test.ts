// Which tasks changed files affect.

import fc from 'fast-check';
import type { ChosenBecause } from '../../src/model/plan.ts';
import { conflictsOf, edgesOf } from '../../src/model/task-pairs.ts';
import { affectedTasks } from '../../src/plan/affected.ts';
import { Identity } from '../../src/plan/canonical-path.ts';
import { matcher } from '../../src/plan/patterns/index.ts';
import { assert, suite } from '../support/suite.ts';
import { configOf, NO_WORKTREES, planNow } from './support.ts';

const test = suite('plan/affected');

/**
 * @param isolates as in a repository, where tasks that write the same work in worktrees
 * @param readsOnly as `ptask watch` asks
 */
function affected(
  yaml: string,
  paths: string[],
  isolates = false,
  readsOnly = false,
): Map<string, ChosenBecause> {
  const config = configOf(yaml);
  const plan = planNow(config, isolates ? {} : { isolation: NO_WORKTREES });
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  const lists = config.tasks.flatMap(({ reads, writes }) => [reads, writes]);
  const identity = new Identity({ ignoreCase: false, links: [], fileLinks: [] }, lists);
  return affectedTasks({ config, plan: plan.value, paths, identity, readsOnly });
}

const told = (found: ReadonlyMap<string, ChosenBecause>): string[] =>
  [...found].map(([id, because]) => [id, ...Object.values(because)].join(' ')).sort();

/** gen → build → test, and lint beside them. */
const CHAIN = `
tasks:
  gen: { run: x, reads: [schema/**], writes: [gen/**] }
  build: { run: x, reads: [src/**, gen/**], writes: [dist/**] }
  test: { run: x, reads: [test/**], needs: build, writes: [] }
  lint: { run: x, reads: [src/**, '!src/vendor/**'], writes: [] }
  all: { needs: [test, lint] }
  loose: { run: x }
`;

test('where only reads count: not who writes a changed file, nor of whom nobody knows what it reads', () => {
  assert.equal(told(affected(CHAIN, ['dist/x', 'src/vendor/x'], false, true)), [
    'build changed src/vendor/x reads',
    'test follows build',
  ]);
  assert.equal(told(affected(CHAIN, ['dist/x'], false, true)), []);
});

test('what reads or writes a changed file, and what comes after', () => {
  assert.equal(told(affected(CHAIN, ['schema/a'])), [
    'build follows gen',
    'gen changed schema/a reads',
    'loose undeclared',
    'test follows build',
  ]);
  assert.equal(told(affected(CHAIN, ['src/vendor/x', 'test/t'])), [
    'build changed src/vendor/x reads',
    'loose undeclared',
    'test changed test/t reads',
  ]);
  assert.equal(told(affected(CHAIN, ['dist/x'])), [
    'build changed dist/x writes',
    'loose undeclared',
    'test follows build',
  ]);
  assert.equal(told(affected(CHAIN, ['docs/x'])), ['loose undeclared']);
  assert.equal(told(affected(CHAIN, [])), []);
});

test('the config, its dotenv files and what is installed choose all that do something', () => {
  const all = ['build', 'gen', 'lint', 'loose', 'test'];
  for (const path of [
    'parallel.config.yaml',
    'package-lock.json',
    'web/yarn.lock',
    '../pnpm-lock.yaml',
    '../../go.sum',
    '.env',
  ])
    assert.equal(
      told(affected(`dotenv: .env\n${CHAIN}`, [path])),
      all.map((id) => `${id} all ${path}`),
      path,
    );
  for (const path of ['../web/yarn.lock', 'lock', 'x/parallel.config.yaml', 'yarn.lock.bak', '../src/x'])
    assert.equal(told(affected(CHAIN, [path])), ['loose undeclared'], path);
});

test('who writes the same file later comes after, in worktrees too', () => {
  const yaml = `
tasks:
  one: { run: x, reads: [a], writes: [out] }
  two: { run: x, reads: [b], writes: [out] }
`;
  for (const isolates of [true, false]) {
    assert.equal(told(affected(yaml, ['a'], isolates)), ['one changed a reads', 'two follows one']);
    assert.equal(told(affected(yaml, ['b'], isolates)), ['two changed b reads']);
  }
});

test('what the results of cached tasks depend on beside their reads', () => {
  const yaml = `
cache: { reads: [tsconfig.json] }
tasks:
  on: { run: x, reads: [a], writes: [], cache: { reads: [own.json] } }
  off: { run: x, reads: [a], writes: [], cache: false }
`;
  assert.equal(told(affected(yaml, ['tsconfig.json'])), ['on changed tsconfig.json reads']);
  assert.equal(told(affected(yaml, ['own.json'])), ['on changed own.json reads']);
});

test('a repository of its own may have changed in any file', () => {
  const yaml = `
tasks:
  inside: { run: x, reads: ['sub/src/*.c'], writes: [] }
  folder: { run: x, reads: [sub], writes: [] }
  beside: { run: x, reads: ['subs/**'], writes: [] }
`;
  assert.equal(told(affected(yaml, ['sub/'])), ['folder changed sub/ reads', 'inside changed sub/ reads']);
});

test('names differ in case, or are links, as the disk has it', () => {
  const config = configOf('tasks: { a: { run: x, reads: [Src/**, web/lib/**], writes: [] } }\n');
  const plan = { edges: [], conflicts: [] };
  const links = [{ link: 'web/lib', target: 'lib' }];
  const identity = new Identity({ ignoreCase: true, links, fileLinks: [] }, [['Src/**', 'web/lib/**']]);
  for (const path of ['src/X', 'SRC/x', 'lib/y', 'Lib/Y'])
    assert.is(affectedTasks({ config, plan, paths: [path], identity }).size, 1, path);
});

const FILES = ['a', 'b', 'd/a', 'd/b', 'd/e/a', 'f'];
const glob = fc.constantFrom('a', 'b', 'd', 'd/*', 'd/**', '*', '**/a', '!d/b', 'f', '{a,b}', 'd/e/*');
/** Not of exceptions alone, which a config may not have. */
const globs = fc
  .uniqueArray(glob, { maxLength: 2 })
  .filter((list) => list.length === 0 || list.some((each) => !each.startsWith('!')));
const drawn = fc.array(fc.record({ reads: globs, writes: globs, needs: fc.nat(9), isGroup: fc.nat(5) }), {
  minLength: 1,
  maxLength: 6,
});

test('as trying each file with each task says, and nothing that comes after is forgotten', () => {
  fc.assert(
    fc.property(drawn, fc.uniqueArray(fc.constantFrom(...FILES)), fc.boolean(), (all, changed, isolates) => {
      const tasks = all.map(({ reads, writes, needs, isGroup }, at) => ({
        id: `t${at}`,
        needs: needs < at ? [`t${needs}`] : [],
        ...(isGroup === 0 && needs < at ? { reads: [], writes: [] } : { run: 'x', reads, writes }),
      }));
      const yaml = JSON.stringify({ tasks: Object.fromEntries(tasks.map(({ id, ...task }) => [id, task])) });
      const found = affected(yaml, changed.sort(), isolates);
      const plan = planNow(configOf(yaml), isolates ? {} : { isolation: NO_WORKTREES });
      assert.ok(plan.ok);
      if (!plan.ok) return;
      const touches = (lists: string[][]) => (path: string) =>
        lists.some((list) => list.length > 0 && matcher(list)(path));
      const hit = new Set(
        tasks.filter(({ reads, writes }) => changed.some(touches([reads, writes]))).map(({ id }) => id),
      );
      // All that follows, by trying every pair until nothing is new.
      const pairs = [
        ...Array.from(edgesOf(plan.value), ({ from, to }) => [from, to] as const),
        ...Array.from(conflictsOf(plan.value)).flatMap(({ tasks: pair, kind, resolution }) =>
          kind === 'write-write' && resolution === 'isolate' ? [pair] : [],
        ),
      ];
      for (let size = -1; size !== hit.size; ) {
        size = hit.size;
        for (const [from, to] of pairs) if (hit.has(from)) hit.add(to);
      }
      const expected = tasks.filter((task) => 'run' in task && hit.has(task.id)).map(({ id }) => id);
      assert.equal([...found.keys()].sort(), expected);
      // Whoever is left out runs before, or touches nothing that these write.
      const before = new Set(pairs.map((pair) => pair.join(' ')));
      for (const { id, writes } of tasks.filter(({ id }) => found.has(id)))
        for (const other of tasks.filter((task) => 'run' in task && !found.has(task.id))) {
          const shared = FILES.filter(touches([writes])).filter(touches([other.reads, other.writes]));
          if (shared.length > 0)
            assert.ok(before.size > 0 && isBefore(pairs, other.id, id), `${other.id} and ${id}`);
        }
    }),
    { numRuns: 400 },
  );
});

function isBefore(
  pairs: readonly (readonly [string, string] | readonly string[])[],
  first: string,
  second: string,
): boolean {
  return pairs.some(
    ([from, to]) => from === first && (to === second || isBefore(pairs, to as string, second)),
  );
}
