// Runs in real repositories: what the repository was like before and after, and that nothing is left behind.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import { planWithGit } from '../../src/plan/plan-with-git.ts';
import { recordRun } from '../../src/report/record.ts';
import type { RunOptions } from '../../src/run/records/options.ts';
import { configOf } from '../plan/support.ts';
import { hermeticEnv } from '../support/env.ts';
import { type Repo, type RepoOptions, repo } from '../support/git.ts';
import { gitFingerprint } from '../support/git-fingerprint.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert } from '../support/suite.ts';
import { tempDir, type Written } from '../support/tmp.ts';
import { type Ran, taskOf } from './support.ts';

/** A repository in a folder of its own, so that whatever is put beside it is seen. */
export const ground = (files: Record<string, Written>, options: RepoOptions = {}): Promise<Repo> => {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  return repo({ ...options, dir, files: { '.gitignore': 'ignored/\n*.log\n', ...files } });
};

export interface Asked extends RunOptions, Pick<PlanOptions, 'strategy' | 'tasks'> {}

export interface IsolatedRun extends Pick<Ran, 'report' | 'folder' | 'warnings' | 'events' | 'task'> {
  plan: Plan;
}

/** Plans as the command line does, with what git says, and runs. The config need not be on the disk. */
export async function runIn(root: string, config: object | string, asked: Asked = {}): Promise<IsolatedRun> {
  const { strategy, tasks = [], ...options } = asked;
  const made = configOf(typeof config === 'string' ? config : JSON.stringify(config), root);
  const plan = await planWithGit(made, { strategy, tasks });
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  const events: Event[] = [];
  const onEvent = (event: Event): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  const ran = await recordRun(made, plan.value, { env: hermeticEnv(), graceMs: 300, ...options, onEvent });
  if (!ran.ok) throw new Error(JSON.stringify(ran.diagnostics));
  const { report, folder, warnings } = ran.value;
  return { plan: plan.value, report, folder, warnings, events, task: (id) => taskOf(report, id) };
}

/** All files with their modes, and links. Empty folders are left out: git knows none. */
export function filesOf(dir: string): Record<string, string> {
  const entries = Object.entries(rawTree(dir));
  return Object.fromEntries(
    entries.filter(([path]) => !path.endsWith('/') && !path.startsWith('.git/') && path !== '.git'),
  );
}

/** For `assertUntouched`: index, HEAD, refs, logs, stash, settings; not the lock, and the checkpoints that are to stay. */
export const gitState = (dir: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(gitFingerprint(join(dir, '.git'))).filter(
      ([path]) => !/^(ptask|refs\/ptask)\//.test(path),
    ),
  );

/** Every file of the repository's folder but the objects is as it was. */
export function assertUntouched(dir: string, before: Record<string, string>): void {
  assertSame(gitState(dir), before);
}

/** As `assert.equal`, and the message names what differs. */
export function assertSame(
  now: Record<string, string>,
  expected: Record<string, string>,
  about: () => string = () => '',
): void {
  const paths = [...new Set([...Object.keys(now), ...Object.keys(expected)])].filter(
    (path) => now[path] !== expected[path],
  );
  const lines = paths.map(
    (path) => `${path}\n  is      ${show(now[path])}\n  expected ${show(expected[path])}`,
  );
  if (lines.length > 0) throw new Error(`${lines.join('\n')}\n${about()}`);
}

const show = (value: string | undefined): string => (value === undefined ? 'absent' : JSON.stringify(value));

/** No worktree beside the repository or known to it, no branch of ours, nothing temporary. */
export async function assertNothingLeft(made: Repo, branches: readonly string[] = ['main']): Promise<void> {
  assert.equal(readdirSync(dirname(made.dir)), [basename(made.dir)], 'beside the repository');
  assert.is(existsSync(join(made.dir, '.git/worktrees')), false, 'worktrees that git knows');
  const names = (await made.git('for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/tags'))
    .split('\n')
    .filter(Boolean);
  assert.equal(names, [...branches]);
  const temporary = Object.keys(gitState(made.dir)).filter((path) => /\.lock$|\.draft|ptask-/.test(path));
  assert.equal(temporary, []);
  const runs = join(made.dir, '.ptask/runs');
  for (const run of readdirSync(runs)) assert.is(existsSync(join(runs, run, 'isolation')), false);
}

/** How a run ended, for a failing test's message. */
export const told = ({ report }: IsolatedRun): string =>
  JSON.stringify(
    {
      tasks: report.tasks.map(({ id, status, reason }) => ({ id, status, reason })),
      ...report.integration,
      cleanup: report.cleanup,
    },
    undefined,
    1,
  );
