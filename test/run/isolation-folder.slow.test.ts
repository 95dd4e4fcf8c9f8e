/** An isolated task finds what it would find in the user's folder, and what it leaves arrives as if it had worked there. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { assertNothingLeft, filesOf, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: the folder');

const other = { run: 'echo o >> src/other.txt', writes: ['src/**'] };

/** All folders but git's and ours. */
function foldersOf(dir: string, folder = ''): string[] {
  return readdirSync(join(dir, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['.git', '.ptask'].includes(entry.name))
    .flatMap(({ name }) => [join(folder, name), ...foldersOf(dir, join(folder, name))])
    .sort();
}

/** The same in a copy, in order: the same files and folders. */
async function asInOrder(made: Repo, config: object) {
  const copy = join(tempDir(), 'repo');
  execFileSync('cp', ['-a', made.dir, copy]);
  const inOrder = await runIn(copy, config, { strategy: 'sequential' });
  const ran = await runIn(made.dir, config);
  assert.is(inOrder.report.status, 'complete', told(inOrder));
  assert.is(ran.report.status, 'complete', told(ran));
  assert.equal(filesOf(made.dir), filesOf(copy));
  assert.equal(foldersOf(made.dir), foldersOf(copy));
  await assertNothingLeft(made);
  return ran;
}

/** As the command does: it wants a config on the disk. */
function undo(dir: string): void {
  write(dir, { 'parallel.config.yaml': '{ tasks: { t: { run: "true" } } }' });
  const undone = spawnSync(process.execPath, [ptaskBin, 'undo'], {
    cwd: dir,
    env: hermeticEnv(),
    encoding: 'utf8',
  });
  rmSync(join(dir, 'parallel.config.yaml'));
  assert.is(undone.status, 0, undone.stderr + undone.stdout);
}

const old = (path: string, seconds = 1_600_000_000): void => utimesSync(path, seconds, seconds);

test('an ignored folder without a file in it is nothing to be missed', async () => {
  const made = await ground({ 'src/other.txt': '' });
  const run = 'mkdir -p ignored/x/y; echo t > src/t';
  const ran = await runIn(made.dir, { tasks: { t: { run, writes: ['src/**'] }, other } });
  assert.equal(ran.report.cleanup.problems, [], told(ran));
  assert.is(readFileSync(join(made.dir, 'src/t'), 'utf8'), 't\n');
});

test("make decides by the times that files have in the user's folder, tracked or ignored", {
  timeout: 60_000,
}, async () => {
  for (const ignored of ['', 'gen/\n']) {
    const makefile = 'gen/%.out: %.src\n\tcp $< $@\n';
    const files = { Makefile: makefile, 'x.src': 'old\n', 'y.src': 'old\n', '.gitignore': ignored };
    const made = await ground(files);
    write(made.dir, { 'gen/x.out': 'old\n', 'gen/y.out': 'old\n', 'src/other.txt': '' });
    await made.commit({});
    for (const path of ['gen/x.out', 'gen/y.out']) old(join(made.dir, path), 1_600_000_001);
    write(made.dir, { 'x.src': 'new\n', 'y.src': 'new\n' });
    // Edited after the last build, but long ago.
    for (const path of ['x.src', 'y.src']) old(join(made.dir, path), 1_600_000_002);
    const task = (name: string) => ({
      run: `make gen/${name}.out`,
      reads: [`${name}.src`],
      writes: ['gen/**'],
      workspace: 'worktree',
    });
    await asInOrder(made, { tasks: { x: task('x'), y: task('y') } });
    for (const path of ['gen/x.out', 'gen/y.out'])
      assert.is(readFileSync(join(made.dir, path), 'utf8'), 'new\n', `${path}, ${ignored || 'tracked'}`);
    assert.is(spawnSync('make', ['-q', 'gen/x.out', 'gen/y.out'], { cwd: made.dir }).status, 0);
  }
});

test('what was touched is younger, what was not is as old as before', { timeout: 60_000 }, async () => {
  const made = await ground({ 'src/stamp': '', 'src/keep': 'k', 'src/other.txt': '' });
  for (const name of ['stamp', 'keep', 'other.txt']) old(join(made.dir, 'src', name));
  await asInOrder(made, { tasks: { t: { run: 'touch src/stamp', writes: ['src/**'] }, other } });
  assert.ok(statSync(join(made.dir, 'src/stamp')).mtimeMs > 1_700_000_000_000);
  assert.is(statSync(join(made.dir, 'src/keep')).mtimeMs, 1_600_000_000_000);
});

test('what is put back is as old as before: rolled back, aborted, undone; also where only the time was changed', {
  timeout: 60_000,
}, async () => {
  for (const [onFailure, workspace] of [
    ['rollback', 'shared'],
    ['abort', 'shared'],
    ['continue', 'shared'],
    ['continue', 'worktree'],
  ] as const) {
    const made = await ground({ 'src/a': 'a', 'src/b': 'b' });
    for (const name of ['a', 'b']) old(join(made.dir, 'src', name));
    const fails = onFailure === 'continue' ? '' : '; false';
    const config = {
      onFailure,
      tasks: { t: { run: `echo x >> src/a; touch src/b${fails}`, writes: ['src/**'], workspace } },
    };
    await runIn(made.dir, config);
    if (onFailure === 'continue') {
      assert.is(readFileSync(join(made.dir, 'src/a'), 'utf8'), 'ax\n');
      undo(made.dir);
    }
    assert.is(readFileSync(join(made.dir, 'src/a'), 'utf8'), 'a');
    for (const name of ['a', 'b'])
      assert.is(
        statSync(join(made.dir, 'src', name)).mtimeMs,
        1_600_000_000_000,
        `${name}, ${onFailure} ${workspace}`,
      );
  }
});

test('folders are part of the state: empty, with ignored files only, made, emptied, taken away', {
  timeout: 60_000,
}, async () => {
  const made = await ground({
    'full/a': '1',
    'full/b': '1',
    'src/other.txt': '',
    '.gitignore': '*.log\nout/\n',
  });
  write(made.dir, { 'logs/x.log': 'x' });
  for (const folder of ['hollow/in/side', 'out/deep', 'goes'])
    mkdirSync(join(made.dir, folder), { recursive: true });
  await asInOrder(made, {
    tasks: {
      prep: { run: 'mkdir -p made/by', writes: ['made/**'], workspace: 'worktree' },
      a: {
        run: 'echo a > made/by/a; echo a > hollow/in/side/a',
        needs: ['prep'],
        writes: ['made/**', 'hollow/**'],
      },
      b: {
        run: 'echo b > made/by/b; echo b > logs/b; rmdir goes',
        needs: ['prep'],
        writes: ['made/**', 'logs/**', 'goes/**'],
      },
      c: { run: 'rm full/*; echo c > out/deep/c', needs: ['prep'], writes: ['full/**', 'made/**', 'out/**'] },
    },
  });
  assert.ok(statSync(join(made.dir, 'full')).isDirectory());
  assert.not.ok(existsSync(join(made.dir, 'goes')));
});

test('branches: a folder that a task has made is there for those after it', { timeout: 60_000 }, async () => {
  const made = await ground({ 'src/other.txt': '' });
  const config = {
    integrate: 'branches',
    tasks: {
      prep: { run: 'mkdir -p out', writes: ['out/**'] },
      a: { run: 'echo a > out/a', needs: ['prep'], writes: ['out/**'] },
    },
  };
  const ran = await runIn(made.dir, config);
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(await made.git('show', 'task/a:out/a'), 'a');
});

test('a repository that a task makes arrives whole, ignored or not, and goes again when undone', {
  timeout: 60_000,
}, async () => {
  for (const ignored of ['', 'apps/\n']) {
    const made = await ground({ 'src/other.txt': '', '.gitignore': ignored });
    const scaffold = {
      run: 'mkdir -p apps/web/none && cd apps/web && git init -q && echo x > index.js && git add . && git commit -qm x',
      writes: ['apps/**', 'src/**'],
    };
    const ran = await runIn(made.dir, { tasks: { scaffold, other } });
    assert.is(ran.report.status, 'complete', told(ran));
    assert.is(readFileSync(join(made.dir, 'apps/web/index.js'), 'utf8'), 'x\n');
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: join(made.dir, 'apps/web'), env: hermeticEnv(), encoding: 'utf8' });
    assert.match(git('log', '--oneline'), /x/);
    assert.is(git('status', '--porcelain'), '');
    // Who may write in it now takes his turn in the user's folder.
    const more = {
      run: 'cd apps/web && echo y >> index.js && git commit -qam y',
      writes: ['apps/**', 'src/**'],
    };
    const again = await runIn(made.dir, { tasks: { more, other } });
    assert.is(again.report.status, 'complete', told(again));
    if (ignored === '') assert.match(git('log', '--oneline'), /y\n/);
  }
});

test('so does one in which nothing is committed yet: git knows it by its empty folders', async () => {
  for (const init of ['git init -q', 'git init -q --bare .', 'git init -q; mkdir .git/worktrees']) {
    const made = await ground({ 'src/other.txt': '' });
    const run = `mkdir -p apps/web && cd apps/web && ${init} && echo x > index.js`;
    const ran = await runIn(made.dir, { tasks: { scaffold: { run, writes: ['apps/**', 'src/**'] }, other } });
    assert.is(ran.report.status, 'complete', told(ran));
    const top = execFileSync('git', ['rev-parse', '--git-dir'], {
      ...{ cwd: join(made.dir, 'apps/web'), env: hermeticEnv(), encoding: 'utf8' as const },
    });
    assert.not.match(top, /^\/.*\/repo\/\.git$/m, init);
    assert.is(readFileSync(join(made.dir, 'apps/web/index.js'), 'utf8'), 'x\n');
  }
});

test('what is in submodules and in repositories of their own is there; what is changed in them is named', {
  timeout: 60_000,
}, async () => {
  const library = await repo({ files: { l: 'l\n', 'deep/m': 'm\n' } });
  const made = await ground({ 'src/other.txt': '' });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.dir, 'sub');
  await made.git('commit', '-qm', 'sub');
  execFileSync('sh', ['-c', 'git init -q own; echo o > own/o'], { cwd: made.dir, env: hermeticEnv() });
  const reads = 'cat sub/l sub/deep/m own/o';
  const ran = await runIn(made.dir, {
    tasks: {
      says: { run: `${reads} > src/says`, reads: ['sub/**', 'own/**'], writes: ['src/**'] },
      saysNot: { run: `${reads} > src/says-not`, writes: ['src/**'] },
      changes: { run: 'echo x >> sub/l; touch sub/new; rm own/o; echo c > src/c', writes: ['src/**'] },
    },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.ok(ran.plan.tasks.every(({ workspace }) => workspace === 'worktree'));
  for (const path of ['src/says', 'src/says-not'])
    assert.is(readFileSync(join(made.dir, path), 'utf8'), 'l\nm\no\n');
  assert.match(ran.report.cleanup.problems.join(), 'own/o of changes, sub/l of changes, sub/new of changes');
  assert.is(readFileSync(join(made.dir, 'sub/l'), 'utf8'), 'l\n');
});

test('a setup that fetches submodules finds them empty, as git wants them', { timeout: 60_000 }, async () => {
  const library = await repo({ files: { l: 'l\n' } });
  const made = await ground({ 'src/other.txt': '' });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.dir, 'sub');
  await made.git('commit', '-qm', 'sub');
  const setup = 'git -c protocol.file.allow=always submodule --quiet update --init';
  const reads = 'git -C sub log --format=%s > src/log; cat sub/l > src/l';
  const ran = await runIn(made.dir, {
    worktrees: { setup },
    tasks: { reads: { run: reads, writes: ['src/**'] }, other },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(readFileSync(join(made.dir, 'src/l'), 'utf8'), 'l\n');
  assert.is(readFileSync(join(made.dir, 'src/log'), 'utf8').trim(), 'first');
});

test('a submodule that a task adds cannot be taken along: the task fails, and its worktree is kept', {
  timeout: 60_000,
}, async () => {
  const library = await repo({ files: { l: 'l' } });
  const made = await ground({ 'src/other.txt': '' });
  const add = {
    run: `git -c protocol.file.allow=always submodule --quiet add ${library.dir} sub; echo work > src/work`,
    writes: ['**'],
  };
  const ran = await runIn(made.dir, { tasks: { add, other } });
  const task = ran.report.tasks.find(({ id }) => id === 'add');
  assert.is(task?.status, 'failed');
  assert.match(task?.reason ?? '', /sub is a submodule/);
  const kept = ran.report.cleanup.keptWorktrees ?? [];
  assert.is(kept.length, 1, told(ran));
  assert.is(readFileSync(join(kept[0]?.path ?? '', 'src/work'), 'utf8'), 'work\n');
  rmSync(kept[0]?.path ?? '', { recursive: true, force: true });
});

test('FIFOs keep nobody waiting: said, and undone', { timeout: 60_000 }, async () => {
  const made = await ground({ 'src/other.txt': '', 'src/t': 't', '.gitignore': 'tmp/\n' });
  const fifo = {
    run: 'mkdir -p tmp; mkfifo tmp/pipe; rm src/t; mkfifo src/t; echo 1 > tmp/file',
    writes: ['tmp/**', 'src/**'],
  };
  const ran = await runIn(made.dir, { tasks: { fifo, other } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(readFileSync(join(made.dir, 'tmp/file'), 'utf8'), '1\n');
  assert.not.ok(existsSync(join(made.dir, 'tmp/pipe')));
  assert.match(JSON.stringify(ran.report.cleanup), /tmp\/pipe of fifo/);

  const shared = { run: 'mkfifo tmp/left; echo 2 > tmp/file', writes: ['tmp/**'] };
  const left = await runIn(made.dir, { tasks: { shared } });
  assert.is(left.report.status, 'complete', told(left));
  assert.ok(lstatSync(join(made.dir, 'tmp/left')).isFIFO());
  undo(made.dir);
  assert.not.ok(existsSync(join(made.dir, 'tmp/left')));
  assert.is(readFileSync(join(made.dir, 'tmp/file'), 'utf8'), '1\n');
});

test("what a task changes of git's ignore rules takes nothing away and hides nothing", {
  timeout: 60_000,
}, async () => {
  const made = await ground({ '.env': 'mine\n', '.gitignore': 'dist/\n', 'src/other.txt': '' });
  write(made.dir, { 'dist/app.js': 'mine\n', 'dist/left': 'mine\n' });
  await asInOrder(made, {
    strays: 'ignore',
    tasks: {
      untrack: {
        run: "printf '.env\\n*.gen\\n' >> .gitignore; git rm -q --cached .env; echo g > x.gen",
        writes: ['.gitignore', 'src/**'],
        workspace: 'worktree',
      },
      forced: { run: 'echo x > dist/app.js; git add -f dist/app.js', writes: ['src/**', 'dist/**'] },
      other,
    },
  });
  assert.is(readFileSync(join(made.dir, '.env'), 'utf8'), 'mine\n');
  assert.is(readFileSync(join(made.dir, 'dist/app.js'), 'utf8'), 'x\n');
  assert.is(readFileSync(join(made.dir, 'dist/left'), 'utf8'), 'mine\n');
});

test("history and state are the user's: log, describe, status; commits of a task arrive as changes", {
  timeout: 60_000,
}, async () => {
  const made = await ground({ tracked: '1\n', 'src/other.txt': '' });
  await made.git('tag', '-am', 'v1', 'v1');
  write(made.dir, { tracked: '1\n2\n', untracked: 'u\n', staged: 's\n' });
  await made.git('add', 'staged');
  const look =
    'git rev-parse HEAD; git log --format=%s; git describe --tags; git diff --stat; git diff --cached --stat; git status --porcelain';
  const looks = {
    run: `(${look}) > src/seen; echo mine >> tracked; git commit -qam mine`,
    writes: ['src/**', 'tracked'],
  };
  // In the user's folder, before anything is written.
  const expected = execFileSync('sh', ['-c', look], { cwd: made.dir, env: hermeticEnv(), encoding: 'utf8' });
  const ran = await runIn(made.dir, { tasks: { looks, other } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(
    readFileSync(join(made.dir, 'src/seen'), 'utf8').replace(/^\?\? (?:parallel|src).*\n/gm, ''),
    expected.replace(/^\?\? (?:parallel|src).*\n/gm, ''),
  );
  assert.is(readFileSync(join(made.dir, 'tracked'), 'utf8'), '1\n2\nmine\n');
  assert.is(await made.git('log', '--format=%s'), 'first');
});
