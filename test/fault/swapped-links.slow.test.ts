// A link takes the place of something of ptask's own while ptask is at work, as a task can put one there at any moment: before and
// after each call that goes by a name. Through it nothing is written, made, removed or read, and ptask ends by itself.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { repo } from '../support/git.ts';
import { each } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('fault/swapped-links');
const HOURS = 4 * 60 * 60 * 1000;

const preload = join(repositoryRoot, 'test/support/swap-links.cjs');
const { SECRET, listing } = createRequire(import.meta.url)(preload) as {
  SECRET: string;
  listing(folder: string): Record<string, string>;
};

/** After so many milliseconds nobody thinks that it ends by itself. */
const HANGS = 120_000;

const RUN = ['run', '--quiet', '--reporter', 'silent'];

/** Tasks in the shared tree and beside it, one that fails, one of an agent, which prints what it is given, and a step. */
const CONFIG = JSON.stringify({
  agents: { copies: { run: 'cat' } },
  tasks: {
    shared: { run: 'echo 2 > a', writes: ['a'] },
    fails: { run: 'echo 2 > b; exit 1', writes: ['b'], onFailure: 'rollback' },
    isolated: { run: 'echo 2 > c', writes: ['c'], workspace: 'worktree' },
    agent: { agent: 'copies', prompt: 'Do it', needs: ['shared'], writes: ['d'] },
  },
});
const SMALL = JSON.stringify({
  tasks: { shared: { run: 'echo 2 > a', writes: ['a'] } },
  validate: [{ name: 'step', run: 'echo well' }],
});

interface Scene {
  config: string;
  hasGit?: boolean;
  /** Runs of before, so many that the oldest ones go. */
  old?: number;
  /** A run has been. */
  hasRun?: boolean;
}

const SCENES: Record<string, { scene: Scene; args: readonly string[]; few: number }> = {
  'a run': { scene: { config: CONFIG }, args: [...RUN, '--report', 'html=page.html'], few: 10 },
  'a run without a repository': { scene: { config: SMALL, hasGit: false }, args: RUN, few: 8 },
  'a run that prunes': { scene: { config: SMALL, old: 31 }, args: RUN, few: 5 },
  plan: { scene: { config: SMALL, hasRun: true }, args: ['plan'], few: 2 },
  check: { scene: { config: SMALL, hasRun: true }, args: ['check'], few: 2 },
  log: { scene: { config: SMALL, hasRun: true }, args: ['log', 'step'], few: 4 },
  'log --md': { scene: { config: SMALL, hasRun: true }, args: ['log', '--md', 'shared'], few: 4 },
  report: { scene: { config: SMALL, hasRun: true }, args: ['report'], few: 3 },
  'report as a page': {
    scene: { config: SMALL, hasRun: true },
    args: ['report', '--format', 'html'],
    few: 4,
  },
  clean: { scene: { config: SMALL, hasRun: true }, args: ['clean'], few: 4 },
  undo: { scene: { config: SMALL, hasRun: true }, args: ['undo'], few: 4 },
};

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

async function made({ config, hasGit = true, old = 0, hasRun = false }: Scene): Promise<string> {
  const dir = join(tempDir('swap-'), 'repo');
  mkdirSync(dir);
  const files = { 'parallel.config.json': config, a: '1\n', b: '1\n', c: '1\n' };
  if (hasGit) await repo({ dir, files });
  else write(dir, files);
  for (let n = 10; n < 10 + old; n++)
    write(dir, {
      [`.ptask/runs/PARALLEL-20200101-0000${n}-000/report.json`]: '{}',
      [`.ptask/runs/PARALLEL-20200101-0000${n}-000/tasks/shared.out`]: 'said\n',
    });
  if (hasRun) await ptask.run(dir, RUN);
  return dir;
}

interface Case {
  call: number;
  when: 'before' | 'after';
  level: number;
  to: 'folder' | '.git';
}

interface Seen {
  depth: number;
  isFirst: boolean;
}

function casesOf(seen: readonly Seen[], hasGit: boolean): Case[] {
  const isAll = process.env.PTASK_TEST_STEPS !== undefined;
  return seen.flatMap(({ depth, isFirst }, index) =>
    isAll && !isFirst
      ? []
      : (['after', 'before'] as const).flatMap((when) =>
          Array.from({ length: Math.max(1, depth) }, (_, level) => level).flatMap((level) =>
            (level === 0 && hasGit ? (['folder', '.git'] as const) : (['folder'] as const)).map((to) => ({
              ...{ call: index + 1, when, level, to },
            })),
          ),
        ),
  );
}

/** So many of them, spread evenly; all where each step is to be tried. */
function chosen(cases: readonly Case[], few: number): readonly Case[] {
  if (process.env.PTASK_TEST_STEPS !== undefined) return cases;
  const count = Math.min(cases.length, Math.max(few, Number(process.env.PTASK_TEST_RUNS ?? 0)));
  return Array.from(
    { length: count },
    (_, n) => cases[Math.floor(((n + 0.5) * cases.length) / count)] as Case,
  );
}

/** What a clone or a task may put a link to, of git's own folder. */
function gitsOwn(dir: string): Record<string, string> {
  const git = join(dir, '.git');
  const changing = [
    'ptask',
    'objects',
    'refs',
    'logs',
    'index',
    'worktrees',
    'packed-refs',
    'COMMIT_EDITMSG',
  ];
  const names = readdirSync(git).filter((name) => !changing.includes(name));
  return Object.fromEntries(
    names.map((name) => {
      const path = join(git, name);
      const { mode, nlink } = lstatSync(path);
      return [name, lstatSync(path).isFile() ? `${mode} ${nlink} ${readFileSync(path)}` : `${mode}`];
    }),
  );
}

/** Files of ptask's own that hold what it had no business to read. */
function copiesIn(path: string): string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return readdirSync(path).flatMap((name) => copiesIn(join(path, name)));
  return stats?.isFile() && readFileSync(path, 'utf8').includes(SECRET.trim()) ? [path] : [];
}

async function tried(scene: Scene, args: readonly string[], one: Case): Promise<string | undefined | false> {
  const dir = await made(scene);
  const around = join(dir, '..');
  const to = one.to === '.git' ? join(around, 'to.git') : join(around, 'to');
  const out = join(around, 'swapped.json');
  const gitBefore = one.to === '.git' ? gitsOwn(dir) : {};
  const { code, signal, said } = await ptask.interrupt(dir, args, HANGS, 'SIGKILL', {
    NODE_OPTIONS: `--require ${preload}`,
    SWAP_AT: String(one.call),
    ...{ SWAP_WHEN: one.when, SWAP_LEVEL: String(one.level), SWAP_TO: to, SWAP_OUT: out },
  });
  if (!existsSync(out)) return false;
  const { at, before } = JSON.parse(readFileSync(out, 'utf8')) as {
    at: string;
    before?: Record<string, string>;
  };
  const faults: string[] = [];
  if (signal !== null) faults.push(`it ended by ${signal}`);
  else if (![0, 1, 2].includes(code ?? -1)) faults.push(`exit code ${code}`);
  if (/internal error|\n {4}at /.test(said)) faults.push('it told of a bug');
  if (said.includes(SECRET.trim())) faults.push('it printed what it had no business to read');
  if (before !== undefined) {
    const now = listing(to);
    for (const path of new Set([...Object.keys(before), ...Object.keys(now)]))
      if (before[path] !== now[path]) faults.push(`${path} was ${before[path]} and is ${now[path]}`);
  }
  if (one.to === '.git') {
    const now = gitsOwn(dir);
    for (const name of new Set([...Object.keys(gitBefore), ...Object.keys(now)]))
      if (gitBefore[name] !== now[name])
        faults.push(`.git/${name} was ${gitBefore[name]} and is ${now[name]}`);
  }
  for (const folder of [join(dir, '.ptask'), join(dir, '.git/ptask'), `${to}-aside`])
    for (const file of copiesIn(folder))
      faults.push(`it copied what it had no business to read into ${file}`);
  const page = join(dir, 'page.html');
  if (existsSync(page) && readFileSync(page, 'utf8').includes(SECRET.trim()))
    faults.push('it put what it had no business to read into the page');
  rmSync(around, { recursive: true, force: true });
  return faults.length === 0 ? undefined : `${at} → ${one.to}:\n  ${faults.join('\n  ')}\n(${code}) ${said}`;
}

for (const [name, { scene, args, few }] of Object.entries(SCENES))
  test(`links are swapped in: ${name}`, { timeout: HOURS }, async () => {
    if (process.platform !== 'linux') return;
    const counted = await made(scene);
    const count = join(counted, '..', 'count.json');
    await ptask.run(counted, args, { NODE_OPTIONS: `--require ${preload}`, SWAP_COUNT: count });
    const seen = existsSync(count) ? (JSON.parse(readFileSync(count, 'utf8')) as Seen[]) : [];
    const cases = casesOf(seen, scene.hasGit ?? true);
    const failures: string[] = [];
    let came = 0;
    const some = chosen(cases, few);
    await each(some, async (one) => {
      const failure = await tried(scene, args, one);
      if (failure !== false) came += 1;
      if (failure) failures.push(failure);
    });
    console.log(
      `swapped links, ${name}: ${seen.length} calls, ${some.length} tried, ${came} swapped, ${came - failures.length} held`,
    );
    assert.is(failures.join('\n\n'), '');
  });

test('the tests see what is written through a link', { timeout: HOURS }, () => {
  const dir = tempDir();
  write(dir, { 'x/a': SECRET });
  const before = listing(dir);
  write(dir, { 'x/b': '' });
  assert.not.equal(listing(dir), before);
});
