// The hooks as git runs them: in a repository that has ptask installed, with what its README says done by hand.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { install } from '../docs/document.ts';
import { hermeticEnv } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { copyOf } from './example.ts';

const test = suite('git-hook');

const BROKEN = 'export const total = () => 0;\n';

/** A repository with the example, ptask installed and the hooks in use, and a branch `feature` with one more commit. */
async function repository(feature: Record<string, string>): Promise<Repo> {
  const made = await repo({ unborn: true });
  copyOf('git-hook', made.dir);
  install(made.dir);
  await made.commit({ '.gitignore': 'node_modules/\n' }, 'first');
  await made.git('switch', '--quiet', '-c', 'feature');
  await made.commit(feature, 'feature');
  await made.git('switch', '--quiet', 'main');
  await made.commit({ 'NEWS.md': 'Something else.\n' }, 'news');
  await made.git('config', 'core.hooksPath', 'hooks');
  return made;
}

/** git with its exit code and all it printed. */
async function git(cwd: string, ...args: string[]) {
  const env = hermeticEnv({ npm_config_offline: 'true', npm_config_update_notifier: 'false' });
  const ended = await execa('git', args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  return { code: ended.exitCode, output: ended.all };
}

const message = (made: Repo): Promise<string> => made.git('log', '-1', '--format=%s');

test('the hooks are executable', () => {
  const { dir } = copyOf('git-hook');
  for (const hook of ['pre-commit', 'pre-merge-commit', 'pre-push'])
    assert.is(statSync(join(dir, 'hooks', hook)).mode & 0o111, 0o111, hook);
});

test('a sound merge is committed', { timeout: 60_000 }, async () => {
  const made = await repository({ 'src/tax.js': 'export const tax = (sum) => sum / 5;\n' });
  const merged = await git(made.dir, 'merge', '--no-ff', '-m', 'merged', 'feature');
  assert.is(merged.code, 0, merged.output);
  assert.match(merged.output, '3 passed');
  assert.is(await message(made), 'merged');
});

test('a merge that breaks a test is not committed, and says which', { timeout: 60_000 }, async () => {
  const made = await repository({ 'src/total.js': BROKEN });
  const refused = await git(made.dir, 'merge', '--no-ff', '-m', 'merged', 'feature');
  assert.is.not(refused.code, 0);
  assert.match(refused.output, 'test failed: exit code 1');
  assert.match(refused.output, 'Not committing merge');
  assert.is(await message(made), 'news');
  const aborted = await git(made.dir, 'merge', '--abort');
  assert.is(aborted.code, 0, aborted.output);
  assert.equal(await made.status(), []);
});

test('a broken tree is not pushed, a sound one is', { timeout: 60_000 }, async () => {
  const made = await repository({ 'src/tax.js': '' });
  const remote = tempDir();
  await made.git('init', '--quiet', '--bare', '-b', 'main', remote);
  await made.git('remote', 'add', 'origin', remote);
  const pushed = await git(made.dir, 'push', '--quiet', 'origin', 'main');
  assert.is(pushed.code, 0, pushed.output);
  const before = await made.git('rev-parse', 'origin/main');

  await made.commit({ 'src/total.js': BROKEN }, 'broken');
  const refused = await git(made.dir, 'push', '--quiet', 'origin', 'main');
  assert.is.not(refused.code, 0);
  assert.match(refused.output, 'test failed: exit code 1');
  assert.is(await made.git('ls-remote', 'origin', 'main'), `${before}\trefs/heads/main`);
});

test('a key is not committed, in whichever way, and a push that only deletes runs nothing', {
  timeout: 90_000,
}, async () => {
  const made = await repository({ 'src/tax.js': '' });
  const before = await message(made);
  for (const form of [['-a'], ['src/total.js'], ['-i', 'src/total.js']]) {
    write(made.dir, { 'src/total.js': '// PRIVATE KEY\n' });
    const refused = await git(made.dir, 'commit', '-m', 'key', ...form);
    assert.is(refused.code, 1, refused.output);
    assert.match(refused.output, 'secrets failed');
  }
  assert.is(await message(made), before);
  await made.git('checkout', '--quiet', 'HEAD', 'src/total.js');
  const remote = tempDir();
  await made.git('init', '--quiet', '--bare', '-b', 'main', remote);
  await made.git('remote', 'add', 'origin', remote);
  await made.git('push', '--quiet', '--no-verify', 'origin', 'main', 'main:gone');
  write(made.dir, { 'src/total.js': BROKEN });
  const deleted = await git(made.dir, 'push', '--quiet', 'origin', ':gone');
  assert.is(deleted.code, 0, deleted.output);
});
