import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '../support/suite.ts';
import { areBeside, copyOf, isBefore, phasesOf } from './example.ts';

const test = suite('conflicts');

test('both pairs are found by their patterns, with a path that does not exist as witness', async () => {
  const example = copyOf('conflicts');
  const plan = await example.plan();
  assert.is(plan.strategy.letter, 'C');
  assert.equal(phasesOf(plan), [
    ['bundle', 'assets'],
    ['banner', 'icons'],
  ]);
  const found = plan.conflicts.map(({ tasks, kind, patterns, resolution, files, exact }) => ({
    ...{ tasks, kind, patterns, resolution, exact },
    files: files.count,
  }));
  const pair = { kind: 'write-write', resolution: 'order', exact: true, files: 0 };
  assert.equal(found, [
    { tasks: [['bundle'], ['banner']], patterns: ['dist/app.js', 'dist/app.js'], ...pair },
    { tasks: [['assets'], ['icons']], patterns: ['dist/**', 'dist/icons/*.svg'], ...pair },
  ]);
  assert.is(plan.conflicts[0]?.witness, 'dist/app.js');
  assert.match(plan.conflicts[1]?.witness ?? '', /^dist\/icons\/[^/]*\.svg$/);
});

test('after a run the witness is a file that is there', async () => {
  const example = copyOf('conflicts');
  await example.run(0);
  const plan = await example.plan();
  assert.is(plan.conflicts[1]?.witness, 'dist/icons/dot.svg');
  assert.is(plan.conflicts[1]?.files.count, 1);
});

test('the writers take turns in the order of declaration, the pairs run beside each other', async () => {
  const example = copyOf('conflicts');
  const report = await example.run(0);
  assert.ok(isBefore(report, 'bundle', 'banner'));
  assert.ok(isBefore(report, 'assets', 'icons'));
  assert.ok(areBeside(report, 'bundle', 'assets'));
  assert.is(example.read('dist/app.js'), '// Free to use.\nexport const one = 1;\nexport const two = 2;\n');
  assert.is(example.read('dist/robots.txt'), 'User-agent: *\n');
  assert.match(example.read('dist/icons/dot.svg') ?? '', '<svg>');
});

test('the policy error refuses the plan with both places, and nothing runs', async () => {
  const example = copyOf('conflicts');
  for (const command of ['plan', 'run']) {
    const refused = await example.ptask(command, '--config', 'error.config.yaml');
    assert.is(refused.code, 2);
    assert.match(refused.stderr, '`bundle` and `banner` both write dist/app.js');
    // Both places: the later one with its text, the earlier one beside it.
    assert.match(refused.stderr, /error\.config\.yaml:16:\d+/);
    assert.match(refused.stderr, /error\.config\.yaml:10:\d+/);
    assert.match(refused.stderr, '`bundle` writes `dist/app.js`');
    assert.match(refused.stderr, '`assets` and `icons` both write dist/icons/');
  }
  assert.not.ok(existsSync(join(example.dir, 'dist')));
});

test('the two configs have the same tasks', async () => {
  const example = copyOf('conflicts');
  const lists = [];
  for (const config of ['parallel.config.yaml', 'error.config.yaml'])
    lists.push((await example.ptask('list', '--json', '--config', config)).stdout);
  assert.is(lists[0], lists[1]);
  assert.match(lists[0] ?? '', '"bundle"');
});
