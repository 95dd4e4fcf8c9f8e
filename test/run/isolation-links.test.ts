/** Links that tasks put into their worktrees lead nowhere for ptask: nothing is placed and nothing removed beyond them. */
import { lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, gitProject } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, tree, write } from '../support/tmp.ts';
import { ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: links');
const SLOW = { timeout: 120_000 };

const isolated = (run: string, writes: string[]) => ({ run, writes, workspace: 'worktree' });

for (const [name, run] of Object.entries({
  'a folder': 'rm -rf pkg/a; ln -s "$PTASK_ROOT/pkg/a" pkg/a',
  'one further up': 'rm -rf pkg; ln -s "$PTASK_ROOT/pkg" pkg',
  'and fails': 'rm -rf pkg/a; ln -s "$PTASK_ROOT/pkg/a" pkg/a; exit 1',
}))
  test(`the user's own link is not removed by way of a link in the place of ${name}`, SLOW, async () => {
    const made = await ground({ '.gitignore': 'node_modules\n', 'pkg/a/x': 'x\n', f: '1\n' });
    write(made.dir, { 'store/modules/m': 'm\n', 'pkg/a/node_modules': { symlink: '../../store/modules' } });
    const ran = await runIn(made.dir, {
      concurrency: 1,
      worktrees: { link: ['pkg/a/node_modules'] },
      tasks: {
        bad: { ...isolated(run, ['pkg/**']), onFailure: 'continue' },
        next: isolated('echo 2 > f', ['f']),
      },
    });
    assert.is(readlinkSync(join(made.dir, 'pkg/a/node_modules')), '../../store/modules', told(ran));
    assert.is(readFileSync(join(made.dir, 'store/modules/m'), 'utf8'), 'm\n');
  });

test('nothing is placed by way of a link that is part of the state', SLOW, async () => {
  const made = await ground({ '.gitignore': '*.log\nlinked\n', 'd/x': 'x\n', f: '1\n' });
  const outside = tempDir();
  write(outside, { 'kept.log': 'mine\n' });
  write(made.dir, { linked: 'l\n', 'd/in.log': 'in\n' });
  const before = tree(outside);
  const ran = await runIn(made.dir, {
    concurrency: 1,
    worktrees: { copy: ['d/*.log'] },
    tasks: {
      logs: isolated('echo made > d/kept.log', ['d/*.log']),
      swaps: { ...isolated(`rm -rf d; ln -s ${outside} d`, ['d', 'd/x']), needs: ['logs'] },
      next: { ...isolated('echo 2 > f; rm -f d/none', ['f', 'd/*.log']), needs: ['swaps'] },
    },
  });
  assert.equal(tree(outside), before, told(ran));
});

test('a worktree that is a link by now is left, and what it leads to too', SLOW, async () => {
  const outside = tempDir();
  write(outside, { keep: 'mine\n' });
  const made = await ground({ f: '1\n' });
  const run = `cp .git ${outside}/.git; cd ..; rm -rf "$PTASK_WORKDIR"; ln -s ${outside} "$PTASK_WORKDIR"`;
  const ran = await runIn(made.dir, { tasks: { t: isolated(run, ['f']) } });
  assert.is(ran.task('t').status, 'failed', told(ran));
  assert.is(readFileSync(join(outside, 'keep'), 'utf8'), 'mine\n');
});

test(
  'neither clean nor a run goes by way of a link in the place of the folder of worktrees',
  SLOW,
  async () => {
    const config = JSON.stringify({
      worktrees: { dir: '../trees', keep: 'failed' },
      tasks: { t: { run: 'exit 1', writes: ['f'], workspace: 'worktree' } },
    });
    const folder = tempDir();
    mkdirSync(join(folder, 'repo'));
    const made = await gitProject({
      config: config.replace('../trees', join(folder, 'trees')),
      files: { f: '1\n' },
    });
    expectCode(await made.ptask('run'), 1);
    const [name = ''] = Object.keys(tree(join(folder, 'trees'))).map((path) => path.split('/')[0]);
    assert.ok(lstatSync(join(folder, 'trees', name)).isDirectory());
    renameSync(join(folder, 'trees', name), join(folder, 'moved'));
    symlinkSync('../moved', join(folder, 'trees', name));
    await made.ptask('clean', '--force');
    assert.ok(exists(folder, 'moved/f'));
  },
);

test(
  'by way of a link into the same tree a task in a worktree has the files, and is no stray',
  SLOW,
  async () => {
    const made = await ground({
      '.gitignore': 'build/\n',
      real: '1\n',
      link: { symlink: 'real' },
      'dir/a': '1\n',
      ln: { symlink: 'dir' },
      out: { symlink: 'build' },
    });
    write(made.dir, { 'build/cached': 'c\n' });
    const ran = await runIn(made.dir, {
      tasks: {
        t: {
          ...isolated('echo 2 > link; echo 2 > ln/b; cat out/cached > out/copy', ['link', 'ln/**', 'out/**']),
          strays: 'error',
        },
      },
    });
    assert.is(ran.report.status, 'complete', told(ran));
    assert.equal(
      ran.task('t').filesChanged.map(({ path }) => path),
      ['build/copy', 'dir/b', 'real'],
    );
    assert.is(readFileSync(join(made.dir, 'build/copy'), 'utf8'), 'c\n');
    assert.is(readlinkSync(join(made.dir, 'link')), 'real');
  },
);
