// What a run leaves behind, in its summary: collisions, strays, what was put back, branches that are kept.

import type { Report, TaskReport } from '../model/report.ts';
import {
  byHand,
  leftAlone,
  notCommitted,
  perhapsOf,
  putBack,
  reachedOutside,
  removed,
  strayed,
  writesLines,
} from '../report/aftermath.ts';
import { deed } from '../report/collisions.ts';
import { list, plural, printable } from '../report/words.ts';
import { type Collision, collisionsOf, discardedOf, isUnresolved, runsAgain } from '../state/collisions.ts';
import type { Marks } from './marks.ts';
import * as say from './messages.ts';
import { hang } from './plan-view/layout.ts';
import type { Colors } from './terminal.ts';

/** What a summary knows. */
export interface AftermathContext {
  terminal: { colors: Colors };
  report: Report;
  sign: Marks;
  columns: number;
  verbose?: boolean;
}

const MAX_NAMES = 6;
/** Collisions and tasks with strays that are told one by one, and lines shown of each. */
const MAX_ITEMS = 10;
const MAX_LINES = 3;

const names = ({ verbose }: AftermathContext, all: readonly string[]): string =>
  list(all.map(printable), verbose ? Number.POSITIVE_INFINITY : MAX_NAMES);

/** The sign before a collision, by what came of it. */
export function collisionSign(collision: Collision, sign: Marks, colors: Colors): string {
  if (isUnresolved(collision)) return colors.red(sign.failed);
  if (runsAgain([collision])) return colors.yellow(sign.retrying);
  return discardedOf(collision).length > 0 ? colors.yellow(sign.warning) : colors.dim(sign.dot);
}

/** The collision that nothing decides, and what each task did there. */
export function unresolvedBlock(context: AftermathContext, collision: Collision): string[] {
  const { terminal, report, sign, columns } = context;
  const { colors } = terminal;
  const { conflicts, task, others } = collision;
  const shown = conflicts.slice(0, MAX_ITEMS);
  const deeds = shown.flatMap(({ path, changes }) => [
    ...(conflicts.length > 1 ? hang('  ', printable(path), columns) : []),
    ...changes.flatMap((change) => hang('    ', `${printable(change.task)} ${deed(change)}`, columns)),
  ]);
  const kept = report.cleanup.kept.filter((each) => each.task === task || others.includes(each.task));
  const branches = kept.map(({ branch }) => branch);
  return [
    ...hang(`${collisionSign(collision, sign, colors)} `, colors.bold(say.undecided(collision)), columns),
    ...deeds.map((line) => colors.dim(line)),
    ...more(context, conflicts.length - shown.length, 'path'),
    ...hang('  ', say.nothingTaken(task, branches), columns),
  ];
}

/** One line for each thing worth knowing. */
export function aftermathNotes(context: AftermathContext): string[] {
  const { report, terminal, sign, columns } = context;
  const { yellow, dim } = terminal.colors;
  const { restored, cleanup, integration } = report;
  const note = (mark: string, text: string): string[] => hang(`${mark} `, text, columns);
  const { uncommitted } = integration;
  const order = integration.mode === 'merge' && uncommitted === undefined ? integration.merged : [];
  const gone = context.verbose ? removed(cleanup) : undefined;
  const outside = report.tasks.flatMap(({ id, outside: all = [] }) =>
    all.map((change) => reachedOutside(id, change)),
  );
  return [
    ...(integration.notIsolated ? note(yellow(sign.warning), say.notIsolated(integration.notIsolated)) : []),
    ...collisionNotes(context),
    ...(restored ? note(yellow(sign['rolled-back']), putBack(restored)) : []),
    ...(restored && restored.left.length > 0
      ? note(yellow(sign.warning), leftAlone(names(context, restored.left)))
      : []),
    ...(uncommitted === undefined ? [] : note(yellow(sign.warning), notCommitted(printable(uncommitted)))),
    ...outside.slice(0, MAX_ITEMS).flatMap((text) => note(yellow(sign.warning), printable(text))),
    ...more(context, outside.length - MAX_ITEMS, 'change'),
    ...(order.length > 0 ? note(dim(sign.dot), say.mergedInOrder(names(context, order))) : []),
    ...(gone === undefined ? [] : note(dim(sign.dot), gone)),
    ...cleanup.problems
      .slice(0, MAX_ITEMS)
      .flatMap((problem) => note(yellow(sign.warning), printable(problem))),
    ...more(context, cleanup.problems.length - MAX_ITEMS, 'problem'),
  ];
}

function collisionNotes(context: AftermathContext): string[] {
  const { report, terminal, sign, columns } = context;
  const { colors } = terminal;
  const resolved = collisionsOf(report.integration.conflicts.filter((each) => !isUnresolved(each)));
  const lines = resolved.slice(0, MAX_ITEMS).flatMap((collision) => {
    const lost = discardedOf(collision).flatMap((each) => each.lines);
    const mark = collisionSign(collision, sign, colors);
    return [
      ...hang(`${mark} `, say.collision(collision), columns),
      ...lost
        .slice(0, MAX_LINES)
        .map((line) => colors.dim(`    ${sign.tail} ${printable(line.replaceAll('\t', '  '))}`)),
      ...more(context, lost.length - MAX_LINES, 'line', '    '),
    ];
  });
  return [...lines, ...more(context, resolved.length - MAX_ITEMS, 'collision')];
}

/** What needs several lines: strays with what would declare them, and branches with what to do about them. */
export function aftermathBlocks(context: AftermathContext): string[][] {
  return [straysBlock(context), keptBlock(context), keptWorktreesBlock(context)].filter(
    (block) => block.length > 0,
  );
}

function straysBlock(context: AftermathContext): string[] {
  const tasks = context.report.tasks.filter(({ strays }) => strays.length > 0);
  return [
    ...tasks.slice(0, MAX_ITEMS).flatMap((task) => strayLines(context, task)),
    ...more(context, tasks.length - MAX_ITEMS, 'task'),
  ];
}

function strayLines(context: AftermathContext, task: TaskReport): string[] {
  const { terminal, sign, columns } = context;
  const { colors } = terminal;
  const { id, strays } = task;
  const others = names(context, perhapsOf(strays));
  const paths = names(
    context,
    strays.map(({ path }) => path),
  );
  const lines = writesLines(strays);
  const shown = lines.slice(0, context.verbose ? lines.length : MAX_ITEMS);
  return [
    ...hang(
      `${colors.yellow(sign.warning)} `,
      `${colors.bold(printable(id))} ${strayed(task)}${say.unlessOthers(others)}: ${paths}`,
      columns,
    ),
    `  ${say.toDeclare}`,
    // Whole lines, to be copied.
    ...shown.map((line) => `      ${printable(line)}`),
    ...more(context, lines.length - shown.length, 'line', '      '),
  ];
}

function keptBlock(context: AftermathContext): string[] {
  const { terminal, report, sign, columns, verbose } = context;
  const { colors } = terminal;
  const { kept } = report.cleanup;
  const shown = kept.slice(0, verbose ? kept.length : MAX_ITEMS);
  const [first] = shown;
  if (!first) return [];
  const commands = kept.length > 2 ? byHand(first.branch) : kept.flatMap(({ branch }) => byHand(branch));
  return [
    `${colors.yellow(sign.bullet)} ${colors.bold(say.branchesKept(kept.length))}`,
    ...shown.flatMap(({ branch, reason }) =>
      hang('  ', `${printable(branch)}  ${colors.dim(printable(reason))}`, columns),
    ),
    ...more(context, kept.length - shown.length, 'branch', '  ', 'branches'),
    `  ${say.takeByHand(kept.length)}`,
    ...commands.map((command) => `      ${printable(command)}`),
  ];
}

function keptWorktreesBlock(context: AftermathContext): string[] {
  const { terminal, report, sign, columns, verbose } = context;
  const { colors } = terminal;
  const { keptWorktrees: kept = [] } = report.cleanup;
  if (kept.length === 0) return [];
  const shown = kept.slice(0, verbose ? kept.length : MAX_ITEMS);
  return [
    `${colors.yellow(sign.bullet)} ${colors.bold(say.worktreesKept(kept.length))}`,
    ...shown.flatMap(({ path, task, reason }) => [
      // Whole, to be copied.
      `  ${printable(path)}`,
      ...hang('    ', colors.dim(`${printable(task)}: ${printable(reason)}`), columns),
    ]),
    ...more(context, kept.length - shown.length, 'worktree'),
    `  ${say.cleanForce}`,
  ];
}

/** `3 strays`, for a summary of one line. */
export function strayCount({ report, terminal }: AftermathContext): string[] {
  const count = report.tasks.reduce((sum, { strays }) => sum + strays.length, 0);
  return count > 0 ? [terminal.colors.yellow(plural(count, 'stray'))] : [];
}

function more(
  { terminal, sign }: AftermathContext,
  count: number,
  noun: string,
  indent = '  ',
  nouns = `${noun}s`,
): string[] {
  if (count <= 0) return [];
  const text = say.moreInReport(count, count === 1 ? noun : nouns);
  return [terminal.colors.dim(`${indent}${sign.ellipsis} ${text}`)];
}
