/**
 * Wherever a task can fail, what the config says of a failure holds, and so does whatever somebody answers who is asked.
 * Rows are the moments at which it fails, columns the answers.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Choice } from '../../src/run/records/options.ts';
import { foldReport } from '../report/fixtures.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import {
  assertNothingLeft,
  assertSame,
  filesOf,
  ground,
  type IsolatedRun,
  runIn,
  told,
} from './isolation-support.ts';

const test = suite('run: states of failure');

interface Scene {
  made: Repo;
  /** What is in the way as long as it is there. */
  flag: string;
}

interface Moment {
  name: string;
  reason: RegExp;
  /** `task` fails as long as the flag is there. */
  config(flag: string): { tasks: Record<string, object>; [key: string]: unknown };
  /** How often `task` had begun when it failed. */
  attempts: 0 | 1;
  /** Every answer is tried, and not those alone that change the states of other tasks. */
  isAll?: true;
  /** Takes away what is in the way, beside the flag. */
  mend?(runFolder: string, stateFolder: string): void;
  /** A worktree is kept, see isolation-kept.test.ts. */
  isKept?: true;
}

const CHOICES: readonly Choice[] = ['continue', 'retry', 'rollback', 'abort'];
const RUN = '"$PTASK_ROOT/.ptask/runs/$PTASK_RUN_ID"';
/** See state-dir.ts. */
const STATE = '.git/ptask/top/runs';
const IN_STATE = `"$PTASK_ROOT/${STATE}/$PTASK_RUN_ID"`;
const shared = { run: 'echo task > made', writes: ['made'] };
const isolated = { run: 'echo task > made; echo task >> f', writes: ['made', 'f'] };
const beside = { other: { run: 'echo other > o; sed -i s/1/one/ f', writes: ['o', 'f'] } };
/** In the way of `task`, which begins after it. */
const blocked = (how: string, task: object): Record<string, object> => ({
  other: { run: `echo other > o; ${how}`, writes: ['o'], strays: 'ignore' },
  task: { ...task, needs: ['other'] },
});

const MOMENTS: readonly Moment[] = [
  {
    name: 'its files cannot be kept',
    reason: /^its files could not be saved first: /,
    attempts: 0,
    config: () => ({ tasks: blocked(`mkdir ${IN_STATE}/images/task.json`, shared) }),
    mend: (_, state) => rmSync(join(state, 'images/task.json'), { recursive: true }),
  },
  {
    name: 'it cannot be given what it is to have',
    reason: /handover/,
    attempts: 1,
    config: () => ({ tasks: blocked(`rm -r ${RUN}/handover; : > ${RUN}/handover`, shared) }),
    mend: (folder) => rmSync(join(folder, 'handover')),
  },
  {
    name: 'its setup fails',
    reason: /^setup failed: /,
    attempts: 1,
    config: (flag) => ({
      worktrees: { setup: [`test "$PTASK_TASK" = other || test ! -e ${flag}`] },
      tasks: { ...beside, task: isolated },
    }),
  },
  {
    name: 'its command fails',
    reason: /^exit code 1$/,
    attempts: 1,
    config: (flag) => ({
      tasks: { ...beside, task: { ...shared, run: `${shared.run}; test ! -e ${flag}` } },
    }),
  },
  {
    name: 'its command fails in a worktree',
    reason: /^exit code 1$/,
    attempts: 1,
    config: (flag) => ({
      tasks: { ...beside, task: { ...isolated, run: `${isolated.run}; test ! -e ${flag}` } },
    }),
  },
  {
    name: 'it is not accepted',
    reason: /^verify failed: exit code 1$/,
    attempts: 1,
    config: (flag) => ({ tasks: { ...beside, task: { ...shared, verify: `test ! -e ${flag}` } } }),
  },
  {
    name: 'it changes what it does not declare',
    reason: /^it changed stray outside of its writes$/,
    attempts: 1,
    config: (flag) => ({
      tasks: {
        ...beside,
        task: {
          ...isolated,
          run: `${isolated.run}; if test -e ${flag}; then echo > stray; fi`,
          strays: 'error',
        },
      },
    }),
  },
  {
    name: 'its result cannot be collected',
    reason: /^its changes could not be collected: /,
    attempts: 1,
    isKept: true,
    config: (flag) => ({
      tasks: {
        ...beside,
        task: {
          ...isolated,
          run: `${isolated.run}; if test -e ${flag}; then rm -rf "$(git rev-parse --git-dir)"; fi`,
        },
      },
    }),
  },
  {
    name: 'its result cannot be integrated',
    isAll: true,
    reason: /^its result could not be integrated: /,
    attempts: 1,
    config: (flag) => ({
      tasks: blocked('true', {
        ...isolated,
        workspace: 'worktree',
        run: `${isolated.run}; if test -e ${flag}; then echo > ${IN_STATE}/transactions; fi`,
      }),
    }),
    mend: (_, state) => rmSync(join(state, 'transactions')),
  },
];

async function scene(): Promise<Scene> {
  const flag = join(tempDir(), 'flag');
  write(join(flag, '..'), { flag: '' });
  const made = await ground({ f: '1\n2\n3\n' });
  return { made, flag };
}

const has = ({ made }: Scene, path: string): boolean => existsSync(join(made.dir, path));

async function run(moment: Moment, at: Scene, choice: Choice | undefined, policy?: 'rollback' | 'abort') {
  const asked: string[] = [];
  const ask = async (task: string, reason: string): Promise<Choice> => {
    assert.is(task, 'task');
    asked.push(reason);
    if (asked.length > 1) return 'continue';
    // What keeps a result from the files would keep them from being put back, too.
    if (choice === 'retry' || (choice === 'abort' && moment.isAll)) {
      rmSync(at.flag);
      const runs = join(at.made.dir, '.ptask/runs');
      const [id = ''] = readdirSync(runs);
      moment.mend?.(join(runs, id), join(at.made.dir, STATE, id));
    }
    return choice as Choice;
  };
  const config = { ...moment.config(at.flag), onFailure: policy ?? 'ask' };
  const ran = await runIn(at.made.dir, config, { ask });
  return { ran, asked };
}

function check(moment: Moment, at: Scene, outcome: Choice, ran: IsolatedRun): void {
  const task = ran.task('task');
  assert.match(
    task.status === 'passed' ? 'passed' : (task.reason ?? ''),
    outcome === 'retry' ? 'passed' : moment.reason,
  );
  const isOver = outcome === 'abort';
  assert.equal(
    [ran.report.status, task.status, has(at, 'made'), has(at, 'o')],
    {
      continue: ['partial', 'failed', task.workspace === 'shared' && task.attempts > 0, true],
      rollback: ['partial', 'rolled-back', false, true],
      retry: ['complete', 'passed', true, true],
      abort: ['failed', 'failed', false, false],
    }[outcome],
    told(ran),
  );
  assert.is(
    ran.events.some(({ type }) => type === 'run-stopping'),
    isOver,
  );
  assert.is(task.attempts, outcome === 'retry' ? moment.attempts + 1 : moment.attempts);
  assert.equal(foldReport(ran.events), ran.report, 'as folded from the events');
}

for (const moment of MOMENTS) {
  for (const choice of moment.attempts === 0 || moment.isAll ? CHOICES : (['retry', 'abort'] as const))
    test(`${moment.name}: ${choice}`, async () => {
      const at = await scene();
      const { ran, asked } = await run(moment, at, choice);
      assert.is(asked.length, 1, told(ran));
      assert.match(asked[0] ?? '', moment.reason);
      check(moment, at, choice, ran);
      if (choice === 'retry' && (moment.mend || moment.isAll)) await sameAsInOrder(moment, at);
      if (ran.plan.strategy.letter === 'B' && !moment.isKept) await assertNothingLeft(at.made);
    });
  for (const policy of moment.attempts === 0 ? (['rollback', 'abort'] as const) : [])
    test(`${moment.name}, onFailure: ${policy}`, async () => {
      const at = await scene();
      const { ran, asked } = await run(moment, at, undefined, policy);
      assert.equal(asked, []);
      check(moment, at, policy, ran);
    });
}

/** What the run has left, after nothing was in its way any more, is what it leaves one task at a time. */
async function sameAsInOrder(moment: Moment, { made }: Scene): Promise<void> {
  const other = await scene();
  rmSync(other.flag);
  const config = moment.config(other.flag);
  if (moment.mend) config.tasks.other = { run: 'echo other > o', writes: ['o'] };
  const { tasks } = config;
  await runIn(other.made.dir, { tasks }, { strategy: 'sequential' });
  const files = (dir: string) =>
    Object.fromEntries(Object.entries(filesOf(dir)).filter(([path]) => !path.startsWith('.ptask/')));
  assertSame(files(made.dir), files(other.made.dir));
}
