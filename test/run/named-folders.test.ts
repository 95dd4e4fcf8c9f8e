// A folder written by its name alone is the folder, at every place of a run that asks what a task touches.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { filesOf, ground, runIn } from './isolation-support.ts';
import { runConfig } from './support.ts';

const test = suite('run/named-folders');

const BREAKS = 'echo bad > dist/a.js; echo new > dist/b.js; mkdir -p out/deep; echo 1 > out/deep/x; exit 1';

for (const writes of [['dist', 'out'], ['./dist', 'out/'], ['{dist,out}'], ['dis[t]', '**/out']])
  test(`rollback: ${writes.join(' ')}`, async () => {
    const { dir } = await repo({ files: { 'dist/a.js': 'good\n', 'dist/c/d': '' } });
    const before = filesOf(dir);
    const config = { tasks: { build: { run: BREAKS, writes, onFailure: 'rollback' } } };
    const ran = await runConfig(JSON.stringify(config), { root: dir });
    assert.is(ran.task('build').status, 'rolled-back');
    const now = Object.entries(filesOf(dir)).filter(([path]) => !path.startsWith('.ptask'));
    assert.equal(Object.fromEntries(now), before);
    assert.equal(ran.task('build').strays, []);
  });

test('two tasks that write one folder by its name end as in a sequential run, ignored or not', {
  timeout: 90_000,
}, async () => {
  for (const out of ['made', 'ignored']) {
    const config = {
      tasks: {
        a: { run: `mkdir -p ${out}; echo a > ${out}/a; echo a >> src/log`, writes: [out, 'src'] },
        b: { run: `mkdir -p ${out}; echo b > ${out}/b; echo b >> src/log`, writes: [`./${out}`, 'src/'] },
        c: { run: `cat ${out}/* > all.txt`, reads: [out], writes: ['all.txt'] },
      },
    };
    const trees = [];
    for (const strategy of [undefined, 'sequential'] as const) {
      const { dir } = await ground({ 'src/log': '' });
      const ran = await runIn(dir, config, { strategy });
      assert.is(ran.report.status, 'complete');
      assert.equal(
        ran.report.tasks.flatMap(({ strays }) => strays),
        [],
      );
      trees.push(Object.entries(filesOf(dir)).filter(([path]) => !path.startsWith('.ptask')));
      assert.is(readFileSync(join(dir, 'all.txt'), 'utf8'), 'a\nb\n');
    }
    assert.equal(trees[0], trees[1]);
  }
});

test('`when` and the changes of a task know a folder by its name', async () => {
  const root = tempDir();
  write(root, { 'docs/x/y': '', 'lib/z': '' });
  const { report } = await runConfig(
    `tasks: { a: { run: echo 2 > docs/x/y, writes: [docs] } }
validate:
  - { name: docs, run: 'true', when: { changed: [docs] } }
  - { name: but, run: 'true', when: { changed: ['**', '!docs/x'] } }
  - { name: lib, run: 'true', when: { changed: [lib/] } }`,
    { root },
  );
  assert.equal(report.tasks[0]?.filesChanged, [{ path: 'docs/x/y', change: 'modified' }]);
  assert.equal(
    report.validation.map(({ name, status }) => `${name} ${status}`),
    ['docs passed', 'but skipped', 'lib skipped'],
  );
});
