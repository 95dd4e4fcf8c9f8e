// The power goes while a task is at work on files of the user's that nothing else has, and when something is just over.
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, type PtaskResult, projectAt } from '../support/cli.ts';
import { AFTERWARDS, type CutDisk, cutDisk } from '../support/cut-disk.ts';
import type { Env } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { type Written, write } from '../support/tmp.ts';

const test = suite('fault/power-moments');

interface Scene {
  disk: CutDisk;
  dir: string;
  ptask(args: string[], env?: Env): Promise<PtaskResult>;
  git(...args: string[]): Promise<string>;
  /** Without what git and ptask keep for themselves. */
  files(): Record<string, string>;
}

interface Made {
  /** Of the commit. */
  files?: Record<string, Written>;
  /** Upon it, and in no commit. */
  edits?: Record<string, Written>;
  config: (disk: CutDisk) => object;
  isRepository?: boolean;
  /** Of the config. */
  folder?: string;
}

async function scene({
  files = {},
  edits = {},
  config,
  isRepository = true,
  folder = '',
}: Made): Promise<Scene | undefined> {
  const disk = cutDisk();
  if (disk === undefined) return undefined;
  const dir = join(disk.folder, 'repo');
  mkdirSync(dir);
  const all = { ...files, '.gitignore': 'ignored/\n' };
  const written = { [join(folder, 'parallel.config.json')]: JSON.stringify(config(disk)) };
  const git = isRepository ? (await repo({ dir, files: { ...all, ...written } })).git : async () => '';
  write(dir, isRepository ? edits : { ...all, ...written, ...edits });
  disk.synchronise();
  const { ptask } = projectAt(join(dir, folder));
  return {
    disk,
    dir,
    git,
    ptask: (args, env = {}) =>
      ptask(...args, { env: { XDG_STATE_HOME: join(disk.folder, 'state'), ...env }, timeout: 120_000 }),
    files: () =>
      Object.fromEntries(
        Object.entries(rawTree(dir)).filter(([path]) => !/^(?:.*\/)?\.(?:git|ptask)\//.test(path)),
      ),
  };
}

/** What a task does last: nothing of it is for its own good. */
const end = ({ copy }: CutDisk): string => `${copy}; kill -9 $PPID; sleep 60`;

const numbers = Array.from({ length: 60 }, (_, at) => at);
const LARGE = 'large '.repeat(1_000_000);

/** What the user has, and what the task has done to it when the power goes: all of that is on the disk. */
const CASES: Record<string, Omit<Made, 'config'> & { run: string; writes: string[] }> = {
  'a change that is not committed': {
    files: { notes: 'committed\n' },
    edits: { notes: 'written all day\n' },
    run: 'printf wri > notes; sync notes',
    writes: ['notes'],
  },
  'an untracked file, emptied': {
    edits: { 'a/b/mine': { content: 'mine alone\n', mode: 0o600 } },
    run: ': > a/b/mine; sync a/b/mine',
    writes: ['a/**'],
  },
  'an ignored file that goes, and others that come': {
    edits: { 'ignored/db': 'rows\n', 'ignored/link': { symlink: 'db' } },
    run: 'rm ignored/db ignored/link; mkdir -p new/deep; echo 1 > new/deep/file; sync new/deep/file',
    writes: ['ignored/**', 'new/**'],
  },
  'more files than are asked for one by one': {
    edits: Object.fromEntries(numbers.map((n) => [`many/${n}`, `file ${n}\n`])),
    run: 'for file in many/*; do printf x > $file; done; sync many/*',
    writes: ['many/**'],
  },
  'a large file': {
    edits: { large: LARGE },
    run: 'printf x > large; sync large',
    writes: ['large'],
  },
  'a config in a folder below': {
    folder: 'packages/app',
    edits: { 'packages/app/notes': 'mine\n' },
    run: 'printf x > notes; sync notes',
    writes: ['notes'],
  },
  'no repository': {
    isRepository: false,
    edits: { notes: 'mine\n', 'ignored/db': 'rows\n' },
    run: 'printf x > notes; rm ignored/db; sync notes',
    writes: ['notes', 'ignored/**'],
  },
};

for (const [name, { run, writes, ...made }] of Object.entries(CASES))
  test(`a task is at work: ${name}`, { timeout: 60_000 }, async () => {
    const at = await scene({
      ...made,
      config: (disk) => ({ tasks: { task: { run: `${run}; ${end(disk)}`, writes } } }),
    });
    if (at === undefined) return;
    const before = at.files();
    const ran = await at.ptask(['run', '--quiet']);
    assert.is(ran.signal, 'SIGKILL', ran.all);
    at.disk.cut();
    assert.not.equal(at.files(), before, 'the task has left its marks');
    expectOutput(expectCode(await at.ptask(['clean'], AFTERWARDS), 0), /to before task/);
    assert.equal(at.files(), before);
    expectOutput(await at.ptask(['clean'], AFTERWARDS), /nothing to clean up/);
  });

test('a task that was over before stays, whole; the one after it is put back', {
  timeout: 60_000,
}, async () => {
  const at = await scene({
    edits: { a: 'mine\n', 'b/c': 'mine\n' },
    config: (disk) => ({
      tasks: {
        first: {
          run: 'echo first > a; mkdir -p d/e; echo new > d/e/f; rm b/c',
          writes: ['a', 'b/**', 'd/**'],
        },
        second: { run: `echo second > a; ${end(disk)}`, writes: ['a'], needs: ['first'] },
      },
    }),
  });
  if (at === undefined) return;
  await at.ptask(['run', '--quiet']);
  at.disk.cut();
  expectOutput(expectCode(await at.ptask(['clean'], AFTERWARDS), 0), /to before second/);
  const { a, 'b/c': gone, 'd/e/f': made } = at.files();
  assert.equal([a, gone, made], ['644 first\n', undefined, '644 new\n']);
});

/** Ends of runs whose results are there for good once the run has said so. */
const ENDS = { 'in the files': 'apply', 'on the branch': 'merge' };

for (const [name, integrate] of Object.entries(ENDS))
  test(`a run has just ended, its results ${name}: they are there, and can be committed`, {
    timeout: 60_000,
  }, async () => {
    const at = await scene({
      files: { one: '1\n', two: '2\n' },
      edits: integrate === 'apply' ? { one: 'mine\n', untracked: 'mine\n' } : {},
      config: () => ({
        integrate,
        tasks: {
          one: {
            run: 'echo one >> one; mkdir -p n; echo new > n/one',
            writes: ['one', 'n/one'],
            workspace: 'worktree',
          },
          two: {
            run: 'echo two >> two; echo new two > n-two',
            writes: ['two', 'n-two'],
            workspace: 'worktree',
          },
        },
      }),
    });
    if (at === undefined) return;
    expectCode(await at.ptask(['run', '--quiet']), 0);
    const after = at.files();
    at.disk.cutNow();
    expectCode(await at.ptask(['clean'], AFTERWARDS), 0);
    assert.equal(at.files(), after);
    if (integrate === 'apply') {
      await at.git('add', '--all');
      await at.git('commit', '--quiet', '-m', 'what the run has done');
    }
    assert.is(await at.git('status', '--porcelain'), '');
    assert.is(await at.git('fsck', '--full', '--no-dangling', '--no-progress'), '');
    assert.is(await at.git('show', 'HEAD:n/one'), 'new');
  });

test('a run in the shared tree has just ended: it is not taken back', { timeout: 60_000 }, async () => {
  const at = await scene({
    edits: { a: 'mine\n' },
    config: () => ({ tasks: { task: { run: 'echo done > a; echo new > b', writes: ['a', 'b'] } } }),
  });
  if (at === undefined) return;
  const before = at.files();
  expectCode(await at.ptask(['run', '--quiet']), 0);
  const after = at.files();
  at.disk.cutNow();
  expectOutput(await at.ptask(['clean'], AFTERWARDS), /nothing to clean up/);
  assert.equal(at.files(), after);
  expectOutput(expectCode(await at.ptask(['undo'], AFTERWARDS), 0), /undid run/);
  assert.equal(at.files(), before);
  at.disk.cutNow();
  expectOutput(await at.ptask(['clean'], AFTERWARDS), /nothing to clean up/);
  assert.equal(at.files(), before);
});

for (const [name, env, isPutBack] of [
  ['the machine was down: its last sign of life may have come late to the disk', AFTERWARDS, true],
  ['the machine was up: that was somebody else', {}, false],
] as const)
  test(`a file was changed after the last sign of life, and ${name}`, { timeout: 60_000 }, async () => {
    const at = await scene({
      edits: { a: 'mine\n' },
      config: (disk) => ({ tasks: { task: { run: `printf x > a; sync a; ${end(disk)}`, writes: ['a'] } } }),
    });
    if (at === undefined) return;
    await at.ptask(['run', '--quiet']);
    at.disk.cut();
    const marks = join(at.dir, '.git/ptask/active');
    const late = Date.now() / 1000 - 20;
    for (const id of readdirSync(marks)) utimesSync(join(marks, id), late, late);
    expectCode(await at.ptask(['clean'], env), isPutBack ? 0 : 1);
    assert.is(at.files().a, isPutBack ? '644 mine\n' : '644 x');
  });
