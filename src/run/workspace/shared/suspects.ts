// Who of those that ran at the time has changed something: told by what their commands say, and otherwise not at all. Pure.

import { basename } from 'node:path';
import type { TaskWindow } from './task-windows.ts';

/** Of several, at most one is the one: all that can be said is who it may be. */
export interface Suspects {
  /** The likeliest; surely the one where there are no others and it may not have been the user. */
  task: string;
  others: string[];
  /** Nobody but tasks in worktrees ran, so it may well have been the user. */
  perhapsUser: boolean;
  /** The likeliest works in the shared tree. */
  isShared: boolean;
}

/** A change of a file in the shared tree, by a path relative to the root. */
export function suspectsOf(
  candidates: readonly TaskWindow[],
  path: string,
  root: string,
): Suspects | undefined {
  const shared = candidates.filter(({ isShared }) => isShared);
  const isolated = candidates.filter(({ isShared }) => !isShared);
  // A repository in the tree is told as a folder, with a `/` behind.
  const name = basename(path);
  const naming = new Set(candidates.filter((each) => says(each, name)));
  // Who does not say where the shared tree is hardly gets there from a worktree.
  const reaching = isolated.filter((each) => saysRoot(each, root) || (climbs(each) && naming.has(each)));
  const [culprit, ...more] = reaching.filter((each) => naming.has(each));
  const namingShared = shared.filter((each) => naming.has(each));
  if (culprit !== undefined && more.length === 0 && namingShared.length === 0) return sure(culprit);
  const [only] = shared.length === 0 ? reaching : candidates;
  const alone = shared.length === 0 ? reaching.length : candidates.length;
  if (only !== undefined && alone === 1) return sure(only);
  const likely =
    reaching.length > 0 ? [...(culprit === undefined ? [] : [culprit]), ...reaching] : namingShared;
  return amongst([...likely, ...isolated, ...shared], shared.length === 0);
}

/**
 * A change of what all worktrees share, which is within reach of every task.
 * @param words one of which its commands would say, and with it the name
 */
export function sharersOf(
  candidates: readonly TaskWindow[],
  words: readonly string[],
  name?: string,
): Suspects | undefined {
  const saying = candidates.filter(
    (each) => words.some((word) => says(each, word)) && (name === undefined || says(each, name)),
  );
  const [first] = saying.length === 1 ? saying : candidates.length === 1 ? candidates : [];
  if (first !== undefined) return sure(first);
  return amongst([...saying, ...candidates], false);
}

const sure = ({ task, isShared }: TaskWindow): Suspects => ({
  task: task.id,
  others: [],
  perhapsUser: false,
  isShared,
});

function amongst(order: readonly TaskWindow[], perhapsUser: boolean): Suspects | undefined {
  const [first, ...others] = [...new Set(order)];
  if (first === undefined) return undefined;
  const { task, isShared } = first;
  return { task: task.id, others: others.map((each) => each.task.id), perhapsUser, isShared };
}

const textOf = ({ task }: TaskWindow): string => [...task.run, ...task.verify].join('\n');

/** As a word, or a part of a path. */
function says(window: TaskWindow, word: string): boolean {
  const literal = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${literal}(?![\\w-])`).test(textOf(window));
}

const saysRoot = (window: TaskWindow, root: string): boolean =>
  /\bPTASK_ROOT\b/.test(textOf(window)) || textOf(window).includes(root);

/** Goes to folders above its own, among which the shared tree may be. */
const climbs = (window: TaskWindow): boolean => /(^|[\s'"=:])\.\.(\/|\s|$)/.test(textOf(window));
