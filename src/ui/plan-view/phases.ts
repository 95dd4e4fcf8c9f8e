// What runs when: the phases, in each the tasks that wait for the same things together, and what those are.

import type { Exclusion, Plan, PlannedTask } from '../../model/plan.ts';
import type { Edge } from '../../model/task-pairs.ts';
import { formatCount, list, plural, printable } from '../../present/format.ts';
import { marksOf } from '../marks.ts';
import type { PlanIndex, Some } from './index.ts';
import { hang, type Look, padEnd, widthOf, wrap } from './layout.ts';
import { shortened } from './shortened.ts';

/** Plans up to this size are shown whole. */
const SMALL = 40;
const MAX_PHASES = 12;
const MAX_GROUPS = 6;
const MAX_NAMES = 12;
const MAX_REASONS = 4;
/** Tasks that are named in one reason. */
export const MAX_OTHERS = 3;

export interface PhasesOptions extends Look {
  all: boolean;
}

export function renderPhases(plan: Plan, index: PlanIndex, options: PhasesOptions): string[] {
  const limited = !options.all && plan.tasks.length > SMALL;
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const shown = limited ? plan.phases.slice(0, MAX_PHASES) : plan.phases;
  const gutter = `Phase ${plan.phases.length}  `.length;
  const lines = shown.flatMap((phase, number) => {
    const ids = phase.tasks;
    const label = padEnd(`Phase ${number + 1}`, gutter);
    const body = renderPhase(
      ids.flatMap((id) => tasks.get(id) ?? []),
      index,
      { ...options, columns: options.columns - gutter },
      limited,
    );
    return body.map((line, at) => (at === 0 ? options.colors.bold(label) : ' '.repeat(gutter)) + line);
  });
  const hidden = plan.phases.slice(shown.length);
  if (hidden.length === 0) return lines;
  const count = hidden.reduce((sum, phase) => sum + phase.tasks.length, 0);
  const { ellipsis } = marksOf(options);
  const rest = `${ellipsis} and ${plural(hidden.length, 'more phase', 'more phases')} with ${plural(count, 'task')}`;
  return [...lines, options.colors.dim(rest)];
}

/** Tasks that wait for the same things, for a person one thing to read. */
interface Group {
  names: string[];
  reasons: string[];
}

function renderPhase(
  tasks: PlannedTask[],
  index: PlanIndex,
  options: PhasesOptions,
  limited: boolean,
): string[] {
  const groups = groupTasks(tasks, index, options);
  const shown = limited ? groups.slice(0, MAX_GROUPS) : groups;
  const widths = shown
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ names }) => widthOf(names.join(', ')));
  // Names stand in a column of their own, as long as that leaves room for what they wait for.
  const column = Math.max(0, ...widths.filter((width) => width <= options.columns / 3));
  const lines = shown.flatMap((group) => renderGroup(group, column, options, limited));
  const hidden = groups.slice(shown.length).reduce((sum, { names }) => sum + names.length, 0);
  if (hidden > 0)
    lines.push(options.colors.dim(`${marksOf(options).ellipsis} and ${formatCount(hidden)} more`));
  return lines;
}

function groupTasks(tasks: PlannedTask[], index: PlanIndex, options: PhasesOptions): Group[] {
  const groups = new Map<string, Group>();
  for (const task of tasks) {
    const reasons = reasonsOf(task, index, options);
    const key = reasons.join('\n');
    const group = groups.get(key);
    if (group) group.names.push(printable(task.id));
    else groups.set(key, { names: [printable(task.id)], reasons });
  }
  return [...groups.values()];
}

function renderGroup(
  { names, reasons }: Group,
  column: number,
  options: PhasesOptions,
  limited: boolean,
): string[] {
  const { colors, columns } = options;
  const max = limited ? MAX_NAMES : Number.POSITIVE_INFINITY;
  const over = names.length > max + 1;
  const text = over
    ? list(names.slice(0, max).map(colors.bold).concat(names.slice(max)), max)
    : names.map(colors.bold).join(', ');
  if (reasons.length === 0) return wrap(text, columns);
  if (widthOf(text) > column) {
    return [
      ...wrap(text, columns),
      ...reasons.flatMap((reason) => dim(hang('  ', reason, columns), options)),
    ];
  }
  const lines = reasons.flatMap((reason) => dim(wrap(reason, columns - column - 2), options));
  return lines.map((line, at) => `${at === 0 ? padEnd(text, column) : ' '.repeat(column)}  ${line}`);
}

const dim = (lines: string[], { colors }: PhasesOptions): string[] => lines.map((line) => colors.dim(line));

/** Why a task stands where it stands, each a phrase that continues its name. */
function reasonsOf(task: PlannedTask, index: PlanIndex, options: PhasesOptions): string[] {
  const { all } = options;
  const names = all ? Number.POSITIVE_INFINITY : MAX_OTHERS;
  const needs: Some = { count: 0, tasks: [] };
  const after = new Map<string, Some>();
  for (const { because, count, tasks } of index.waitsOf(task.id)) {
    let what = needs;
    for (const from of tasks) {
      if (because.kind !== 'needs') {
        const phrase = afterWhat({ from, to: task.id, because }, index, options);
        what = after.get(phrase) ?? { count: 0, tasks: [] };
        after.set(phrase, what);
      }
      what.count++;
      what.tasks.push(from);
    }
    // Of so many the others are taken to be like the last that was looked at.
    what.count += count - tasks.length;
  }
  const reasons = [
    ...(needs.count > 0 ? [`needs ${few(needs, names, 'and')}`] : []),
    ...[...after].map(([what, some]) => `after ${few(some, names, 'and')}${what}`),
    ...index.exclusionsOf(task.id).map((exclusion) => besideWhat(task.id, exclusion, index, names)),
  ];
  const shown = all || reasons.length <= MAX_REASONS + 1 ? reasons : reasons.slice(0, MAX_REASONS);
  if (shown.length < reasons.length) shown.push(`and for ${reasons.length - shown.length} more reasons`);
  return [
    ...shown,
    ...(task.workspace === 'worktree' ? ['in a worktree'] : []),
    ...(all && task.description ? [printable(task.description)] : []),
  ];
}

/** Why after that task, as what follows its name; tasks of which the same is true are named together. */
function afterWhat({ from, to, because }: Edge, index: PlanIndex, look: PhasesOptions): string {
  const conflict = index.conflictOf(from, to, because.kind);
  // Of two that write the first to run stands first, of a writer and a reader the writer, which runs first too.
  const path = (side: 0 | 1) =>
    printable(shortened(conflict?.patterns[side] ?? because.witness ?? 'a path', look));
  if (because.kind === 'sequential') return ', one at a time';
  if (because.kind === 'resource') return `: uses ${printable(because.resource ?? 'a resource')} too`;
  return because.kind === 'write-write' ? `: writes ${path(1)} too` : `, for ${path(0)}`;
}

function besideWhat(id: string, exclusion: Exclusion, index: PlanIndex, names: number): string {
  const { tasks, capacity, because } = exclusion;
  const what = printable(because.resource ?? because.witness ?? because.kind);
  const others: Some = {
    count: tasks.length - 1,
    tasks: tasks.slice(0, names + 2).filter((other) => other !== id),
  };
  const clashes = index.clashesOf(id, because.resource);
  if (capacity !== undefined && capacity > 1 && clashes.count < others.count) {
    return `shares ${formatCount(capacity)} of ${what} with ${few(others, names, 'and')}`;
  }
  return `never together with ${few(clashes.count > 0 ? clashes : others, names, 'or')} (${what})`;
}

/** As `list` says it, of many of which only the first are known by name. */
function few({ count, tasks }: Some, max: number, and: string): string {
  if (count <= max + 1) return list(tasks.map(printable), max, and);
  return `${tasks.slice(0, max).map(printable).join(', ')} ${and} ${formatCount(count - max)} more`;
}
