// A worktree that was used, made fresh: the same as a new one in all that a task could see.

import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rawPath } from '../../src/base/raw-path.ts';
import { Snapshots } from '../../src/git/snapshot.ts';
import { type UndoLogEntry, Worktrees } from '../../src/git/worktrees.ts';
import { hermeticEnv } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree } from '../support/tmp.ts';
import { beginning, repositoryAt, viewOf } from './rig.ts';

const test = suite('git/reuse');

const run = (cwd: string, script: string) =>
  execFileSync('sh', ['-ec', script], {
    cwd,
    env: hermeticEnv(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function rig() {
  const made = await repo({
    files: {
      '.gitignore': '*.log\nbuild/\n',
      a: 'aaaa',
      'd/b': 'b',
      'd/e/f': 'f',
      script: { content: '#!', mode: 0o755 },
      link: { symlink: 'a' },
      file: '1',
      'only-old/x': '1',
    },
  });
  const first = await made.head();
  const second = await made.commit({
    a: 'bbbb',
    'only-old/x': undefined,
    file: undefined,
    'file/now/folder': 'x',
    'new/y': 'y',
  });
  const undoLog: UndoLogEntry[] = [];
  const repository = repositoryAt(made.dir);
  const view = viewOf(repository);
  const worktrees = new Worktrees(repository, {
    dir: tempDir('w-'),
    view,
    undoLog: (entry) => undoLog.push(entry),
  });
  return { ...made, first, second, repository, view, worktrees, undoLog };
}

/** Names, modes and links of everything, and what git says of it. */
function seen(path: string) {
  const modes: Record<string, string> = {};
  const walk = (folder: string) => {
    for (const name of ['.', ...readdirSync(join(path, folder))].sort()) {
      const at = join(folder, name);
      const { mode, nlink } = lstatSync(join(path, at));
      const isFolder = (mode & 0o170000) === 0o040000;
      modes[at] = `${mode.toString(8)} ${isFolder ? '' : nlink}`;
      if (isFolder && name !== '.') walk(at);
    }
  };
  walk('');
  const admin = run(path, 'git rev-parse --git-dir').trim();
  return {
    modes,
    files: tree(path),
    status: run(path, 'git status --porcelain --ignored --branch').replace(/^## .*\n/, ''),
    index: run(path, 'git ls-files -v -s'),
    state: readdirSync(admin).filter((name) => name !== 'logs'),
  };
}

const DEEDS: Record<string, string> = {
  nothing: 'true',
  'edits, also of the same size': 'echo more >> d/b; printf cccc > a; rm d/e/f; ln -sf d link',
  'edits that keep the time': 'touch -r a ../stamp; printf dddd > a; touch -r ../stamp a; rm ../stamp',
  'ignored and new files, empty folders':
    'mkdir -p build/deep empty/er; echo x > build/deep/x; echo x > x.log; echo x > d/new',
  'repositories inside':
    'git init -q nested; echo x > nested/x; rm -r d; git init -q d; cd d; git commit -q --allow-empty -m x',
  'read-only folders':
    'mkdir -p ro/in; echo x > ro/in/x; chmod 0 ro/in; chmod 500 ro d; chmod 000 d/e; chmod 700 .',
  'permissions of files': 'chmod 600 a; chmod 777 script; chmod 4755 d/b; chmod -x script; chmod 444 d/e/f',
  'hard links': 'ln a ../outside-$$; ln d/b d/b2; rm ../outside-$$',
  'files for folders and the reverse':
    'rm -r d; echo x > d; rm file; mkdir file; echo x > file/x; rm a; mkfifo a; rm link; mkdir link',
  'commits on its branch and another':
    'git rm -q a; git commit -qm x; git switch -qc own; echo 1 > own; git add -A; git commit -qm own',
  'a detached HEAD': 'git switch -q --detach HEAD~0',
  'an amended start': 'echo 3 > a; git commit -qa --amend -m other',
  'a left index.lock': 'echo x > a; touch "$(git rev-parse --git-dir)/index.lock"',
  'a lost index': 'rm "$(git rev-parse --git-dir)/index"',
  'hiding bits':
    'git update-index --skip-worktree a; git update-index --assume-unchanged d/b; echo hidden > a; echo hidden > d/b',
  'a merge with conflicts':
    'git switch -qc side; echo 1 > a; git commit -qam 1; git switch -q -; echo 2 > a; git commit -qam 2; git merge side || true',
  'a rebase and a bisect under way':
    'git bisect start -q; touch "$(git rev-parse --git-dir)/REBASE_HEAD"; mkdir "$(git rev-parse --git-dir)/rebase-merge"',
  'staged changes and notes of intent':
    'echo x > n; git add -N n; echo y > s; git add s; git rm -q --cached a',
  'a lock on the worktree': 'git worktree lock .',
};

for (const [deed, script] of Object.entries(DEEDS))
  test(`after ${deed}`, async () => {
    const made = await rig();
    const { worktrees } = made;
    for (const target of [made.second, made.first]) {
      await made.git('checkout', '-q', made.first);
      const used = await worktrees.add(await beginning(made, 'used', made.first));
      run(used.path, script);
      await made.git('checkout', '-q', target);
      const reused = await worktrees.reuse(used, await beginning(made, 'again', target));
      if (!reused.ok) throw new Error(reused.why);
      const { worktree } = reused;
      const begin = await beginning(made, 'fresh', target);
      const fresh = await worktrees.add(begin);
      for (const each of [worktree, fresh]) worktrees.finish(each, begin.content);
      assert.equal(seen(worktree.path), seen(fresh.path));
      assert.is(run(worktree.path, 'git rev-parse HEAD').trim(), target);
      assert.is(run(worktree.path, 'git branch --show-current').trim(), worktree.branch);
      const ours = (await made.git('branch', '--format=%(refname:short)', '--list', 'task/*')).split('\n');
      assert.equal(ours.map((each) => each.trim()).sort(), ['task/again', 'task/fresh']);
      assert.equal([...(await worktrees.remove(worktree)), ...(await worktrees.remove(fresh))], []);
      await made.git('branch', '-D', 'own').catch(() => {});
      await made.git('branch', '-D', 'side').catch(() => {});
    }
    assert.is(
      made.undoLog.filter(({ op }) => op === 'make').length,
      made.undoLog.filter(({ op }) => op === 'gone').length,
    );
  });

/** What a user may do to his own folder between two tasks. */
const MEANWHILE = [
  'true',
  'touch -d @1600000000 a d/b; chmod 640 d/e/f; rmdir d/e/none 2>/dev/null || mkdir d/e/none',
  'printf eeee > a; git add script; echo n > new-file; git add new-file; rm -r only-old; echo x > only-old',
  'git rm -q --cached a; echo more >> d/e/f; git add d/e/f; rm only-old; ln -sf d/b link; mkdir -p new/er',
];

/** All that `seen` tells, and the times. */
function seenWithTimes(path: string) {
  const times: Record<string, string> = {};
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    if (!/^\.git(?:\/|$)/.test(name))
      times[name] = String(lstatSync(join(path, name), { bigint: true }).mtimeNs / 1000n);
  // A file that git would have to read again it takes for changed.
  return { ...seen(path), times, unread: run(path, 'git diff-files --name-only') };
}

for (const [deed, script] of Object.entries(DEEDS))
  test(`after ${deed}, where a look has found what was done`, async () => {
    const made = await rig();
    const { worktrees } = made;
    await made.git('checkout', '-q', made.first);
    const snapshots = new Snapshots(made.repository, { scratch: tempDir(), view: made.view });
    const open = async () => {
      const content = await snapshots.take({ parents: [], message: 'now' });
      return { id: 'x', head: await made.head(), content };
    };
    let begin = await open();
    let used = await worktrees.add(begin);
    worktrees.finish(used, begin.content);
    for (const meanwhile of MEANWHILE) {
      run(used.path, `set +e; ${script}; true`);
      const options = { base: begin.content.commit, message: 'x', isLast: true };
      // What cannot be taken as a result was looked at by nobody.
      await worktrees.resultOf(used, options).catch(() => {});
      run(made.dir, meanwhile);
      begin = await open();
      const reused = await worktrees.reuse(used, begin);
      if (!reused.ok) throw new Error(reused.why);
      used = reused.worktree;
      const fresh = await worktrees.add(begin);
      for (const each of [used, fresh]) worktrees.finish(each, begin.content);
      assert.equal(seenWithTimes(used.path), seenWithTimes(fresh.path), meanwhile);
      assert.equal(await worktrees.remove(fresh), []);
      for (const branch of ['own', 'side']) await made.git('branch', '-D', branch).catch(() => {});
    }
  });

test('what was done after a look that was not the last one goes as well', async () => {
  const made = await rig();
  await made.git('checkout', '-q', made.first);
  const snapshots = new Snapshots(made.repository, { scratch: tempDir(), view: made.view });
  const content = await snapshots.take({ parents: [], message: 'now' });
  const used = await made.worktrees.add({ id: 'x', head: made.first, content });
  await made.worktrees.resultOf(used, { base: content.commit, message: 'the setup' });
  run(used.path, 'echo x > new; echo x > x.log; echo x >> d/b; mkdir build');
  const reused = await made.worktrees.reuse(used, { id: 'y', head: made.first, content });
  assert.ok(reused.ok);
  assert.is(run(used.path, 'git status --porcelain --ignored'), '');
});

test('what lies beyond a link that a task has put in the place of a folder stays', async () => {
  const made = await rig();
  await made.git('checkout', '-q', made.first);
  const snapshots = new Snapshots(made.repository, { scratch: tempDir(), view: made.view });
  const content = await snapshots.take({ parents: [], message: 'now' });
  const used = await made.worktrees.add({ id: 'x', head: made.first, content });
  const theirs = tempDir();
  run(theirs, 'mkdir e; echo theirs > b; echo theirs > e/f; echo theirs > x.log');
  run(used.path, `echo mine > d/x.log; echo mine > d/b; rm -r d; ln -s ${theirs} d`);
  await made.worktrees.resultOf(used, { base: content.commit, message: 'x', isLast: true });
  // And once more when nobody looks any more.
  run(used.path, `rm -r only-old; ln -s ${theirs} only-old`);
  await made.worktrees.reuse(used, { id: 'y', head: made.first, content });
  assert.equal(tree(theirs), { b: 'theirs\n', 'e/f': 'theirs\n', 'x.log': 'theirs\n' });
});

test('a sparse checkout that a task has set up is undone', async () => {
  const made = await rig();
  await made.git('checkout', '-q', made.first);
  const used = await made.worktrees.add(await beginning(made, 'used', made.first));
  run(used.path, 'git sparse-checkout set --no-cone a; test ! -e d/b');
  await made.git('checkout', '-q', made.second);
  const reused = await made.worktrees.reuse(used, await beginning(made, 'again', made.second));
  if (!reused.ok) throw new Error(reused.why);
  const fresh = await made.worktrees.add(await beginning(made, 'fresh', made.second));
  assert.equal(seen(reused.worktree.path), seen(fresh.path));
});

test('what is to be kept is kept, ways to it too; a branch as well', async () => {
  const made = await rig();
  await made.git('checkout', '-q', made.first);
  const used = await made.worktrees.add(await beginning(made, 'used', made.first));
  run(
    used.path,
    'mkdir -p node_modules/x build/cache other; echo 1 > node_modules/x/f; echo 1 > build/cache/f; echo 1 > build/out; echo 1 > .env; echo 1 > other/f',
  );
  const keep = ['node_modules', 'build/cache', '.env'].map(rawPath);
  const reused = await made.worktrees.reuse(used, {
    ...(await beginning(made, 'again', made.second)),
    keep,
    keepBranch: true,
  });
  if (!reused.ok) throw new Error(reused.why);
  const files = tree(reused.worktree.path);
  assert.equal(
    Object.keys(files).filter((path) => /^(node_modules|build|\.env|other)/.test(path)),
    ['.env', 'build/cache/f', 'node_modules/x/f'],
  );
  assert.is(await made.git('rev-parse', 'task/used'), made.first);
});

test('a name that is no text goes like any other', async () => {
  const made = await rig();
  await made.git('checkout', '-q', made.first);
  const used = await made.worktrees.add(await beginning(made, 'used', made.first));
  writeFileSync(Buffer.concat([Buffer.from(`${used.path}/d/bytes-`), Buffer.from([0xff])]), 'b');
  const reused = await made.worktrees.reuse(used, await beginning(made, 'again', made.first));
  assert.ok(reused.ok);
  assert.equal(readdirSync(join(used.path, 'd')), ['b', 'e']);
});

test('when it is not surely ours any more it says so, and can still be removed', async () => {
  for (const script of [
    'rm .git; git init -q .',
    'echo broken > "$(git rev-parse --git-dir)/HEAD"',
    'git worktree move . ../moved',
  ]) {
    const made = await rig();
    await made.git('checkout', '-q', made.first);
    const used = await made.worktrees.add(await beginning(made, 'used', made.first));
    run(used.path, script);
    await made.git('checkout', '-q', made.second);
    const reused = await made.worktrees.reuse(used, await beginning(made, 'again', made.second));
    assert.not.ok(reused.ok, script);
    if (script.startsWith('echo')) assert.equal(await made.worktrees.remove(used), [], basename(used.path));
  }
});
