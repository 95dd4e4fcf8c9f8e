// What a run leaves behind, as sections of its report: what was integrated and what conflicts, changes that nobody had
// declared, what was restored, what is kept.

import type { Report, Stray } from '../model/report.ts';
import { isUnresolved } from '../state/collisions.ts';
import { briefConflictParts, conflictParts } from './conflict-parts.ts';
import {
  type Block,
  code as codeBlock,
  first,
  type Item,
  list,
  paragraph,
  part,
  type Section,
} from './document.ts';
import { formatCount, plural } from './format.ts';
import {
  byHand,
  CLEAN_FORCE,
  keptBranch,
  keptWorktree,
  leftAlone,
  notCommitted,
  notIsolated,
  reachedOutside,
  removed,
  restored as restoredFiles,
  strayPaths,
  TO_DECLARE,
  writesLines,
} from './sentences.ts';
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
  const resolved = conflicts.filter((each) => !isUnresolved(each));
  const described = limits.isBrief ? briefConflictParts(resolved, limits.items) : conflictParts(conflicts);
  const order = merged.length > 1 ? ' in this order' : '';
  const items: Item[] = [
    { text: say`mode: ${strong(mode)}, ${MODES[mode]}`, isDetail: true },
    ...(denied ? [{ mark: 'warning', text: notIsolated(denied) } as const] : []),
    ...(merged.length > 0
      ? [
          {
            mark: 'dot',
            text: say`merged${order}: ${tasksOf(merged, limits.names)}`,
            isDetail: mode !== 'merge' || uncommitted !== undefined,
          } as const,
        ]
      : []),
    ...(uncommitted === undefined ? [] : [{ mark: 'warning', text: notCommitted(uncommitted) } as const]),
    ...(conflicts.length > 0
      ? [{ text: [`conflicts: ${plural(conflicts.length, 'path')}`], isDetail: true }]
      : []),
  ];
  return {
    id: 'integration',
    title: 'Integration',
    blocks: hasSomething ? [list(items), ...described] : [],
  };
}

function strays({ tasks }: Report, limits: Limits): Section {
  const all = tasks.filter(({ strays }) => strays.length > 0);
  return {
    id: 'strays',
    title: 'Strays',
    blocks: first(
      all.map(({ id, strays }) =>
        part(say`${task(id)} ${strayPaths(strays, limits.names)}`, declare(strays, limits), 'warning'),
      ),
      limits.items,
      (rest) => paragraph([`and ${plural(rest, 'more task', 'more tasks')}`]),
    ),
  };
}

function declare(strays: readonly Stray[], { items }: Limits): Block[] {
  const lines = writesLines(strays);
  const shown = first(lines, items, (rest) => `# and ${rest} more`);
  return [paragraph([TO_DECLARE]), codeBlock(shown, 'yaml')];
}

function outside({ tasks }: Report, limits: Limits): Section {
  const all = tasks.flatMap(({ id, outside = [] }) =>
    outside.map((change): Item => ({ mark: 'warning', text: reachedOutside(id, change) })),
  );
  return section('outside', 'Changes outside their own trees', some(all, limits));
}

function restored(report: Report, limits: Limits): Section {
  const { restored } = report;
  if (!restored) return section('restored', 'Restored', []);
  const left: Item[] =
    restored.left.length > 0 ? [{ mark: 'warning', text: leftAlone(restored.left, limits.names) }] : [];
  return section('restored', 'Restored', [{ mark: 'rolled-back', text: [restoredFiles(restored)] }, ...left]);
}

function branches({ cleanup }: Report, limits: Limits): Section {
  const { kept } = cleanup;
  const commands = kept.length > 2 && limits.isBrief ? kept.slice(0, 1) : kept.slice(0, limits.items);
  return {
    id: 'branches',
    title: 'Branches kept',
    blocks:
      kept.length === 0
        ? []
        : [
            list(
              some(
                kept.map((branch) => ({ text: keptBranch(branch) })),
                limits,
              ),
            ),
            paragraph([`to see what ${kept.length === 1 ? 'it' : 'one'} contains, and to merge it:`]),
            codeBlock(
              commands.flatMap(({ branch }) => byHand(branch)),
              'sh',
            ),
          ],
  };
}

function worktrees({ cleanup }: Report, limits: Limits): Section {
  const { keptWorktrees: kept = [] } = cleanup;
  const items = some(
    kept.map((each) => ({ text: keptWorktree(each) })),
    limits,
  );
  return {
    id: 'worktrees',
    title: 'Worktrees kept',
    blocks: kept.length === 0 ? [] : [list(items), paragraph(CLEAN_FORCE)],
  };
}

function cleanup({ cleanup }: Report, limits: Limits): Section {
  const gone = removed(cleanup);
  const problems = cleanup.problems.map((problem): Item => ({ mark: 'warning', text: [problem] }));
  return section('cleanup', 'Cleanup', [
    ...(gone.length > 0 ? [{ mark: 'dot', text: gone, isDetail: true } as const] : []),
    ...some(problems, limits),
  ]);
}

export const section = (id: string, title: string, items: readonly Item[]): Section => ({
  ...{ id, title },
  blocks: items.length > 0 ? [list(items)] : [],
});

export const some = (items: readonly Item[], limits: Limits): Item[] =>
  first(items, limits.items, (rest) => ({ text: [`and ${formatCount(rest)} more`] }));
