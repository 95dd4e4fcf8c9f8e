/** Whatever a task does to files in a worktree comes into the shared tree as if it had been done there. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Repo, repo } from '../support/git.ts';
import { gitFingerprint } from '../support/git-fingerprint.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, type Written, write } from '../support/tmp.ts';
import {
  assertNothingLeft,
  assertSame,
  assertUntouched,
  filesOf,
  gitState,
  ground,
  type IsolatedRun,
  runIn,
  told,
} from './isolation-support.ts';

const test = suite('run/isolation: files');

const isolated = (run: string, writes: string[] = ['**']) => ({ run, writes, workspace: 'worktree' });

/** Runs it in a worktree and, in a copy, in place: the files must be the same. Nothing else may have changed. */
async function sameAsInPlace(made: Repo, run: string, branches = ['main']): Promise<IsolatedRun> {
  const copy = join(tempDir(), 'repo');
  execFileSync('cp', ['-a', made.dir, copy]);
  const config = (workspace: string) => ({ tasks: { t: { run, writes: ['**'], workspace } } });
  const inPlace = await runIn(copy, config('shared'));
  assert.is(inPlace.report.status, 'complete', told(inPlace));
  const before = gitState(made.dir);
  const ran = await runIn(made.dir, config('worktree'));
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(ran.task('t').workspace, 'worktree');
  assertSame(filesOf(made.dir), filesOf(copy), () => told(ran));
  assertUntouched(made.dir, before);
  await assertNothingLeft(made, branches);
  return ran;
}

const ways: Record<string, { files?: Record<string, Written>; run: string }> = {
  'a renamed file': { files: { a: 'one\ntwo\n' }, run: 'mv a b' },
  'a renamed folder': { files: { 'd/a': '1\n', 'd/e/b': '2\n' }, run: 'mv d n' },
  'deletions, down to an empty folder': { files: { 'd/a': '1\n', 'd/e/b': '2\n' }, run: 'rm -r d' },
  'an executable bit, on and off': {
    files: { on: 'x', off: { content: 'x', mode: 0o755 } },
    run: 'chmod +x on; chmod -x off',
  },
  'permissions that git does not keep': {
    files: { a: 'x', b: 'y', c: 'z' },
    run: 'chmod 600 a; chmod 440 b; chmod 700 c; echo more >> c; echo s > n; chmod 640 n',
  },
  'links: new, led elsewhere, dangling, to a folder, replaced': {
    files: { l: { symlink: 'a' }, f: 'f', 'd/x': 'x', was: { symlink: 'd' } },
    run: 'ln -sfn nowhere l; ln -s d n; rm f; ln -s ../up f; rm was; echo file > was',
  },
  'binary and empty files': {
    files: { bin: Uint8Array.from([0, 255, 10, 13, 0]), full: 'full' },
    run: "printf '\\000\\377\\r\\n' > bin; : > full; : > empty",
  },
  'a file that becomes a folder': { files: { f: 'f' }, run: 'rm f; mkdir f; echo in > f/x' },
  'a folder that becomes a file': { files: { 'd/a': 'a', 'd/b/c': 'c' }, run: 'rm -r d; echo file > d' },
  'a folder that becomes a link': { files: { 'd/a': 'a', 'e/a': 'other' }, run: 'rm -r d; ln -s e d' },
  'odd names': {
    files: { 'new\nline': '1', '"quoted"': '2', '-dash': '3', 'back\\slash': '4', ' space ': '5' },
    run: `for f in ./*; do echo more >> "$f"; done; echo > "$(printf 'tab\\there')"; mv -- ./-dash ./--; echo x > ':(top)y'; echo z > '*'`,
  },
  'a large file': {
    run: 'head -c 20000000 /dev/urandom | base64 > ignored.txt; rm ignored.txt; yes 0123456789 | head -c 20000000 > large',
  },
  'many files': { files: { 'd/keep': '' }, run: 'for i in $(seq 400); do echo $i > d/$i; done' },
  'line ends that the attributes decide': {
    files: { '.gitattributes': '*.txt text eol=crlf\n*.bin -text\n', 'a.txt': 'a\r\n', 'a.bin': 'a\r\nb\n' },
    run: "printf 'b\\r\\n' >> a.txt; printf 'c\\r\\n' >> a.bin; printf 'n\\r\\n' > n.txt",
  },
  'line ends that git would change at a checkout': {
    files: { '.gitattributes': '*.txt text\n', 'a.txt': 'a\n' },
    run: "printf 'b\\r\\n' > n.txt; printf 'c\\r\\n' >> a.txt",
  },
  'a working tree encoding': {
    files: { '.gitattributes': '*.u working-tree-encoding=UTF-16LE\n', 'a.u': Buffer.from('ä\n', 'utf16le') },
    run: "printf 'b\\000\\n\\000' >> a.u",
  },
  'declared files that git ignores: made, changed, deleted, permissions': {
    files: {},
    run: 'mkdir -p ignored; echo new > ignored/n; echo more >> ignored/a; rm ignored/b; chmod 600 ignored/c; ln -s a ignored/l; echo > x.log',
  },
  'a new ignore rule together with what it ignores': {
    run: "echo 'gen/' >> .gitignore; mkdir gen; echo 1 > gen/a",
  },
  'a commit in the worktree': {
    files: { a: '1\n' },
    run: 'echo 2 >> a; git add -A; git commit -qm own; echo 3 >> a; echo n > n',
  },
  'a commit that takes a file out of git and leaves it': {
    files: { a: '1\n' },
    run: 'git rm -q --cached a; git commit -qm own',
  },
  'a commit, a detached HEAD and a reset': {
    files: { a: '1\n', b: '1\n' },
    run: 'echo 2 > a; git commit -qam two; git checkout -q --detach; echo 3 > b; git reset -q --soft HEAD~; git reset -q',
  },
};

for (const [what, { files = {}, run }] of Object.entries(ways)) {
  test(what, async () => {
    const made = await ground({ keep: 'k\n', ...files });
    write(made.dir, { 'ignored/a': 'a\n', 'ignored/b': 'b\n', 'ignored/c': 'c\n', untracked: 'u\n' });
    // What is done with git itself has no like in place.
    if (!run.includes('git ')) await sameAsInPlace(made, run);
    else {
      const before = gitState(made.dir);
      const ran = await runIn(made.dir, { tasks: { t: isolated(run) } });
      assert.is(ran.report.status, 'complete', told(ran));
      const shell = run.replace(/git [^;]*;?/g, '');
      const expected = join(tempDir(), 'repo');
      execFileSync('cp', ['-a', made.dir, expected]);
      execFileSync('git', ['checkout', '-q', '.'], { cwd: expected });
      execFileSync('rm', ['-f', 'n'], { cwd: expected });
      execFileSync('sh', ['-c', shell], { cwd: expected });
      assertSame(filesOf(made.dir), filesOf(expected), () => told(ran));
      assertUntouched(made.dir, before);
      await assertNothingLeft(made);
    }
  });
}

test('names that are no text', async () => {
  const made = await ground({ keep: '' });
  const odd = Buffer.concat([Buffer.from(`${made.dir}/odd-`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(odd, 'odd\n');
  await made.git('add', '-A');
  await made.git('commit', '-qm', 'odd');
  await sameAsInPlace(made, 'for f in odd-*; do echo more >> "$f"; done; echo > "$(printf \'n\\377w\')"');
});

test('a config in a folder of the repository: its files and strays beside it', async () => {
  const made = await ground({ 'p/q/a': '1\n', 'p/q/ignored/x': '', other: 'o\n' });
  write(join(made.dir, 'p/q'), { 'ignored/i': 'i\n' });
  const before = gitState(made.dir);
  const ran = await runIn(join(made.dir, 'p/q'), {
    worktrees: { dir: '../../..' },
    tasks: { t: isolated('echo 2 >> a; echo n > n; echo more >> ignored/i; echo s >> ../../other') },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  const { n, a, 'ignored/i': i } = filesOf(join(made.dir, 'p/q'));
  assert.equal([n, a, i], ['644 n\n', '644 1\n2\n', '644 i\nmore\n']);
  assert.equal(
    ran.task('t').strays.map(({ path }) => path),
    ['../../other'],
  );
  assert.is(readFileSync(join(made.dir, 'other'), 'utf8'), 'o\ns\n');
  assertUntouched(made.dir, before);
});

test('a linked worktree as the root', async () => {
  const made = await ground({ a: '1\n' });
  const linked = await made.worktree({ branch: 'side' });
  write(linked.dir, { b: 'untracked\n' });
  const before = gitState(made.dir);
  const ran = await runIn(linked.dir, { tasks: { t: isolated('echo 2 >> a; echo 3 >> b') } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(ran.task('t').workspace, 'worktree');
  assert.equal([filesOf(linked.dir).a, filesOf(linked.dir).b], ['644 1\n2\n', '644 untracked\n3\n']);
  assert.is(filesOf(made.dir).a, '644 1\n');
  const now = Object.entries(gitState(made.dir)).filter(([path]) => !/^worktrees\/tree\/ptask\//.test(path));
  assertSame(Object.fromEntries(now), before);
});

test('no commit yet, a detached HEAD, a shallow clone', async () => {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  const unborn = await repo({ dir, unborn: true, files: { a: '1\n' } });
  await sameAsInPlace(unborn, 'echo 2 >> a; echo n > n', []);
  assert.is(filesOf(dir).a, '644 1\n2\n');

  const detached = await ground({ a: '1\n' });
  await detached.git('checkout', '-q', '--detach');
  await sameAsInPlace(detached, 'echo 2 >> a');

  await detached.commit({ b: '1\n' });
  const shallow = join(tempDir(), 'repo');
  await detached.git('clone', '-q', '--depth', '1', `file://${detached.dir}`, shallow);
  assert.ok(existsSync(join(shallow, '.git/shallow')));
  const ran = await runIn(shallow, { tasks: { t: isolated('echo 2 >> a'), u: isolated('echo u > u') } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.equal([filesOf(shallow).a, filesOf(shallow).u], ['644 1\n2\n2\n', '644 u\n']);
});

test('a submodule: its pin is told and left alone, the files in it are no part of the result', async () => {
  const inner = await repo({ files: { x: '1\n' } });
  const made = await ground({ a: '1\n' });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.dir, 'sub');
  await made.git('commit', '-qm', 'sub');
  const next = await inner.commit({ x: '2\n' });
  const run = `git update-index --cacheinfo 160000,${next},sub; git commit -qm pin; echo 2 >> a`;
  const ran = await runIn(made.dir, { tasks: { t: isolated(run, ['a']) } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.match(JSON.stringify(ran.report.cleanup), /sub is a submodule/);
  assert.is(filesOf(made.dir).a, '644 1\n2\n');
  assert.is(filesOf(made.dir)['sub/x'], '644 1\n');
  rmSync(join(made.dir, '.ptask'), { recursive: true, force: true });
  assert.equal(await made.status(), [' M a']);
});

test('a submodule in a worktree is a repository: its state is told, and a commit made in it is not lost', async () => {
  const inner = await repo({ files: { x: '1\n', y: '1\n' } });
  await inner.git('tag', 'v1');
  const made = await ground({ a: '1\n', b: '1\n' });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.dir, 'sub');
  await made.git('commit', '-qm', 'sub');
  write(made.dir, { 'sub/y': '2\n' });
  const before = gitFingerprint(join(made.dir, '.git/modules/sub'));
  const looks =
    'git -C sub describe --tags --dirty > a; git -C sub rev-parse --show-toplevel >> a; git -C sub status -s >> a; git status -s >> a';
  const commits =
    'cd sub && ! git prune 2> prune && rm prune && echo 3 > x && git checkout -qb work && git commit -qam three && git rev-parse HEAD > ../b';
  const ran = await runIn(made.dir, {
    tasks: {
      looks: { ...isolated(`pwd > a.pwd; ${looks}`, ['a', 'a.pwd']), conflicts: 'isolate' },
      part: { ...isolated('git -C sub status -s > c; ls sub >> c', ['c']), reads: ['sub/x'] },
      commits: isolated(commits, ['b']),
    },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  const read = (file: string): string => readFileSync(join(made.dir, file), 'utf8');
  const top = read('a.pwd').trim();
  assert.is(read('a'), `v1-dirty\n${top}/sub\n M y\n M a\n m sub\n?? a.pwd\n`);
  assert.is(read('c'), 'x\n');
  const commit = read('b').trim();
  assert.match(JSON.stringify(ran.report.cleanup), `git -C sub checkout ${commit.slice(0, 12)}`);
  assert.equal(await inner.git('-C', join(made.dir, 'sub'), 'log', '-1', '--format=%s', commit), 'three');
  assert.equal([read('sub/x'), read('sub/y')], ['1\n', '2\n']);
  assert.equal(gitFingerprint(join(made.dir, '.git/modules/sub')), before);
  assert.not.ok(existsSync(join(made.dir, '.git/worktrees')));
});

test('what git ignores: a file in the place of a folder, and a folder in that of a file', async () => {
  for (const run of [
    'rm -rf ignored/x && echo f > ignored/x',
    'rm ignored/f && mkdir ignored/f && echo g > ignored/f/g',
  ]) {
    const made = await ground({ a: '1\n' });
    write(made.dir, { 'ignored/x/y': 'y\n', 'ignored/x/z': 'z\n', 'ignored/f': 'f\n' });
    await sameAsInPlace(made, run);
  }
});
