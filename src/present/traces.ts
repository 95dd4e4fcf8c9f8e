// What a run leaves behind, as sections of its report: what was integrated and what conflicts, changes that nobody had
// declared, what was restored, what is kept.

import type { Report, Stray } from '../model/report.ts';
import { isUnresolved } from '../state/collisions.ts';
import { briefConflictParts, conflictParts } from './conflict-parts.ts';
import {
  type Block,
  code as codeBlock,
  first,
  given,
  type Item,
  list,
  paragraph,
  part,
  type Section,
  section,
} from './document.ts';
import { formatCount, plural } from './format.ts';
import * as sentence from './sentences.ts';
import { say, strong, task, tasks as tasksOf } from './text.ts';

/** How much is named before the rest is counted. */
export interface Limits {
  names: number;
  items: number;
  /** Without what is of no consequence, and what nothing resolves: it stands in place of the failure that it is. */
  isBrief?: boolean;
}

export const WIDE: Limits = { names: 20, items: 200 };
export const traces = (report: Report, limits = WIDE): Section[] => [
  integration(report, limits),
  strays(report, limits),
  outside(report, limits),
  restored(report, limits),
  branches(report, limits),
  worktrees(report, limits),
  cleanup(report, limits),
];

const MODES = {
  apply: 'results are applied to the shared tree as uncommitted changes',
  merge: 'each task is a commit, merged into the current branch',
  branches: 'each task is left on a branch of its own',
} as const;

function integration({ integration }: Report, limits: Limits): Section {
  const { mode, merged, conflicts, notIsolated: denied, uncommitted } = integration;
  const hasSomething = mode !== 'apply' || merged.length > 0 || conflicts.length > 0 || denied !== undefined;
  if (!hasSomething) return section('integration', 'Integration');
  const resolved = conflicts.filter((each) => !isUnresolved(each));
  const described = limits.isBrief ? briefConflictParts(resolved, limits.items) : conflictParts(conflicts);
  const order = merged.length > 1 ? ' in this order' : '';
  const items = given<Item>(
    { text: say`mode: ${strong(mode)}, ${MODES[mode]}`, isDetail: true },
    denied && { mark: 'warning', text: sentence.notIsolated(denied) },
    merged.length > 0 && {
      mark: 'dot',
      text: say`merged${order}: ${tasksOf(merged, limits.names)}`,
      isDetail: mode !== 'merge' || uncommitted !== undefined,
    },
    uncommitted !== undefined && { mark: 'warning', text: sentence.notCommitted(uncommitted) },
    conflicts.length > 0 && { text: [`conflicts: ${plural(conflicts.length, 'path')}`], isDetail: true },
  );
  return section('integration', 'Integration', list(items), described);
}

function strays({ tasks }: Report, limits: Limits): Section {
  const parts = tasks
    .filter(({ strays }) => strays.length > 0)
    .map(({ id, strays }) =>
      part(say`${task(id)} ${sentence.strayPaths(strays, limits.names)}`, declare(strays, limits), 'warning'),
    );
  const rest = (count: number) => paragraph([`and ${plural(count, 'more task', 'more tasks')}`]);
  return section('strays', 'Strays', first(parts, limits.items, rest));
}

function declare(strays: readonly Stray[], { items }: Limits): Block[] {
  const lines = sentence.writesLines(strays);
  const shown = first(lines, items, (rest) => `# and ${rest} more`);
  return [paragraph([sentence.TO_DECLARE]), codeBlock(shown, 'yaml')];
}

function outside({ tasks }: Report, limits: Limits): Section {
  const all = tasks.flatMap(({ id, outside = [] }) =>
    outside.map((change): Item => ({ mark: 'warning', text: sentence.reachedOutside(id, change) })),
  );
  return section('outside', 'Changes outside their own trees', list(some(all, limits)));
}

function restored({ restored }: Report, limits: Limits): Section {
  const items = given<Item>(
    restored && { mark: 'rolled-back', text: [sentence.restored(restored)] },
    restored !== undefined &&
      restored.left.length > 0 && { mark: 'warning', text: sentence.leftAlone(restored.left, limits.names) },
  );
  return section('restored', 'Restored', list(items));
}

function branches({ cleanup: { kept } }: Report, limits: Limits): Section {
  if (kept.length === 0) return section('branches', 'Branches kept');
  const commands = kept.length > 2 && limits.isBrief ? kept.slice(0, 1) : kept.slice(0, limits.items);
  const items = kept.map((branch): Item => ({ text: sentence.keptBranch(branch) }));
  return section(
    'branches',
    'Branches kept',
    list(some(items, limits)),
    paragraph([`to see what ${kept.length === 1 ? 'it' : 'one'} contains, and to merge it:`]),
    codeBlock(
      commands.flatMap(({ branch }) => sentence.byHand(branch)),
      'sh',
    ),
  );
}

function worktrees({ cleanup: { keptWorktrees: kept = [] } }: Report, limits: Limits): Section {
  const items = kept.map((each): Item => ({ text: sentence.keptWorktree(each) }));
  const how = kept.length > 0 && paragraph(sentence.CLEAN_FORCE);
  return section('worktrees', 'Worktrees kept', list(some(items, limits)), how);
}

function cleanup({ cleanup }: Report, limits: Limits): Section {
  const gone = sentence.removed(cleanup);
  const problems = cleanup.problems.map((problem): Item => ({ mark: 'warning', text: [problem] }));
  const done = given<Item>(gone.length > 0 && { mark: 'dot', text: gone, isDetail: true });
  return section('cleanup', 'Cleanup', list([...done, ...some(problems, limits)]));
}

export const some = (items: readonly Item[], limits: Limits): Item[] =>
  first(items, limits.items, (rest) => ({ text: [`and ${formatCount(rest)} more`] }));
