// What a task is to write by way of a symbolic link is kept, put back, and told as what it is: the file that the link leads to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reachOf } from '../../src/plan/reach.ts';
import { expectCode, gitProject, type Project, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';
import { tempDir, tree, type Written, write } from '../support/tmp.ts';

const test = suite('run/links');
const SLOW = { timeout: 120_000 };

const FILES: Record<string, Written> = {
  'real.txt': 'before\n',
  other: 'of somebody else\n',
  'dir/one': { content: '1\n', mode: 0o640 },
  'dir/two': '2\n',
  'dir/deep': { symlink: '../o' },
  'o/x': 'x\n',
  link: { symlink: 'real.txt' },
  again: { symlink: 'link' },
  ln: { symlink: 'dir' },
  gone: { symlink: 'not-yet' },
};

/** What is declared, and what is done. */
const DEEDS: Record<string, [writes: string[], run: string]> = {
  'a link to a file': [['link'], 'echo after > link'],
  'a link to where there is nothing': [['gone'], 'echo after > gone'],
  'a chain of them': [['again'], 'echo after > again'],
  'a link to a folder': [
    ['ln/**'],
    'echo after > ln/one; rm ln/two; echo 3 > ln/three; mkdir ln/new; echo > ln/new/x; chmod 600 ln/one',
  ],
  'a link to a folder by its name': [['ln'], 'echo after > ln/one'],
  'one file beyond it': [['ln/two', 'ln/new'], 'echo after > ln/two; echo > ln/new'],
  'a link beyond a link': [['ln/deep/*'], 'echo after > ln/deep/x; echo > dir/deep/y'],
  'but for what is excluded': [['ln/*', '!ln/two'], 'echo after > ln/one'],
  'a link that goes, and what it led to': [['link'], 'echo after > real.txt; rm link real.txt'],
  'a link that leads elsewhere now': [['link'], 'echo after > link; ln -sfn other link'],
  'a folder that leads elsewhere now': [['ln/**'], 'echo after > ln/one; rm ln; ln -s o ln'],
};

const seen = (dir: string) =>
  Object.fromEntries(Object.entries(tree(dir)).filter(([path]) => !path.startsWith('.ptask/')));

async function made(config: object, hasGit: boolean): Promise<Project> {
  const written = { config: JSON.stringify(config), files: FILES };
  return hasGit ? gitProject(written) : project(written);
}

for (const [name, [writes, run]] of Object.entries(DEEDS)) {
  test(`rolled back and undone: ${name}`, SLOW, async () => {
    for (const hasGit of name === 'a link to a file' ? [true, false] : [false]) {
      const task = { writes, strays: 'error' };
      const failing = await made(
        { tasks: { t: { ...task, run: `${run}; exit 1`, onFailure: 'rollback' } } },
        hasGit,
      );
      const before = seen(failing.dir);
      expectCode(await failing.ptask('run'), 1);
      assert.equal(seen(failing.dir), before, 'rolled back');
      const whole = await made({ tasks: { t: { ...task, run } } }, hasGit);
      expectCode(await whole.ptask('run'), 0);
      assert.not.equal(seen(whole.dir), {
        ...before,
        'parallel.config.yaml': seen(whole.dir)['parallel.config.yaml'],
      });
      expectCode(await whole.ptask('undo'), 0);
      assert.equal(
        { ...seen(whole.dir), 'parallel.config.yaml': '' },
        { ...before, 'parallel.config.yaml': '' },
        'undone',
      );
    }
  });
}

test('what is changed by way of a link is told by its own name, and by nobody as a stray', SLOW, async () => {
  const { ptask } = await made(
    { tasks: { t: { run: 'echo after > link; echo 3 > ln/three', writes: ['link', 'ln/**'] } } },
    true,
  );
  const [task] = JSON.parse((await ptask('run', '--json')).stdout).tasks;
  assert.equal(task.filesChanged, [
    { path: 'dir/three', change: 'created' },
    { path: 'real.txt', change: 'modified' },
  ]);
  assert.equal(task.strays, []);
});

test('a run that is aborted puts it back, and so does the next command after a kill', SLOW, async () => {
  const aborted = await made(
    {
      tasks: {
        a: { run: 'echo after > link', writes: ['link'] },
        b: { run: 'exit 1', needs: ['a'], onFailure: 'abort' },
      },
    },
    true,
  );
  expectCode(await aborted.ptask('run'), 1);
  assert.is(readFileSync(join(aborted.dir, 'real.txt'), 'utf8'), 'before\n');
  const killed = await made(
    { tasks: { a: { run: 'echo after > ln/one; sleep 100', writes: ['ln/*'] } } },
    true,
  );
  const one = () => readFileSync(join(killed.dir, 'dir/one'), 'utf8');
  const running = killed.start('run');
  while (one() !== 'after\n') await sleep(20);
  running.kill('SIGKILL');
  while (isAlive(running.pid)) await sleep(20);
  await killed.ptask('clean');
  // What holds its output open, the task, is gone now as well.
  await running.result;
  assert.is(one(), '1\n');
});

test('resume: what a link leads to is what has changed', SLOW, async () => {
  const { ptask, dir } = await made(
    {
      strategy: 'sequential',
      tasks: {
        reads: { run: 'cat link', reads: ['link'] },
        writes: { run: 'echo after > ln/one', writes: ['ln/one'] },
        fails: { run: 'exit 1', needs: ['reads', 'writes'] },
      },
    },
    true,
  );
  const ran = async (): Promise<string[]> => {
    const { tasks } = JSON.parse((await ptask('run', '--resume', '--json')).stdout) as {
      tasks: { id: string; attempts: number }[];
    };
    return tasks.filter(({ attempts }) => attempts > 0).map(({ id }) => id);
  };
  assert.equal(await ran(), ['reads', 'writes', 'fails']);
  assert.equal(await ran(), ['fails']);
  write(dir, { 'real.txt': 'another\n' });
  assert.equal(await ran(), ['reads', 'fails']);
  write(dir, { 'dir/one': 'another\n' });
  assert.equal(await ran(), ['writes', 'fails']);
});

test('a validation step that is for changes is for those by way of a link', SLOW, async () => {
  const { ptask } = await made(
    {
      tasks: { t: { run: 'echo after > real.txt', writes: ['real.txt'] } },
      validate: [
        { name: 'link', run: 'true', when: { changed: ['link'] } },
        { name: 'other', run: 'true', when: { changed: ['ln/**'] } },
      ],
    },
    false,
  );
  const { validation } = JSON.parse((await ptask('run', '--json')).stdout) as {
    validation: { name: string; status: string }[];
  };
  assert.equal(
    validation.map(({ name, status }) => [name, status]),
    [
      ['link', 'passed'],
      ['other', 'skipped'],
    ],
  );
});

/** Somebody puts a link in the place of a folder while the task goes on. */
const SWAPPED: Record<string, object> = {
  'rolled back': { run: 'echo after > src/a; SWAP; exit 1', onFailure: 'rollback' },
  'merged from a worktree': {
    run: 'test -L src || echo after > src/a; cd "$PTASK_ROOT"; test -L src || { SWAP; }',
    workspace: 'worktree',
  },
};
for (const [name, task] of Object.entries(SWAPPED))
  test(`nothing is ${name} by way of a link in the place of a folder`, SLOW, async () => {
    const mine = tempDir();
    write(mine, { a: 'mine\n', b: 'mine\n' });
    const swap = `mv src src-was; ln -s ${mine} src`;
    const config = JSON.stringify({ tasks: { t: { writes: ['src/**'], ...task } } }).replace('SWAP', swap);
    const { ptask, dir } = await gitProject({ config, files: { 'src/a': 'before\n' } });
    await ptask('run');
    assert.equal(tree(mine), { a: 'mine\n', b: 'mine\n' });
    await ptask('undo');
    assert.equal(tree(mine), { a: 'mine\n', b: 'mine\n' });
    assert.match(readFileSync(join(dir, 'src-was/a'), 'utf8'), /before|after/);
  });

test('packages that are linked into node_modules are not reached but by their name', () => {
  const root = tempDir();
  write(root, {
    'packages/a/src': '',
    'node_modules/a': { symlink: '../packages/a' },
    'node_modules/.bin/a': { symlink: '../../packages/a/src' },
    'dist/a': { symlink: '../packages/a' },
  });
  assert.equal(reachOf(root, ['node_modules/**']), [['node_modules/**']]);
  assert.equal(reachOf(root, ['node_modules']), [['node_modules']]);
  assert.equal(reachOf(root, ['node_modules/a/*']), [['node_modules/a/*'], ['packages/a/*']]);
  assert.equal(reachOf(root, ['dist/**']), [['dist/**'], ['packages/a/**']]);
});

test('what is outside of the root, leads nowhere or in circles is not reached', () => {
  const root = tempDir();
  write(root, {
    a: '',
    loop: { symlink: '.' },
    out: { symlink: '/etc' },
    none: { symlink: 'x/y' },
    self: { symlink: 'self' },
  });
  for (const list of [['out/**'], ['none'], ['self'], ['a'], ['**']])
    assert.equal(reachOf(root, list), [list]);
  assert.equal(reachOf(root, []), []);
  assert.equal(reachOf(root, ['loop/a']), [['loop/a'], ['a/**']]);
  write(root, { near: { symlink: 'x' }, far: { symlink: 'near' } });
  assert.equal(reachOf(root, ['far']), [['far'], ['x']]);
});
