// A clone may bring a `.ptask` of its own. Nothing is written through what is in it, and nothing outside is read.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, gitProject, type Project, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree, type Written, write } from '../support/tmp.ts';

const test = suite('cli/hostile-clone');
const SLOW = { timeout: 120_000 };

const CONFIG = "tasks:\n  a: { run: 'echo 2 > a', writes: [a] }\n  b: { run: ':' }\n";
/** So long that it is remembered. */
const LONG = `# ${'-'.repeat(9_000)}\n${CONFIG}`;
const LOOKING = [['check'], ['list'], ['plan'], ['explain', 'a', 'b'], ['graph']];

/** A folder of the user's that no repository has any business with. */
function outside(): string {
  const dir = tempDir();
  write(dir, { profile: 'mine\n', 'PARALLEL-20200101-000000-000/keep': 'mine\n', 'reserve/0': 'mine\n' });
  return dir;
}

async function clone(files: Record<string, Written>, config = LONG): Promise<Project> {
  return gitProject({ config, files: { a: '1\n', ...files } });
}

const HOSTILE: Record<string, (mine: string) => Record<string, Written>> = {
  'the whole folder': (mine) => ({ '.ptask': { symlink: mine } }),
  "git's folder": () => ({ '.ptask': { symlink: '.git' } }),
  cache: () => ({ '.ptask/cache': { symlink: '../.git' } }),
  runs: (mine) => ({ '.ptask/runs': { symlink: mine } }),
  state: (mine) => ({ '.ptask/state': { symlink: mine } }),
  'what has git ignore it': (mine) => ({
    '.ptask/.gitignore': { symlink: join(mine, 'fresh') },
    '.ptask/x': '',
  }),
  'drafts by every number': (mine) =>
    Object.fromEntries(
      Array.from({ length: 200 }, (_, pid) => [
        `.ptask/cache/config.${pid}.tmp`,
        { symlink: join(mine, 'profile') },
      ]),
    ),
};

for (const [name, files] of Object.entries(HOSTILE))
  test(`links in a clone: ${name}`, SLOW, async () => {
    const mine = outside();
    const before = tree(mine);
    const made = await clone(files(mine));
    const config = readFileSync(join(made.dir, '.git/config'), 'utf8');
    const here = tree(made.dir);
    for (const words of LOOKING) expectCode(await made.ptask(...words), 0);
    expectOutput(
      expectCode(await made.ptask('run'), 2),
      /git tracks \.ptask.*\n[\s\S]*git rm -r --cached \.ptask/,
      'stderr',
    );
    assert.equal(tree(made.dir), here);
    assert.equal(tree(mine), before);
    assert.is(readFileSync(join(made.dir, '.git/config'), 'utf8'), config);
    await made.ptask('undo');
    await made.ptask('clean');
    assert.equal(tree(mine), before);
  });

for (const link of ['.ptask', '.ptask/runs'])
  test(
    `a link that git does not know of, ${link}, is refused, and nothing is written through it`,
    SLOW,
    async () => {
      const mine = outside();
      const before = tree(mine);
      for (const made of [await clone({}), project({ config: CONFIG, files: { a: '1\n' } })]) {
        if (link !== '.ptask') mkdirSync(join(made.dir, '.ptask'));
        symlinkSync(mine, join(made.dir, link));
        expectCode(await made.ptask('check'), 0);
        expectOutput(expectCode(await made.ptask('run'), 2), /is a link[\s\S]*remove it/, 'stderr');
        assert.is(readFileSync(join(made.dir, 'a'), 'utf8'), '1\n');
        assert.equal(tree(mine), before);
        rmSync(join(made.dir, link));
        expectCode(await made.ptask('run'), 0);
      }
    },
  );

test('links among the locks of a folder without a repository lead nowhere', SLOW, async () => {
  const mine = outside();
  const before = tree(mine);
  const made = project({ config: CONFIG, files: { a: '1\n' } });
  write(made.dir, { '.ptask/state': { symlink: mine } });
  for (const words of [['run'], ['clean'], ['undo']])
    expectOutput(expectCode(await made.ptask(...words), 2), /is a link[\s\S]*remove it/, 'stderr');
  rmSync(join(made.dir, '.ptask/state'));
  write(made.dir, { '.ptask/state/reserve': { symlink: join(mine, 'reserve') } });
  for (const name of ['lock-1', 'lock-2', 'active', 'kept'])
    symlinkSync(join(mine, 'profile'), join(made.dir, '.ptask/state', name));
  expectOutput(expectCode(await made.ptask('run'), 2), /lock-2 is a symbolic link[\s\S]*remove it/, 'stderr');
  for (const name of ['lock-1', 'lock-2']) rmSync(join(made.dir, '.ptask/state', name));
  expectCode(await made.ptask('run'), 0);
  expectCode(await made.ptask('undo'), 0);
  assert.equal(tree(mine), before);
});

test('what has git ignore our files may be committed', SLOW, async () => {
  const made = await gitProject({ config: CONFIG, files: { a: '1\n' } });
  write(made.dir, { '.ptask/.gitignore': '*\n' });
  await made.git('add', '--force', '.ptask/.gitignore');
  await made.git('commit', '-qm', 'ignored');
  expectCode(await made.ptask('run'), 0);
});

test('a run that git tracks is read, and nothing is put into its folder', SLOW, async () => {
  const made = await gitProject({ config: CONFIG, files: { a: '1\n' } });
  expectCode(await made.ptask('run'), 0);
  await made.git('add', '--force', '.ptask/runs');
  await made.git('commit', '-qm', 'runs');
  const here = tree(made.dir);
  expectCode(await made.ptask('report'), 0);
  expectCode(await made.ptask('log', '--md', 'a'), 0);
  for (const words of [['report', '--open'], ['run']])
    expectOutput(expectCode(await made.ptask(...words), 2), /git tracks \.ptask\/runs/, 'stderr');
  assert.equal(tree(made.dir), here);
  expectCode(await made.ptask('undo'), 0);
});

const RUN = 'PARALLEL-20200101-000000-000';

/** The journal and logs of a run of another machine, whose task and step are said to have logged somewhere. */
async function withJournal(change: (events: string, mine: string) => string): Promise<[Project, string]> {
  const mine = outside();
  const other = await gitProject({
    config: `${CONFIG}validate:\n  - { name: v, run: echo ok }\n`,
    files: { a: '1\n' },
  });
  expectCode(await other.ptask('run'), 0);
  const [run = ''] = execFileSync('ls', [join(other.dir, '.ptask/runs')], { encoding: 'utf8' }).split('\n');
  const text = readFileSync(join(other.dir, '.ptask/runs', run, 'events.ndjson'), 'utf8').replaceAll(
    run,
    RUN,
  );
  const made = project({ config: CONFIG, files: { a: '1\n' } });
  write(made.dir, { [`.ptask/runs/${RUN}/events.ndjson`]: change(text, mine) });
  return [made, mine];
}

for (const [name, path] of Object.entries({
  absolute: (mine: string) => join(mine, 'profile'),
  upwards: (mine: string) => `../../../..${join(mine, 'profile')}`,
  'upwards from within': (mine: string) => `validation/../../../../../../../../../..${join(mine, 'profile')}`,
}))
  test(`a log that a journal says to be elsewhere is not read: ${name}`, SLOW, async () => {
    const [made] = await withJournal((text, mine) =>
      text.replaceAll('"validation/1.out"', JSON.stringify(path(mine))),
    );
    const log = await made.ptask('log', 'v');
    expectOutput(expectCode(log, 2), /the log cannot be read/, 'stderr');
    for (const format of ['md', 'html', 'json', 'junit'])
      assert.not.match((await made.ptask('report', '--format', format)).all, /mine/, format);
  });

test('a log that is a link, or lies beyond one, is not read; nor is a journal', SLOW, async () => {
  const [made, mine] = await withJournal((text) => text);
  const folder = join(made.dir, '.ptask/runs', RUN);
  mkdirSync(join(folder, 'tasks'));
  for (const name of ['a.out', 'a.md']) symlinkSync(join(mine, 'profile'), join(folder, 'tasks', name));
  symlinkSync(mine, join(folder, 'validation'));
  symlinkSync(join(mine, 'profile'), join(mine, '1.out'));
  for (const words of [
    ['log', 'a'],
    ['log', 'v'],
    ['log', '--md', 'a'],
    ['report'],
    ['report', '--format', 'html'],
  ])
    assert.not.match((await made.ptask(...words)).all, /mine/, words.join(' '));
  rmSync(join(folder, 'events.ndjson'));
  symlinkSync(join(mine, 'profile'), join(folder, 'events.ndjson'));
  expectOutput(expectCode(await made.ptask('report'), 2), /has no journal/, 'stderr');
});

test('a FIFO in the place of a log or a journal keeps nobody waiting', SLOW, async () => {
  if (process.platform === 'win32') return;
  const [made] = await withJournal((text) => text);
  const folder = join(made.dir, '.ptask/runs', RUN);
  mkdirSync(join(folder, 'tasks'));
  execFileSync('mkfifo', [join(folder, 'tasks/a.out')]);
  expectCode(await made.ptask('log', 'a'), 2);
  expectCode(await made.ptask('report', '--format', 'html'), 0);
  rmSync(join(folder, 'events.ndjson'));
  execFileSync('mkfifo', [join(folder, 'events.ndjson')]);
  expectCode(await made.ptask('report'), 2);
});

/** Where nothing but `.ptask` is left for the state. */
const NOWHERE = { env: { HOME: undefined, XDG_STATE_HOME: '/dev/null/x', XDG_CACHE_HOME: '/dev/null/x' } };

test('the state of a run that came with an archive is not believed', SLOW, async () => {
  if (process.platform !== 'linux') return;
  const made = project({ config: CONFIG, files: { a: '1\n' } });
  expectCode(await made.ptask('run', NOWHERE), 0);
  const copy = join(tempDir(), 'copy');
  execFileSync('cp', ['-r', made.dir, copy]);
  for (const words of [['run'], ['undo'], ['clean']]) {
    const there = await made.ptask(...words, '--cwd', copy, NOWHERE);
    expectOutput(expectCode(there, 2), /was not made here/, 'stderr');
  }
  expectCode(await made.ptask('check', '--cwd', copy, NOWHERE), 0);
  rmSync(join(copy, '.ptask/state'), { recursive: true });
  expectCode(await made.ptask('run', '--cwd', copy, NOWHERE), 0);
  expectCode(await made.ptask('undo', NOWHERE), 0);
  assert.is(readFileSync(join(made.dir, 'a'), 'utf8'), '1\n');
});

test(
  'what is remembered lies in the git folder, and without one with the user; commands that look make no .ptask',
  SLOW,
  async () => {
    const home = tempDir();
    const env = { HOME: home };
    const repository = await clone({});
    const plain = project({ config: LONG, files: { a: '1\n' } });
    for (const made of [repository, plain]) {
      for (const words of LOOKING) expectCode(await made.ptask(...words, { env }), 0);
      assert.not(existsSync(join(made.dir, '.ptask')));
    }
    assert.ok(existsSync(join(repository.dir, '.git/ptask/top/cache/config')));
    const [folder = ''] = Object.keys(tree(home)).filter((path) => /cache/i.test(path));
    assert.match(folder, /ptask\/[^/]+\/config/);
    assert.is(lstatSync(join(home, folder.split(' ')[0] as string)).mode & 0o077, 0);
  },
);
