// From what editors, git and people do to the files of a tree to the files that have changed, on a real disk.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Changes } from '../../src/watch/changes.ts';
import type { Watch } from '../../src/watch/folders.ts';
import { scopeOf } from '../../src/watch/scope.ts';
import { atEnd } from '../support/cleanup.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, type Written, write } from '../support/tmp.ts';

const test = suite('watch/changes');

interface Watching {
  dir: string;
  changes: Changes;
  /** Waits until these have been seen to change, in whatever order, and nothing else has. */
  sees(...paths: string[]): Promise<void>;
  /** Makes a change that is seen for sure: all that was done before has been heard of by then. */
  seesNothingElse(): Promise<void>;
}

const CONFIG = 'tasks:\n  a: { run: x, reads: [src, "docs/**/*.md", "!src/gen", .env.local] }\n';

function configAt(dir: string): Config {
  const loaded = loadConfig({ cwd: dir });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.value;
}

async function watching(
  dir: string,
  { watch, pollMs = 0 }: { watch?: Watch; pollMs?: number } = {},
): Promise<Watching> {
  let hinted = (): void => {};
  const changes = await Changes.open({
    scope: scopeOf(configAt(dir)),
    pollMs,
    onHint: () => hinted(),
    ...(watch && { watch }),
  });
  atEnd('close the watch', () => changes.close());
  const seen = new Set<string>();
  const until = async (paths: readonly string[]): Promise<void> => {
    for (;;) {
      const hint = new Promise<void>((resolve) => {
        hinted = resolve;
      });
      for (const path of await changes.settle(await changes.take(), false)) seen.add(path);
      if (paths.every((path) => seen.has(path))) return;
      await hint;
    }
  };
  let marks = 0;
  return {
    dir,
    changes,
    async sees(...paths) {
      await until(paths);
      assert.equal([...seen].sort(), paths.sort());
      seen.clear();
    },
    async seesNothingElse() {
      marks += 1;
      const mark = `src/mark-${marks}`;
      writeFileSync(join(dir, mark), '');
      await until([mark]);
      assert.equal([...seen], [mark]);
      seen.clear();
    },
  };
}

const at = (files: Record<string, Written> = {}): string => {
  const dir = tempDir();
  write(dir, {
    'parallel.config.yaml': CONFIG,
    'src/a.ts': 'a',
    'src/deep/b.ts': 'b',
    'docs/x.md': 'x',
    ...files,
  });
  return dir;
};

test('a file that is written, made, removed; and none that no task reads', async () => {
  const { dir, sees, seesNothingElse } = await watching(at());
  write(dir, { 'src/a.ts': 'longer', 'src/new.ts': '', 'docs/x.txt': '', 'other.ts': '' });
  await sees('src/a.ts', 'src/new.ts');
  rmSync(join(dir, 'src/deep/b.ts'));
  await sees('src/deep/b.ts');
  write(dir, { 'docs/x.txt': 'more', 'docs/new/folder/y.txt': '', 'elsewhere/src/a.ts': '' });
  await seesNothingElse();
});

test('editors: a new file in the place of the old one, one that goes and comes, a probe that comes and goes', async () => {
  const { dir, sees, seesNothingElse } = await watching(at());
  const a = join(dir, 'src/a.ts');
  writeFileSync(join(dir, 'src/.a.ts.swp'), '');
  writeFileSync(`${a}~`, 'atomic');
  renameSync(`${a}~`, a);
  rmSync(join(dir, 'src/.a.ts.swp'));
  await sees('src/a.ts');
  rmSync(a);
  writeFileSync(a, 'made again');
  await sees('src/a.ts');
  writeFileSync(join(dir, 'src/4913'), '');
  rmSync(join(dir, 'src/4913'));
  await seesNothingElse();
});

test('a look, another name, and the rights of a folder change no file', async () => {
  const { dir, seesNothingElse } = await watching(at());
  readFileSync(join(dir, 'src/a.ts'));
  chmodSync(join(dir, 'src/deep'), 0o700);
  await seesNothingElse();
});

test('a file that is saved as it was counts: whoever saves wants to see it run', async () => {
  const { dir, sees } = await watching(at());
  utimesSync(join(dir, 'src/a.ts'), 1, 1);
  await sees('src/a.ts');
});

test('folders that come with files in them, are moved, and come again under their name', async () => {
  const { dir, sees, seesNothingElse } = await watching(at());
  write(dir, { 'src/one/two/three.ts': '' });
  await sees('src/one/two/three.ts');
  renameSync(join(dir, 'src/one'), join(dir, 'src/uno'));
  await sees('src/one/two/three.ts', 'src/uno/two/three.ts');
  // By its new name it is watched, and by the old one no more.
  write(dir, { 'src/uno/two/three.ts': 'changed' });
  await sees('src/uno/two/three.ts');
  write(dir, { 'moved/in/four.ts': '' });
  renameSync(join(dir, 'moved'), join(dir, 'src/moved'));
  await sees('src/moved/in/four.ts');
  renameSync(join(dir, 'src/moved'), join(dir, 'out'));
  await sees('src/moved/in/four.ts');
  write(dir, { 'out/in/four.ts': 'unseen' });
  await seesNothingElse();
});

test('a folder that is removed and made again at once is watched again', async () => {
  const { dir, sees } = await watching(at());
  for (const content of ['1', '2', '3']) {
    rmSync(join(dir, 'src/deep'), { recursive: true });
    write(dir, { 'src/deep/b.ts': `again ${content}` });
    await sees('src/deep/b.ts');
    write(dir, { 'src/deep/b.ts': `and once more ${content}` });
    await sees('src/deep/b.ts');
  }
  rmSync(join(dir, 'src'), { recursive: true });
  await sees('src/a.ts', 'src/deep/b.ts');
  write(dir, { 'src/a.ts': 'back' });
  await sees('src/a.ts');
});

test('what is not there yet is waited for, folder by folder', async () => {
  const dir = tempDir();
  write(dir, { 'parallel.config.yaml': 'tasks:\n  a: { run: x, reads: [lib/deep/src/**/*.ts] }\n' });
  const { sees } = await watching(dir);
  mkdirSync(join(dir, 'lib'));
  mkdirSync(join(dir, 'lib/deep'));
  write(dir, { 'lib/deep/src/new/a.ts': '', 'lib/deep/b.ts': '' });
  await sees('lib/deep/src/new/a.ts');
});

test('a name that changes its case, and one that is no ASCII', async () => {
  const { dir, sees } = await watching(at());
  renameSync(join(dir, 'src/a.ts'), join(dir, 'src/A.ts'));
  await sees('src/A.ts', 'src/a.ts');
  write(dir, { 'src/grüße/日本.ts': '' });
  await sees('src/grüße/日本.ts');
});

test('beyond a link to a folder, and a link that leads elsewhere', async () => {
  const dir = at({ 'lib/x.ts': 'x', 'lib/y.ts': 'y' });
  symlinkSync('../lib', join(dir, 'src/lib'));
  symlinkSync('../lib/x.ts', join(dir, 'src/one.ts'));
  const { sees } = await watching(dir);
  write(dir, { 'lib/x.ts': 'changed' });
  await sees('lib/x.ts');
  rmSync(join(dir, 'src/one.ts'));
  symlinkSync('../lib/y.ts', join(dir, 'src/one.ts'));
  await sees('src/one.ts');
});

test('the config, its dotenv files, and lock files here and above count', async () => {
  const { dir } = await repo({ files: { 'package-lock.json': '{}' } });
  const root = join(dir, 'app');
  write(root, { 'parallel.config.yaml': `dotenv: [conf/.env, ../.env]\n${CONFIG}`, 'src/a.ts': '' });
  const { sees } = await watching(root);
  write(root, {
    'conf/.env': 'A=1',
    'yarn.lock': '',
    'parallel.config.yaml': CONFIG,
    '../.env': '',
    'none.lock': '',
  });
  await sees('conf/.env', 'yarn.lock', 'parallel.config.yaml', '../.env');
  write(dir, { 'package-lock.json': '{"changed": true}', 'README.md': '' });
  await sees('../package-lock.json');
});

test('what git ignores counts where a pattern spells it out, and not where one only reaches so far', async () => {
  const files = {
    '.gitignore': '__pycache__/\ndist/\n*.log\n',
    'parallel.config.yaml': 'tasks:\n  a: { run: x, reads: ["src/**", "packages/*/dist/**"] }\n',
    'src/a.py': '',
  };
  const { dir } = await repo({ files });
  write(dir, { 'packages/one/dist/x.js': '', 'src/__pycache__/old.pyc': '' });
  const { sees, seesNothingElse } = await watching(dir);
  write(dir, {
    'src/__pycache__/old.pyc': 'new',
    'src/deep/__pycache__/a.pyc': '',
    'src/debug.log': '',
    'packages/one/dist/x.js': 'new',
    'packages/two/dist/y.js': '',
  });
  await sees('packages/one/dist/x.js', 'packages/two/dist/y.js');
  write(dir, { 'src/deep/__pycache__/a.pyc': 'again' });
  await seesNothingElse();
});

test('node_modules, .git and .ptask are left alone, whatever a pattern reaches', async () => {
  const files = { 'parallel.config.yaml': 'tasks:\n  a: { run: x, reads: ["**"] }\n', 'src/a.ts': '' };
  const { dir } = await repo({ files });
  write(dir, { 'node_modules/x/index.js': '', '.ptask/y': '' });
  const { sees, seesNothingElse } = await watching(dir);
  write(dir, { 'node_modules/x/index.js': 'new', 'pkg/node_modules/z/index.js': '', '.ptask/y': 'new' });
  execFileSync('git', ['config', 'some.key', 'value'], { cwd: dir });
  await seesNothingElse();
  write(dir, { 'any/where.txt': '' });
  await sees('any/where.txt');
});

test('a checkout of many files is seen as a whole', async () => {
  const many = (content: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`src/d${n % 20}/f${n}.ts`, content]));
  const made = await repo({ files: { 'parallel.config.yaml': CONFIG, ...many('one') } });
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: made.dir, stdio: 'ignore' });
  git('checkout', '-b', 'other');
  write(made.dir, many('other content'));
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-am', 'other');
  const { sees } = await watching(made.dir);
  git('checkout', 'main');
  await sees(...Object.keys(many('')));
});

for (const code of ['ENOSPC', 'EMFILE'])
  test(`where the system has no more watches (${code}) all files are looked at again and again`, async () => {
    let left = 1;
    const watch: Watch = () => {
      if (left-- <= 0) throw Object.assign(new Error(code), { code });
      return { on() {}, close() {} } as never;
    };
    const { dir, sees, changes } = await watching(at(), { watch });
    assert.is(changes.shortage, code);
    write(dir, { 'src/new/c.ts': '', 'src/a.ts': 'changed' });
    rmSync(join(dir, 'src/deep'), { recursive: true });
    await sees('src/a.ts', 'src/new/c.ts', 'src/deep/b.ts');
  });

test('the same where it is asked for', async () => {
  const { dir, sees, changes } = await watching(at(), { pollMs: 20 });
  assert.is(changes.shortage, undefined);
  write(dir, { 'src/a.ts': 'changed' });
  await sees('src/a.ts');
});
