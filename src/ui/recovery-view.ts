// What is said about runs other than the one that was asked for: one that is going on, those that were killed, and the
// worktrees that were kept.

import { SILENCE } from '../base/heartbeat.ts';
import type { Holder } from '../base/lock.ts';
import type { RunStarted } from '../model/event.ts';
import type { KeptWorktree } from '../model/report.ts';
import { given } from '../present/document.ts';
import { plural, printable } from '../present/format.ts';
import type { Recovered } from '../run/records/options.ts';
import type { Colors } from './terminal.ts';

/** Told once, when the wait begins. */
export function waitingFor({ what, pid, host }: Holder, isUnseen: boolean, colors: Colors): string {
  const at = isUnseen ? ` on ${printable(host)}` : '';
  const who = pid === 0 ? '' : ` (pid ${pid}${at}) in this work tree`;
  // Where it may be another machine or container, or this one before it was started anew.
  const over = `, or until it has shown no sign of life for ${SILENCE / 1_000} s`;
  return colors.dim(`waiting for ${printable(what)}${who}${isUnseen ? over : ''}\n`);
}

/** What a run waits for while it goes on. */
export const waitingUntil = (until: string, colors: Colors): string =>
  colors.dim(`waiting until ${printable(until)}\n`);

/** For commands that only look. */
export const waitingToBePutRight = (colors: Colors): string =>
  `${colors.yellow('note')} a run was killed here: \`ptask clean\`, or the next run, cleans up after it\n`;

/** For a log that nobody has gone on with. */
export const endsWithItsRun = (run: string, colors: Colors): string =>
  `${colors.yellow('note')} run ${run} was killed: this log ends there\n`;

/** What is done already, and why the rest runs. */
export function goingOn(resume: RunStarted['resume'], colors: Colors): string {
  if (resume === undefined) return colors.dim('no run to resume: running everything\n');
  const { run, tasks } = resume;
  const done = tasks.filter(({ isDone }) => isDone).map(({ id }) => id);
  const again = tasks.filter(({ isDone }) => !isDone);
  const lines = [
    `resuming run ${run}`,
    ...(done.length > 0 ? [`  done    ${done.map(printable).join(', ')}`] : []),
    ...again.map(({ id, reason }) => `  to run  ${printable(id)}: ${printable(reason ?? '')}`),
  ];
  return `${lines.map((line) => colors.dim(line)).join('\n')}\n`;
}

export function recoveredRun(recovered: Recovered, colors: Colors): string {
  const { runId, restored, files, worktrees, processes, problems, kept } = recovered;
  const before = restored.length > 0 ? ` to before ${restored.map(printable).join(', ')}` : '';
  const done = given(
    processes > 0 && `stopped ${plural(processes, 'leftover process', 'leftover processes')}`,
    (files > 0 || before !== '') && `restored ${plural(files, 'file')}${before}`,
    worktrees > 0 && `removed ${plural(worktrees, 'worktree')}`,
  );
  const what = done.length > 0 ? done.join(', ') : 'it left nothing to clean up';
  const lines = [
    `${colors.yellow('recovered')} run ${runId} was killed: ${what}`,
    ...problems.map((problem) => `  ${printable(problem)}`),
    ...(files > 0 && kept !== undefined ? [`  the previous contents are kept in ${printable(kept)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

type Listed = KeptWorktree & { runId: string };

/** What `ptask clean` leaves where it is. */
export function keptList(kept: readonly Listed[], colors: Colors): string {
  const [it, branches] = kept.length === 1 ? ['it', 'branch'] : ['them', 'branches'];
  const lines = [
    colors.bold(`${plural(kept.length, 'worktree')} kept`),
    ...kept.flatMap(({ path, task, runId, branch, reason }) => [
      `  ${printable(path)}`,
      colors.dim(
        `    ${printable(task)} of run ${runId}, on branch ${printable(branch)}: ${printable(reason)}`,
      ),
    ]),
    `\`ptask clean --force\` removes ${it}, with what is in ${it} and the ${branches}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** @param left what could not be removed and why, a sentence each */
export function removedKept({ path, task }: Listed, left: readonly string[]): string {
  if (left.length === 0) return `removed ${printable(path)}, which was kept of ${printable(task)}\n`;
  return left.map((problem) => `${printable(problem)}\n`).join('');
}
