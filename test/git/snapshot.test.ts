// Snapshots are exact, and leave nothing of the user's changed.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rawPath } from '../../src/base/raw-path.ts';
import { updateTree } from '../../src/git/hash-worktree.ts';
import { Snapshots } from '../../src/git/snapshot.ts';
import { repo } from '../support/git.ts';
import { gitFingerprint } from '../support/git-fingerprint.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { addAllTree, listTree, repositoryAt, rig } from './rig.ts';

const test = suite('git/snapshot');

test('staged, changed, deleted, new, moved, typed and moded: as `git add -A` says, and the user keeps everything', async () => {
  const made = await rig({
    files: {
      '.gitignore': '*.log\n',
      staged: '1',
      changed: '1',
      deleted: '1',
      'gone/deep/file': '1',
      'becomes-folder': '1',
      'becomes-file/a': '1',
      'becomes-link/a': '1',
      script: '#!',
      link: { symlink: 'staged' },
      unstaged: '1',
    },
  });
  await made.git('config', 'core.logAllRefUpdates', 'true');
  write(made.dir, { staged: '2', 'staged-new': 'x' });
  await made.git('add', 'staged', 'staged-new');
  write(made.dir, {
    staged: '3',
    changed: '22',
    'new/file': 'n',
    'x.log': 'ignored',
    '-dash': '-',
    ':(top)magic': 'm',
    'new\nline "quoted"': 'q',
    'sp ace é': 's',
    '*': 'glob',
  });
  const bytes = Buffer.concat([Buffer.from(`${made.dir}/bytes-`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(bytes, 'b');
  for (const path of ['deleted', 'becomes-folder', 'gone', 'becomes-file'])
    rmSync(join(made.dir, path), { recursive: true });
  renameSync(join(made.dir, 'becomes-link'), join(made.dir, 'moved'));
  symlinkSync('moved', join(made.dir, 'becomes-link'));
  write(made.dir, { 'becomes-folder/in/it': '1', 'becomes-file': '1' });
  chmodSync(join(made.dir, 'script'), 0o755);
  unlinkSync(join(made.dir, 'link'));
  symlinkSync('changed', join(made.dir, 'link'));
  await made.git('rm', '--cached', '-q', 'unstaged');

  const before = gitFingerprint(join(made.dir, '.git'));
  const expected = await addAllTree(made.dir);
  assert.is(await made.take(), expected);
  assert.is(await made.take(), expected);
  assert.equal(gitFingerprint(join(made.dir, '.git')), before);
  assert.ok((await listTree(made, expected)).includes('120000 becomes-link'));

  write(made.dir, { 'new/file': 'N', changed: '1' });
  unlinkSync(bytes);
  assert.is(await made.take(), await addAllTree(made.dir));
});

test('an edit of equal size that keeps the time of the file, in the same second', async () => {
  const made = await rig({ files: { a: '1', b: '1', c: '1' } });
  const past = 1_600_000_000.125;
  const edit = (content: string, paths = ['a', 'b', 'c']): void => {
    for (const path of paths) {
      const file = join(made.dir, path);
      if (path === 'c') {
        // Another file in its place, as `cp -p` and `mv` leave it.
        writeFileSync(`${made.dir}-c`, content);
        renameSync(`${made.dir}-c`, file);
      } else writeFileSync(file, content);
      utimesSync(file, past, past);
    }
  };
  edit('2');
  await made.git('add', '.');
  const snapshots = new Snapshots(repositoryAt(made.dir), { scratch: tempDir() });
  for (const content of ['3', '4', '5']) {
    edit(content);
    const { tree } = await snapshots.take({ parents: [], message: 'x' });
    assert.is(tree, await addAllTree(made.dir), content);
    const next = String(Number(content) + 5);
    edit(next, ['a', 'c']);
    const updated = await updateTree(made.repository, tree, [rawPath('a'), rawPath('c')]);
    assert.is(await made.git('cat-file', 'blob', `${updated}:a`), next);
    assert.is(await made.git('cat-file', 'blob', `${updated}:c`), next);
  }
});

test('an edit of the same size within the tick of the index is not missed', async () => {
  for (let round = 0; round < 5; round += 1) {
    const made = await rig({ files: { a: 'aaaa' } });
    const { mtime } = statSync(join(made.dir, 'a'));
    // The edit keeps the file's time, as one within the clock's tick would.
    writeFileSync(join(made.dir, 'a'), 'bbbb');
    utimesSync(join(made.dir, 'a'), mtime, mtime);
    const first = await made.take();
    assert.is(first, await addAllTree(made.dir));
    assert.is(await made.git('cat-file', 'blob', `${first}:a`), 'bbbb');
    writeFileSync(join(made.dir, 'a'), 'cccc');
    assert.is(await made.git('cat-file', 'blob', `${await made.take()}:a`), 'cccc');
  }
});

test('the copy of the index is no younger than the original', async () => {
  const made = await rig({ files: { a: 'aaaa' } });
  // An index written a while after the file, in the same second: git vouches for the file only by the index' time.
  const second = Math.floor(Date.now() / 1000) - 100;
  utimesSync(join(made.dir, 'a'), second, second);
  await made.git('add', 'a');
  utimesSync(join(made.dir, '.git/index'), second, second);
  writeFileSync(join(made.dir, 'a'), 'bbbb');
  utimesSync(join(made.dir, 'a'), second, second);
  // Where the stat data hide the edit, as on file systems with coarse times, only the index' time tells.
  await made.git('config', 'core.trustctime', 'false');
  assert.is(await made.git('cat-file', 'blob', `${await made.take()}:a`), 'bbbb');
});

test('bits that hide changes do not hide them, and stay in the user’s index', async () => {
  const made = await rig({
    files: { assumed: '1', skipped: '1', both: '1', 'skipped-gone': '1', plain: '1' },
  });
  await made.git('update-index', '--assume-unchanged', 'assumed', 'both');
  await made.git('update-index', '--skip-worktree', 'skipped', 'both', 'skipped-gone');
  write(made.dir, { assumed: '22', skipped: '22', both: '22', wanted: 'w' });
  rmSync(join(made.dir, 'skipped-gone'));
  await made.git('add', '--intent-to-add', 'wanted');
  const flags = await made.git('ls-files', '-v');
  const tree = await made.take();
  for (const path of ['assumed', 'skipped', 'both'])
    assert.is(await made.git('cat-file', 'blob', `${tree}:${path}`), '22');
  const names = await listTree(made, tree);
  assert.ok(names.includes('100644 wanted'));
  assert.not.ok(names.includes('100644 skipped-gone'));
  assert.is(await made.git('ls-files', '-v'), flags);
});

test('split indexes, no index yet, no commit yet, detached, shallow and linked: all the same', async () => {
  const split = await rig({ files: { a: '1', b: '1' } });
  await split.git('update-index', '--split-index');
  write(split.dir, { a: '2' });
  assert.is(await split.take(), await addAllTree(split.dir));

  const unborn = await rig({ files: { a: '1', 'd/b': '2' }, unborn: true });
  assert.is(await unborn.take(), await addAllTree(unborn.dir));
  assert.equal((await unborn.git('for-each-ref')).trim(), '');

  await split.git('checkout', '-q', '--detach');
  assert.is(await split.take(), await addAllTree(split.dir));

  rmSync(join(split.dir, '.git/index'));
  assert.is(await split.take(), await addAllTree(split.dir));

  const shallow = join(tempDir(), 's');
  await unborn.commit({ a: '3' });
  await unborn.commit({ a: '4' });
  execFileSync('git', ['clone', '-q', '--depth=1', `file://${unborn.dir}`, shallow]);
  write(shallow, { a: '5' });
  const snapshots = new Snapshots(repositoryAt(shallow), { scratch: tempDir() });
  assert.is((await snapshots.take({ parents: [], message: 'x' })).tree, await addAllTree(shallow));

  const linked = await unborn.worktree({ branch: 'side' });
  write(linked.dir, { linked: '1', a: '7' });
  const ofLinked = new Snapshots(repositoryAt(linked.dir), { scratch: tempDir() });
  const parents = [await linked.head()];
  const { tree, commit } = await ofLinked.take({ parents, message: 'subject\n\nbody é' });
  assert.equal(await listTree(unborn, tree), ['100644 a', '100644 d/b', '100644 linked']);
  assert.is(
    await unborn.git('log', '-1', '--format=%an|%B|%P', commit),
    `ptask|subject\n\nbody é\n|${parents[0]}`,
  );
});

test('attributes and filters count as in `git add`', async () => {
  const made = await rig({
    files: {
      '.gitattributes':
        '*.txt text eol=crlf\n*.u16 text working-tree-encoding=UTF-16LE\n*.sec filter=rot\n*.id ident\n',
      'a.txt': 'a\n',
    },
  });
  await made.git('config', 'filter.rot.clean', 'tr a-z b-za');
  await made.git('config', 'core.safecrlf', 'true');
  await made.git('config', 'core.autocrlf', 'input');
  write(made.dir, {
    'a.txt': 'one\r\ntwo\nthree\r\n',
    'u.u16': Buffer.from('hé\n', 'utf16le'),
    'x.sec': 'abc',
    'x.id': '$Id: 12345 $\n',
    plain: 'x\r\n',
  });
  const tree = await made.take();
  await made.git('config', 'core.safecrlf', 'false');
  assert.is(tree, await addAllTree(made.dir));
  assert.is(await made.git('cat-file', 'blob', `${tree}:x.sec`), 'bcd');
  assert.is(await made.git('cat-file', 'blob', `${tree}:a.txt`), 'one\ntwo\nthree');
});

test('submodule pins are followed; other nested repositories are left out, with and without a commit', async () => {
  const other = await repo({ files: { f: '1' } });
  const made = await rig({ files: { a: '1', file: '1' } });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.dir, 'sub');
  await made.git('commit', '-qm', 'sub');
  await made.git('config', 'diff.ignoreSubmodules', 'all');
  const before = await made.take();
  assert.is(before, await made.git('rev-parse', 'HEAD^{tree}'));
  execFileSync('git', ['commit', '-q', '--allow-empty', '-m', 'moved'], { cwd: join(made.dir, 'sub') });
  write(made.dir, { 'sub/untracked': 'x' });
  for (const name of ['nested', 'unborn', 'deep/nested']) {
    mkdirSync(join(made.dir, name), { recursive: true });
    execFileSync('git', ['init', '-q'], { cwd: join(made.dir, name) });
    write(join(made.dir, name), { inner: 'x' });
  }
  execFileSync('git', ['commit', '-q', '--allow-empty', '-m', 'n'], { cwd: join(made.dir, 'nested') });
  rmSync(join(made.dir, 'file'));
  cpSync(join(made.dir, 'nested'), join(made.dir, 'file'), { recursive: true });
  const tree = await made.take();
  assert.equal(await listTree(made, tree), ['100644 .gitmodules', '100644 a', '160000 sub']);
  const pin = (await made.git('ls-tree', tree, 'sub')).split(/[\s]/)[2];
  assert.is(
    pin,
    execFileSync('git', ['rev-parse', 'HEAD'], { cwd: join(made.dir, 'sub'), encoding: 'utf8' }).trim(),
  );
});

test('tracked files that are ignored are followed, also once they are staged between two snapshots', async () => {
  const made = await rig({ files: { '.gitignore': '*.log\n' } });
  write(made.dir, { 'a.log': '1', 'b.log': '1' });
  await made.git('add', '-f', 'a.log');
  assert.equal(await listTree(made, await made.take()), ['100644 .gitignore', '100644 a.log']);
  await made.git('add', '-f', 'b.log');
  await made.git('rm', '-q', '--cached', 'a.log');
  assert.equal(await listTree(made, await made.take()), ['100644 .gitignore', '100644 b.log']);
});

test('.ptask is never in it, whether ignored or not; nor is what is excluded', async () => {
  const made = await rig({ files: { a: '1', 'sub/a': '1' } });
  write(made.dir, { '.ptask/x': '1', 'sub/.ptask/x': '1', 'skip/x': '1', skipped: '1' });
  const exclude = [rawPath('skip'), rawPath('a')];
  write(made.dir, { a: '2' });
  const { tree } = await made.snapshots.take({ parents: [], message: 'x', exclude });
  assert.equal(await listTree(made, tree), [
    '100644 a',
    '100644 skipped',
    '100644 sub/.ptask/x',
    '100644 sub/a',
  ]);
  assert.is(await made.git('cat-file', 'blob', `${tree}:a`), '1');
  const inSub = new Snapshots(repositoryAt(join(made.dir, 'sub')), { scratch: tempDir() });
  const other = await inSub.take({ parents: [], message: 'x', exclude: [rawPath('.ptask'), ...exclude] });
  assert.equal(await listTree(made, other.tree), ['100644 a', '100644 skipped', '100644 sub/a']);
});

test('a file that gives way to a FIFO is gone, and nobody waits for it', async () => {
  const made = await rig({ files: { a: '1', b: '1' } });
  rmSync(join(made.dir, 'a'));
  execFileSync('mkfifo', [join(made.dir, 'a'), join(made.dir, 'new')]);
  assert.equal(await listTree(made, await made.take()), ['100644 b']);
  rmSync(join(made.dir, 'a'));
  write(made.dir, { a: '2' });
  assert.equal(await listTree(made, await made.take()), ['100644 a', '100644 b']);
});

test('a killed git leaves a lock that does not stop the next one', async () => {
  const scratch = tempDir();
  const made = await rig({ files: { a: '1' } });
  const first = new Snapshots(made.repository, { scratch });
  await first.take({ parents: [], message: 'x' });
  write(made.dir, { a: '2' });
  write(scratch, { 'index.lock': 'half', 'update.lock': 'half' });
  const tree = (await first.take({ parents: [], message: 'x' })).tree;
  assert.is(tree, await addAllTree(made.dir));
  write(scratch, { 'index.lock': 'half', index: 'rubbish' });
  const second = new Snapshots(made.repository, { scratch });
  assert.is((await second.take({ parents: [], message: 'x' })).tree, tree);
});

test('a file that goes away in the very moment git looks at it is looked at again', async () => {
  const made = await rig({ files: { a: '1' } });
  await made.take();
  write(made.dir, { a: '2', b: 'new' });
  const bin = tempDir();
  // As git ends when a link is gone between two looks; the second time it is asked it is itself again.
  const stumbling =
    `#!/bin/sh\nexport PATH="$REAL_PATH"\ncase "$*" in *update-index*) ` +
    `if [ ! -e ${bin}/asked ]; then touch ${bin}/asked; echo 'fatal: Unable to process path b' >&2; exit 128; fi;; esac\nexec git "$@"\n`;
  writeFileSync(join(bin, 'git'), stumbling, { mode: 0o755 });
  const { PATH } = process.env;
  let tree: string;
  try {
    process.env.REAL_PATH = PATH;
    process.env.PATH = `${bin}:${PATH}`;
    tree = await made.take();
  } finally {
    process.env.PATH = PATH;
    delete process.env.REAL_PATH;
  }
  assert.ok(existsSync(join(bin, 'asked')));
  assert.is(tree, await addAllTree(made.dir));
});
