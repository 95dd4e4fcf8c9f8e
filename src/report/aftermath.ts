// What is said of a run's traces: changes that nobody had declared, what was put back, branches that are kept.

import { inYaml } from '../config/yaml-format.ts';
import type { Cleanup, OutsideChange, Restored, Stray, TaskReport } from '../model/report.ts';
import { list, plural } from './words.ts';

/** The lines that would cover the strays of a task, as they would stand under its `writes`. */
export const writesLines = (strays: readonly Stray[]): string[] =>
  [...new Set(strays.map(({ writes }) => writes))].map((pattern) => `- ${inYaml(pattern)}`);

/** Tasks that any of these changes may be of. */
export const perhapsOf = (strays: readonly Stray[]): string[] => [
  ...new Set(strays.flatMap(({ others = [] }) => others)),
];

export const strayed = ({ strays }: Pick<TaskReport, 'strays'>): string =>
  `changed ${plural(strays.length, 'file')} outside its writes`;

/** What a task changed, or may have, beyond the tree that it works in, as a sentence without a full stop. */
export function reachedOutside(
  id: string,
  change: OutsideChange,
  spell = (name: string): string => name,
): string {
  const { kind, name, others = [], perhapsUser = false } = change;
  const thing = kind === 'branch' || kind === 'tag' ? `the ${kind} ${spell(name)}` : spell(name);
  const where = kind === 'file' ? 'in the shared tree' : 'which all worktrees share';
  const who = [id, ...others].map(spell);
  if (others.length === 0 && !perhapsUser) {
    if (kind === 'HEAD') return `${who[0]} switched the shared tree: ${spell(name)}`;
    if (kind === 'file') return `${who[0]} ${change.change} ${thing} in the shared tree, past its worktree`;
    return `${who[0]} ${change.change} ${thing}, ${where}`;
  }
  const either = list([...who, ...(perhapsUser ? ['somebody else'] : [])], 10);
  const what =
    kind === 'HEAD'
      ? `the shared tree was switched: ${spell(name)}`
      : `${thing}${kind === 'file' ? ` ${where}` : `, ${where},`} was ${change.change}`;
  return `${what} while ${list(who, 10)} ran; which of ${either} did it cannot be told`;
}

export const putBack = ({ files }: Pick<Restored, 'files'>): string =>
  files === 0
    ? 'put back: nothing had changed'
    : `put back: ${plural(files, 'file')} ${files === 1 ? 'is' : 'are'} as before`;

export const notCommitted = (why: string): string =>
  `not committed: ${why}. The results are in the files, and each task is on a branch`;

export const leftAlone = (names: string): string =>
  `left as they are, since no task declares to write them: ${names}`;

/** To look at what a branch holds, and to take it. */
export const byHand = (branch: string): string[] => [
  `git diff ${shellWord(`HEAD...${branch}`)}`,
  `git merge ${shellWord(branch)}`,
];

/** As it can be pasted into a shell. */
export const shellWord = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `removed 2 worktrees and 2 branches`; undefined where there was nothing to remove. */
export function removed({
  worktrees,
  branches,
}: Pick<Cleanup, 'worktrees' | 'branches'>): string | undefined {
  const parts = [
    ...(worktrees > 0 ? [plural(worktrees, 'worktree')] : []),
    ...(branches > 0 ? [plural(branches, 'branch', 'branches')] : []),
  ];
  return parts.length > 0 ? `removed ${list(parts)}` : undefined;
}
