/** Collisions in every order of finishing, and under random edits: equal ends, and no line lost in silence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Repo } from '../support/git.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: orders');

const ten = Array.from({ length: 10 }, (_, at) => `${at + 1}\n`).join('');
const textOf = (made: Repo, path = 'f'): string => readFileSync(join(made.dir, path), 'utf8');

test('whoever finishes first, three tasks end with the same tree', { timeout: 240_000 }, async () => {
  const orders = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'];
  const trees: string[] = [];
  for (const order of orders) {
    const made = await ground({ f: ten });
    const rig = await puppets();
    const task = (id: string) => ({
      run: [`sed -i '5s/$/ ${id}/; 5a ${id}' f`, `test "$PTASK_ATTEMPT" != 1 || ${rig.command(id)}`],
      writes: ['f'],
    });
    const running = runIn(made.dir, {
      concurrency: 3,
      tasks: { a: task('a'), b: task('b'), c: task('c') },
    });
    const first = await Promise.all([...order].map((id) => rig.nextInvocation(id)));
    for (const puppet of first) await puppet.exit(0);
    // The second and the third collide, and run again on their own.
    const run = await running;
    assert.equal(run.report.integration.merged, ['a', 'b', 'c'], order);
    trees.push(textOf(made));
    await rig.close();
  }
  assert.is(trees[0], ten.replace('5\n', '5 a b c\nc\nb\na\n'));
  assert.equal(new Set(trees).size, 1);
});

test('property: each added line is still there or told to be dropped', { timeout: 600_000 }, async () => {
  const edits = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.constantFrom('insert', 'replace', 'delete')), {
    minLength: 1,
    maxLength: 4,
  });
  const edit = (id: string, list: [number, string][]): string =>
    list
      .map(([line, what], at) => {
        const text = `${id}${at}`;
        const command = { insert: `a ${text}`, replace: `s/.*/${text}/`, delete: 'd' }[what];
        return `sed -i '${line + 1}${command}' f`;
      })
      .join('; ');
  const policy = fc.constantFrom('ours', 'theirs', 'union', 'rerun');
  await fc.assert(
    fc.asyncProperty(edits, edits, policy, async (one, two, onCollision) => {
      const made = await ground({ f: ten });
      const task = (id: string, list: [number, string][]) => ({
        // What it adds is told, in order to compare with what is there.
        run: [edit(id, list), `cp f ignored-${id}.log`],
        writes: ['f', `ignored-${id}.log`],
      });
      const run = await runIn(made.dir, { onCollision, tasks: { a: task('a', one), b: task('b', two) } });
      assert.is(run.report.status, 'complete', told(run));
      const there = textOf(made).split('\n');
      const dropped = run.report.integration.conflicts.flatMap(({ discarded }) =>
        discarded.flatMap(({ lines }) => lines),
      );
      if (onCollision === 'rerun') return;
      for (const id of ['a', 'b'])
        for (const line of textOf(made, `ignored-${id}.log`)
          .split('\n')
          .filter((each) => each.startsWith(id)))
          assert.ok(
            there.includes(line) || dropped.includes(line),
            `${line} is lost in silence: ${told(run)}`,
          );
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 6) },
  );
});
