// The analysis of a plan: what is independent, what is in conflict, what has an order, where results come
// together, and which tasks can run beside which.

import type { Plan } from '../model/plan.ts';
import { edgeCount, edgesOf } from '../model/task-pairs.ts';
import { type Analysis, analyse, type Pair } from './analysis.ts';
import {
  type Block,
  first,
  given,
  list,
  paragraph,
  part,
  type Section,
  shortTable,
  table,
} from './document.ts';
import { formatCount, plural } from './format.ts';
import { conflictBlocks } from './plan-conflicts.ts';
import { planDocument } from './plan-document.ts';
import { indexPlan, taken } from './plan-index.ts';
import { reasonOf } from './plan-sentences.ts';
import { joined, say, strong, type Text, task, tasks as tasksOf } from './text.ts';

/** Tasks of which every pair has a cell. */
const MOST_IN_MATRIX = 12;
/** Rows of any other list. */
const MOST_ROWS = 50;

/** How many times as much as on a screen there is room for. */
const MUCH = 5;

/** What a log says of the plan, which does not change while the run goes on. */
export function planSections(plan: Plan): Section[] {
  return [analysisSection(plan), strategySection(plan)];
}

export function analysisSection(plan: Plan): Section {
  const analysis = analyse(plan);
  const conflicts = conflictBlocks(plan, MUCH);
  return {
    id: 'analysis',
    title: 'Analysis',
    blocks: [
      part(['Independence'], [list(independence(plan, analysis))]),
      part(['Resource Conflicts'], conflicts.length > 0 ? conflicts : NONE),
      part(['Order Dependencies'], orders(plan)),
      part(['Integration Points'], integrationPoints(plan)),
      part(['Which tasks can run in parallel'], matrix(analysis)),
    ],
  };
}

function strategySection(plan: Plan): Section {
  const { letter, name } = plan.strategy;
  const sections = planDocument(plan, { much: MUCH }).sections;
  const blocksOf = (id: string, title: Text): Block[] => {
    const blocks = sections.find((section) => section.id === id)?.blocks ?? [];
    return blocks.length > 0 ? [paragraph(title), ...blocks] : [];
  };
  return {
    id: 'strategy',
    title: 'Strategy',
    blocks: [
      ...blocksOf('reasons', say`${strong(letter)} (${name}), because:`),
      ...blocksOf('phases', ['Phases:']),
      ...blocksOf('notes', ['Also:']),
    ],
  };
}

const NONE = [paragraph(['None.'])];

const names = (ids: readonly string[], most = 20): Text => tasksOf(ids, most);

function independence(plan: Plan, { tasks, independent, counts, pairs }: Analysis): Text[] {
  const undeclared = plan.tasks.filter((each) => each.undeclared).map(({ id }) => id);
  const all = independent.length === tasks.length && [`all ${plural(tasks.length, 'task')}`];
  const { yes, maybe, no } = counts ?? { yes: 0, maybe: 0, no: 0 };
  return given<Text>(
    independent.length === 0
      ? ['Every task is related to another.']
      : say`Independent of all others: ${all || names(independent)}.`,
    counts === undefined
      ? [`${formatCount(pairs)} pairs of tasks, too many to examine one by one.`]
      : say`Of ${plural(pairs, 'pair')} of tasks ${yes} can run in parallel, ${maybe} may, ${no} cannot.`,
    undeclared.length > 0 && say`Assumed to touch no files, since they declare none: ${names(undeclared)}.`,
  );
}

function orders(plan: Plan): Block[] {
  const edges = edgeCount(plan);
  if (edges === 0) return NONE;
  const rows = [...taken(edgesOf(plan), MOST_ROWS)].map(({ from, to, because }) => [
    [task(from)],
    [task(to)],
    reasonOf(from, to, because),
  ]);
  return shortTable(['First', 'Then', 'Because'], rows, MOST_ROWS, edges);
}

function integrationPoints(plan: Plan): Block[] {
  const isolated = plan.tasks.filter(({ workspace }) => workspace === 'worktree').map(({ id }) => id);
  const index = indexPlan(plan);
  // Two tasks may have several things between them.
  const before = (id: string, most = Infinity): string[] => {
    const found = new Set<string>();
    for (const { tasks } of index.before(id))
      for (const each of tasks.ids) if (found.add(each).size >= most) return [...found];
    return [...found];
  };
  const joints = plan.tasks.map(({ id }) => id).filter((id) => before(id, 2).length > 1);
  const shown = first<string | Text>(
    joints,
    MOST_ROWS,
    (rest) => say`And ${rest} more tasks depend on several others.`,
  );
  const lines = [
    ...given<Text>(
      isolated.length > 0 && say`Merged into the shared tree, each in its turn: ${names(isolated)}.`,
    ),
    ...shown.map((each) =>
      typeof each === 'string' ? say`${task(each)} depends on ${names(before(each), 10)}.` : each,
    ),
  ];
  return lines.length === 0
    ? [paragraph(['None: no task depends on several others, and none runs in a worktree.'])]
    : [list(lines)];
}

function matrix(analysis: Analysis): Block[] {
  const { tasks, told, counts, pairs } = analysis;
  if (pairs === 0) return [paragraph(['There is only one task.'])];
  const isSmall = tasks.length <= MOST_IN_MATRIX;
  if (told.length === 0) return isSmall ? [cells(analysis)] : [paragraph(['Every pair can.'])];
  const rows = told.map((pair) => [names(pair.tasks), [pair.verdict], joined(pair.why)]);
  const head =
    counts === undefined
      ? 'The first pairs that are not a plain yes; not all were examined.'
      : 'The pairs that are not a plain yes:';
  const count = counts && counts.maybe + counts.no;
  return [
    isSmall ? cells(analysis) : paragraph([head]),
    ...shortTable(['Pair', 'In parallel', 'Why'], rows, rows.length, count),
  ];
}

function cells({ tasks, told }: Analysis): Block {
  const verdicts = new Map(told.map(({ tasks, verdict }) => [JSON.stringify(tasks), verdict]));
  const verdict = (a: string, b: string): Pair['verdict'] => verdicts.get(JSON.stringify([a, b])) ?? 'yes';
  const rows = tasks.map((row, at): Text[] => [
    [task(row)],
    ...tasks.map((column, other) => [
      at === other ? '·' : at < other ? verdict(row, column) : verdict(column, row),
    ]),
  ]);
  return table([[], ...tasks.map((id) => [task(id)])], rows);
}
