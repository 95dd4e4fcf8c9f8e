// Which programs ptask itself calls: never what the repository has, or what a package brings, wherever the search path leads.
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { trustedProgram } from '../../src/base/program.ts';
import { expectCode, gitProject, type PtaskOptions } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('run/programs');

const CONFIG = JSON.stringify({
  shell: 'bash',
  tasks: {
    a: { run: 'echo a > d/a', writes: ['d/**'] },
    b: { run: 'echo b > d/b', writes: ['d/**'] },
  },
});

/** Says that it was called, and fails. */
const imposter = (dir: string) => ({
  content: `#!/bin/sh\necho "$0 $*" >> '${dir}/called'\nexit 1\n`,
  mode: 0o755,
});

const NAMES = ['git', 'bash', 'ps', 'mkfifo', 'sysctl', 'env'];

for (const [what, folder, entry] of [
  ['a dot', '', () => '.'],
  ['an empty entry', '', () => ''],
  ['a relative folder', 'tools', () => 'tools'],
  ['a folder of the repository', 'tools', (dir: string) => join(dir, 'tools')],
  ['node_modules/.bin', 'node_modules/.bin', (dir: string) => join(dir, 'node_modules/.bin')],
] as const)
  test(`the search path begins with ${what}`, async () => {
    const made = await gitProject({ config: CONFIG, files: { 'd/x': 'x', '.gitignore': 'node_modules\n' } });
    const { dir, ptask } = made;
    write(join(dir, folder), Object.fromEntries(NAMES.map((name) => [name, imposter(dir)])));
    const PATH = [entry(dir), hermeticEnv().PATH].join(delimiter);
    const options: PtaskOptions = { env: { PATH } };
    for (const command of [['run'], ['undo']]) expectCode(await ptask(...command, options), 0);
    assert.not.ok(existsSync(join(dir, 'called')));
  });

test('a package outside of the repository, and a link into it, are none either', () => {
  const dir = tempDir();
  const repo = join(dir, 'repo');
  const good = join(dir, 'good');
  mkdirSync(join(repo, '.git'), { recursive: true });
  const program = { content: '#!/bin/sh\n', mode: 0o755 };
  write(dir, {
    'node_modules/.bin/git': program,
    'node_modules/tool/git': program,
    'repo/bin/git': program,
    folder: { symlink: 'repo/bin' },
    'link/git': { symlink: '../repo/bin/git' },
    'not-a-program/git': 'text',
    'is-a-folder/git/x': '',
    'good/git': program,
  });
  const bad = [
    'node_modules/.bin',
    'node_modules/tool',
    'repo/bin',
    'folder',
    'link',
    'not-a-program',
    'is-a-folder',
  ];
  const path = (names: readonly string[]): string => names.map((name) => join(dir, name)).join(delimiter);
  assert.is(trustedProgram('git', repo, path(bad)), undefined);
  assert.is(trustedProgram('git', join(repo, 'bin'), path([...bad, 'good'])), join(good, 'git'));
  // From elsewhere it is a program like any other.
  assert.is(trustedProgram('git', tempDir(), path(['repo/bin'])), join(repo, 'bin/git'));
});

test('a repository of the whole disk has not made the system’s programs', () => {
  const root = tempDir();
  mkdirSync(join(root, '.git'));
  const sh = trustedProgram('sh', root, '/usr/bin:/bin');
  assert.ok(sh !== undefined && /^(\/usr)?\/bin\/sh$/.test(sh));
  // Wherever ptask itself was started.
  const before = process.cwd();
  process.chdir('/');
  try {
    assert.is(trustedProgram('sh', '/', '/usr/bin:/bin'), sh);
    assert.ok(trustedProgram('node', root, `${dirname(process.execPath)}`) !== undefined);
  } finally {
    process.chdir(before);
  }
});

test('without a git that can be trusted that is said', async () => {
  const { dir, ptask } = await gitProject({ config: CONFIG, files: { 'd/x': 'x' } });
  write(dir, { 'tools/git': imposter(dir) });
  const { code, all } = await ptask('plan', { env: { PATH: join(dir, 'tools') } });
  assert.not.match(all, /internal error|^ +at /m);
  assert.match(
    all.replaceAll(/\s+/g, ' '),
    'git was not found in any absolute folder of PATH outside of the repository',
  );
  assert.ok(code !== undefined);
  assert.not.ok(existsSync(join(dir, 'called')));
});
