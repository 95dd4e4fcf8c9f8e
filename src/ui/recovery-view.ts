// What is said about runs other than the one that was asked for: one that is going on, and those that were killed.

import { SILENCE } from '../base/heartbeat.ts';
import type { Holder } from '../base/lock.ts';
import type { RunStarted } from '../model/event.ts';
import { printable } from '../present/format.ts';
import type { Recovered } from '../run/records/options.ts';
import type { Colors } from './terminal.ts';

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Told once, when the wait begins. */
export function waitingFor({ what, pid, host }: Holder, isUnseen: boolean, colors: Colors): string {
  const at = isUnseen ? ` on ${printable(host)}` : '';
  const who = pid === 0 ? '' : `, which process ${pid}${at} is at in this work tree`;
  // Where it may be another machine or container, or this one before it was started anew.
  const over = `, or until it has shown no sign of life for ${SILENCE / 1_000} s`;
  return colors.dim(`waiting for ${printable(what)}${who}${isUnseen ? over : ''}\n`);
}

/** What a run waits for while it goes on. */
export const waitingUntil = (until: string, colors: Colors): string =>
  colors.dim(`waiting until ${printable(until)}\n`);

/** For commands that only look. */
export const waitingToBePutRight = (colors: Colors): string =>
  `${colors.yellow('note')} a run was killed here: \`ptask clean\`, or the next run, puts right what it has left\n`;

/** For a log that nobody has gone on with. */
export const endsWithItsRun = (run: string, colors: Colors): string =>
  `${colors.yellow('note')} run ${run} was killed: this tells of it up to then\n`;

/** What is done already, and why the rest runs. */
export function goingOn(resume: RunStarted['resume'], colors: Colors): string {
  if (resume === undefined) return colors.dim('there is no run to go on from: everything runs\n');
  const { run, tasks } = resume;
  const done = tasks.filter(({ isDone }) => isDone).map(({ id }) => id);
  const again = tasks.filter(({ isDone }) => !isDone);
  const lines = [
    `going on from run ${run}`,
    ...(done.length > 0 ? [`  done    ${done.map(printable).join(', ')}`] : []),
    ...again.map(({ id, reason }) => `  to run  ${printable(id)}: ${printable(reason ?? '')}`),
  ];
  return `${lines.map((line) => colors.dim(line)).join('\n')}\n`;
}

export function recoveredRun(recovered: Recovered, colors: Colors): string {
  const { runId, restored, files, worktrees, processes, problems, kept } = recovered;
  const done = [
    ...(processes > 0 ? [`${counted(processes, 'process', 'processes')} it had left running stopped`] : []),
    ...(restored.length > 0
      ? [`${counted(files, 'file')} put back as before ${restored.map(printable).join(', ')}`]
      : files > 0
        ? [`${counted(files, 'file')} put back`]
        : []),
    ...(worktrees > 0 ? [`${counted(worktrees, 'worktree')} removed`] : []),
  ];
  const what = done.length > 0 ? done.join(', ') : 'it had left nothing half-done';
  const lines = [
    `${colors.yellow('recovered')} run ${runId} was cut off: ${what}`,
    ...problems.map((problem) => `  ${printable(problem)}`),
    ...(files > 0 && kept !== undefined ? [`  what stood there is kept in ${printable(kept)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
