// How `ptask plan` reads in a terminal: in five seconds what runs when, what conflicts, and why it is not strategy A.

import type { Note, Plan } from '../../model/plan.ts';
import { conflictCount } from '../../model/task-pairs.ts';
import { formatCount, list, plural, printable } from '../../present/format.ts';
import { marksOf } from '../marks.ts';
import { type ConflictsOptions, type Locate, renderConflicts } from './conflicts.ts';
import { indexPlan } from './index.ts';
import { flow, hang, type Look } from './layout.ts';
import { MAX_OTHERS, renderPhases } from './phases.ts';

export interface PlanViewOptions extends Look {
  /** Everything by name, however long; also the descriptions. */
  all?: boolean;
  locate?: Locate;
}

const MAX_REASONS = 4;
const MAX_NOTES = 5;
const MAX_NAMES = 8;

/** Ends with a newline. Nothing but the plan and the options decides what it says. */
export function renderPlan(plan: Plan, options: PlanViewOptions): string {
  const { colors, all = false } = options;
  const look = { ...options, all };
  const index = indexPlan(plan, all ? Number.POSITIVE_INFINITY : MAX_OTHERS + 1);
  const sections = [
    headline(plan, look),
    section(
      plan.strategy.letter === 'A' ? 'Why fully parallel' : 'Why not fully parallel',
      reasons(plan, look),
    ),
    renderPhases(plan, index, look),
    section('Conflicts', renderConflicts(plan, look)),
    section('Notes', notes(plan.notes, look)),
  ].filter((lines) => lines.length > 0);
  const text = sections.map((lines) => lines.join('\n')).join('\n\n');
  // Whatever is left out is said in the same words.
  const cut = !all && /\band\s+[\d,]+\s+more\b(?! such)/.test(text);
  return `${text}\n${cut ? `\n${colors.dim('--verbose shows everything')}\n` : ''}`;

  function section(title: string, lines: string[]): string[] {
    return lines.length > 0 ? [colors.bold(title), ...lines] : [];
  }
}

function headline(plan: Plan, { colors, unicode, columns }: ConflictsOptions): string[] {
  const { letter, name } = plan.strategy;
  const worktrees = plan.tasks.filter(({ workspace }) => workspace === 'worktree').length;
  const { dot } = marksOf({ unicode });
  const conflicts = conflictCount(plan);
  const parts = [
    `${plural(plan.tasks.length, 'task')} in ${plural(plan.phases.length, 'phase')}`,
    conflicts > 0 ? colors.yellow(plural(conflicts, 'conflict')) : 'no conflicts',
    ...(worktrees > 0 ? [`${formatCount(worktrees)} in worktrees`] : []),
  ];
  return flow([`Strategy ${colors.bold(colors.cyan(letter))}, ${name}`, ...parts], ` ${dot} `, '', columns);
}

function reasons(plan: Plan, { all, unicode, colors, columns }: ConflictsOptions): string[] {
  const { bullet, ellipsis } = marksOf({ unicode });
  const { reasons } = plan.strategy;
  const shown = all || reasons.length <= MAX_REASONS + 1 ? reasons : reasons.slice(0, MAX_REASONS);
  const lines = shown.flatMap((reason) => hang(`  ${bullet} `, printable(reason), columns));
  const rest = reasons.length - shown.length;
  return rest > 0 ? [...lines, colors.dim(`  ${ellipsis} and ${formatCount(rest)} more`)] : lines;
}

/** Undeclared tasks in one note, whoever they are; the others a few of each kind. */
const TOLD_ONE_BY_ONE = ['not-isolated', 'reads-before-write', 'writer-left-out', 'matches-nothing'] as const;

function notes(all: readonly Note[], options: ConflictsOptions): string[] {
  const { bullet, ellipsis } = marksOf(options);
  const max = options.all ? Number.POSITIVE_INFINITY : MAX_NOTES;
  const of = (kind: Note['kind']) => all.filter((note) => note.kind === kind);
  const lines = [undeclared(of('undeclared'), options)].flat();
  for (const kind of TOLD_ONE_BY_ONE) {
    const notes = of(kind);
    const shown = notes.length <= max + 1 ? notes : notes.slice(0, max);
    lines.push(...shown.map((note) => printable(sentence(note))));
    const rest = notes.length - shown.length;
    if (rest > 0) lines.push(`${ellipsis} and ${formatCount(rest)} more of this kind`);
  }
  return lines.flatMap((line) => hang(`  ${bullet} `, line, options.columns));
}

/** With the names, where the text does not say them. */
function sentence({ kind, tasks, text }: Note): string {
  return kind === 'not-isolated'
    ? `${list(tasks, MAX_NAMES)} ${tasks.length === 1 ? 'works' : 'work'} ${text}`
    : text;
}

function undeclared(notes: readonly Note[], { all }: ConflictsOptions): string[] {
  if (notes.length === 0) return [];
  const tasks = [...new Set(notes.flatMap((note) => note.tasks))];
  const names = list(tasks.map(printable), all ? Number.POSITIVE_INFINITY : MAX_NAMES);
  return tasks.length === 1
    ? [`1 task declares no reads or writes; ptask assumes it touches no files: ${names}`]
    : [
        `${formatCount(tasks.length)} tasks declare no reads or writes; ptask assumes they touch no files: ${names}`,
      ];
}
