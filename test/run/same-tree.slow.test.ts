/**
 * The promise: whatever runs at once and wherever, the files are in the end as if the tasks had run one at a time.
 * Random tasks with honest declarations, in real repositories with work that is not committed.
 */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import {
  assertNothingLeft,
  assertSame,
  assertUntouched,
  filesOf,
  gitState,
  ground,
  runIn,
  told,
} from './isolation-support.ts';
import { type Deed, deeds, taskOf } from './same-tree-deeds.ts';

const test = suite('run/same-tree');

const lines = (name: string): string => Array.from({ length: 24 }, (_, at) => `${name} ${at + 1}\n`).join('');

const repository = async (isDirty: boolean) => {
  const made = await ground({
    a: lines('a'),
    b: lines('b'),
    c: { content: lines('c'), mode: 0o755 },
    'd/e': lines('e'),
    'd/f': lines('f'),
    m: 'm\n',
    l: { symlink: 'a' },
    bin: Uint8Array.from([0, 1, 2, 255, 0, 10]),
    'r/1': lines('r'),
  });
  write(made.dir, { 'ignored/i': 'ignored\n', 'ignored/j': 'ignored too\n' });
  if (!isDirty) return made;
  write(made.dir, { a: `${lines('a')}staged\n`, 'd/new': 'untracked\n', b: `${lines('b')}staged\n` });
  await made.git('add', 'a', 'b');
  write(made.dir, { b: `unstaged\n${lines('b')}staged\n`, 'd/e': lines('edited'), n1: 'untracked\n' });
  await made.git('rm', '--quiet', '--cached', 'd/f');
  execFileSync('rm', [join(made.dir, 'bin')]);
  return made;
};

const templates = new Map([
  ['clean', await repository(false)],
  ['dirty', await repository(true)],
]);

type Start = 'clean' | 'dirty';

/** A copy of a template, as it was. */
function copyOf(start: Start) {
  const dir = join(tempDir(), 'repo');
  const template = templates.get(start);
  if (template === undefined) throw new Error(start);
  cpSync(template.dir, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const git = (...args: string[]) =>
    Promise.resolve(execFileSync('git', args, { cwd: dir, encoding: 'utf8' }).trimEnd());
  return { ...template, dir, git };
}

interface Case {
  start: Start;
  deeds: Deed[];
  conflicts: 'isolate' | 'serialize';
  mode: Mode;
}

type Mode = 'auto' | 'phased' | 'worktrees' | 'at once' | 'sequential';

const cases: fc.Arbitrary<Case> = fc.record({
  start: fc.constantFrom<Start>('clean', 'dirty'),
  deeds,
  conflicts: fc.constantFrom('isolate', 'isolate', 'isolate', 'serialize'),
  mode: fc.constantFrom<Mode>('auto', 'at once', 'at once', 'phased', 'worktrees', 'sequential'),
});

function configOf({ deeds, conflicts }: Case, isReference: boolean): object {
  const tasks = deeds.map((deed, index): [string, object] => {
    const { workspace, ...task } = taskOf(deed, index);
    return [`t${index}`, isReference ? task : { ...task, workspace }];
  });
  return { conflicts, resources: { units: 2 }, tasks: Object.fromEntries(tasks) };
}

const count = { cases: 0, isolated: 0, again: 0 };

async function check(one: Case): Promise<void> {
  const reference = copyOf(one.start);
  const serial = await runIn(reference.dir, configOf(one, true), { strategy: 'sequential' });
  assert.is(serial.report.status, 'complete', told(serial));

  const made = copyOf(one.start);
  const before = gitState(made.dir);
  const { mode } = one;
  const strategy = mode === 'at once' ? 'auto' : mode;
  const concurrency = { kind: 'count', count: 4 } as const;
  const run = await runIn(made.dir, configOf(one, false), { strategy, concurrency }).catch((error: Error) => {
    // More than one phase, or nothing to isolate: worktrees cannot be forced on everything.
    if (mode === 'worktrees' && error.message.includes('strategy B')) return undefined;
    throw error;
  });
  if (run === undefined) return;
  assert.is(run.report.status, 'complete', told(run));
  assertSame(filesOf(made.dir), filesOf(reference.dir), () => told(run));
  assert.equal(run.report.cleanup.problems, [], run.report.cleanup.problems.join('; '));
  assertUntouched(made.dir, before);
  await assertNothingLeft(made);
  count.cases += 1;
  count.isolated += run.plan.tasks.filter(({ workspace }) => workspace === 'worktree').length;
  count.again += run.report.integration.conflicts.length;
}

test('property: any strategy ends with the tree of the sequential run', { timeout: 3_600_000 }, async () => {
  const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 12);
  await fc.assert(fc.asyncProperty(cases, check), {
    numRuns,
    includeErrorInReport: true,
    endOnFailure: process.env.PTASK_TEST_SHRINK === undefined,
    ...seedOf(process.env),
  });
  console.log(`${count.cases} cases, ${count.isolated} isolated tasks, ${count.again} collisions`);
  assert.ok(count.isolated > numRuns / 4, 'hardly anything was isolated');
});

function seedOf({ PTASK_TEST_SEED: seed }: NodeJS.ProcessEnv): { seed?: number } {
  return seed === undefined ? {} : { seed: Number(seed) };
}
