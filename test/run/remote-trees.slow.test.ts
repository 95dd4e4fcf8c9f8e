/**
 * The same trees, byte by byte and with their modes and links, whether tasks run here, come from the local cache, come from a remote one
 * or run on a real server: examples, and the checks of this repository.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import type { Report } from '../../src/model/report.ts';
import { casd, noCasd } from '../support/casd.ts';
import { expectCode, ptask } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const reason = noCasd();
const quiet = suite('run/remote-trees');
const test = (name: string, body: () => Promise<void>): void =>
  reason === undefined ? quiet(name, { timeout: 600_000 }, body) : quiet.skip(name, reason);

const rig = reason === undefined ? await casd({ jobs: 2 }) : undefined;
const url = rig?.url;

type Way = 'here' | 'local cache' | 'remote cache' | 'remotely';
type Task = Record<string, unknown>;
type Config = Record<string, unknown> & { tasks: Record<string, Task> };
type TaskReport = Report['tasks'][number];

interface Ran {
  tree: Record<string, string>;
  tasks: TaskReport[];
}

interface Subject {
  config: Config;
  /** What every remote task finds. */
  inputs: string[];
  /** Which files there are, and are to stay, that the runs do not make. */
  kept: string[];
}

/** Makes the repository as it was. */
async function reset({ git }: Repo, kept: readonly string[]): Promise<void> {
  await git('reset', '-q', '--hard');
  await git('clean', '-q', '-ffdx', ...kept.flatMap((path) => ['-e', `/${path}`]));
}

/** Each way from the same beginning; the first fills the caches. */
async function inAllWays(subject: Subject, at: Repo): Promise<Record<Way, Ran>> {
  const { config, inputs, kept } = subject;
  const cacheDir = tempDir();
  const run = async (more: object, ...args: string[]): Promise<Ran> => {
    await reset(at, kept);
    // JSON is YAML, and a config is no part of the trees that are compared.
    const file = join(at.dir, 'parallel.config.yaml');
    const written = readFileSync(file);
    writeFileSync(file, JSON.stringify({ ...config, ...more }));
    const report = join(cacheDir, 'report.json');
    const result = await ptask(['run', '--report', `json=${report}`, ...args], {
      cwd: at.dir,
      timeout: 300_000,
    });
    writeFileSync(file, written);
    expectCode(result, 0);
    const { tasks } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    return { tree: treeOf(at.dir, kept), tasks };
  };
  const cache = (more: object = {}): object => ({
    cache: { enabled: true, dir: join(cacheDir, 'kept'), ...more },
  });
  const stored = cache({ remote: { url, write: true } });
  const here = await run(stored);
  const local = await run(cache());
  const remote = await run(stored, '--cache', 'local:off,remote:r');
  const there = await run({ cache: false, remote: { url, inputs, fallback: 'fail' } }, '--remote');
  return { here, 'local cache': local, 'remote cache': remote, remotely: there };
}

function treeOf(dir: string, kept: readonly string[]): Record<string, string> {
  const left = ['.git/', '.git', ...kept.map((path) => `${path}/`)];
  return Object.fromEntries(
    Object.entries(rawTree(dir)).filter(
      ([path]) => !left.some((each) => path === each || (each.endsWith('/') && path.startsWith(each))),
    ),
  );
}

function assertSameTrees(ways: Record<Way, Ran>): void {
  for (const [way, { tree }] of Object.entries(ways)) {
    const paths = new Set([...Object.keys(tree), ...Object.keys(ways.here.tree)]);
    const differing = [...paths].filter((path) => tree[path] !== ways.here.tree[path]);
    assert.equal(differing.slice(0, 20), [], `${way} differs`);
  }
}

const idsOf = ({ tasks }: Ran, matches: (task: TaskReport) => boolean): string[] =>
  tasks.filter(matches).map(({ id }) => id);

const isRemote = ({ remote }: TaskReport): boolean => remote !== undefined;
const isHit = ({ cached }: TaskReport): boolean => cached?.hit === true;
const isRemoteHit = ({ cached }: TaskReport): boolean => cached?.hit === true && cached.isRemote === true;

const configIn = (dir: string): Config =>
  parse(readFileSync(join(dir, 'parallel.config.yaml'), 'utf8')) as Config;

async function example(name: string): Promise<{ at: Repo; config: Config }> {
  const from = join(repositoryRoot, 'examples', name);
  const dir = join(tempDir(), 'repo');
  cpSync(from, dir, { recursive: true, filter: (path) => !/\/(?:\.ptask|dist)$/.test(path) });
  return { at: await repo({ dir }), config: configIn(from) };
}

test('the quick start', async () => {
  const { at, config } = await example('quick-start');
  const all = Object.keys(config.tasks);
  const ways = await inAllWays({ config, inputs: ['package.json'], kept: [] }, at);
  assertSameTrees(ways);
  assert.equal(idsOf(ways['local cache'], isHit), all);
  assert.equal(idsOf(ways['remote cache'], isRemoteHit), all);
  assert.equal(idsOf(ways.remotely, isRemote), all);
});

test('tasks in worktrees', async () => {
  const { at, config } = await example('strategy-b-worktrees');
  // In the example they say nothing of it, and one that does not cannot run remotely.
  for (const task of Object.values(config.tasks))
    Object.assign(task, { reads: ['*.mjs', 'package.json', 'src/**'], snapshotReads: true });
  const ways = await inAllWays({ config, inputs: [], kept: [] }, at);
  assertSameTrees(ways);
  assert.ok(ways.remotely.tasks.every(({ workspace }) => workspace === 'worktree'));
  assert.equal(idsOf(ways.remotely, isRemote), Object.keys(config.tasks));
});

test('the checks of this repository', async () => {
  const dir = join(tempDir(), 'repo');
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
  });
  for (const path of stdout.split('\0').filter(Boolean))
    cpSync(join(repositoryRoot, path), join(dir, path), { recursive: true });
  cpSync(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'), {
    ...{ recursive: true, verbatimSymlinks: true },
  });
  const at = await repo({ dir });
  const config = configIn(repositoryRoot);
  const kept = ['node_modules'];
  const ways = await inAllWays({ config, inputs: ['node_modules/**'], kept }, at);
  assertSameTrees(ways);
  const all = Object.keys(config.tasks);
  assert.equal(idsOf(ways['local cache'], isHit), all);
  assert.equal(idsOf(ways['remote cache'], isRemoteHit), all);
  assert.equal(idsOf(ways.remotely, isRemote), all);
  rmSync(dirname(dir), { recursive: true });
});
