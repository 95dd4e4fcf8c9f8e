// What is said of worktrees that runs have kept.

import type { KeptWorktree } from '../model/report.ts';
import { plural, printable } from '../present/format.ts';
import type { Colors } from './terminal.ts';

type Listed = KeptWorktree & { runId: string };

/** What `ptask clean` leaves where it is. */
export function keptList(kept: readonly Listed[], colors: Colors): string {
  const lines = [
    colors.bold(`${plural(kept.length, 'worktree')} kept`),
    ...kept.flatMap(({ path, task, runId, branch, reason }) => [
      `  ${printable(path)}`,
      colors.dim(
        `    ${printable(task)} of run ${runId}, on branch ${printable(branch)}: ${printable(reason)}`,
      ),
    ]),
    `\`ptask clean --force\` removes ${kept.length === 1 ? 'it' : 'them'}, with what is in ${kept.length === 1 ? 'it' : 'them'} and the ${kept.length === 1 ? 'branch' : 'branches'}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** @param left what could not be removed and why, a sentence each */
export function removedKept({ path, task }: Listed, left: readonly string[]): string {
  if (left.length === 0) return `removed ${printable(path)}, which was kept of ${printable(task)}\n`;
  return left.map((problem) => `${printable(problem)}\n`).join('');
}
