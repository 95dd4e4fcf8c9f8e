// What conflicts: who, where in the config, the path that shows it, and what the plan does about it.

import type { Conflict, Plan } from '../../model/plan.ts';
import { formatCount, list, plural, printable } from '../../report/words.ts';
import { marksOf } from '../marks.ts';
import type { PlanIndex } from './index.ts';
import { hang, type Look, type Row, rowLines } from './layout.ts';

const MAX_GROUPS = 10;
const MAX_NAMES = 4;

/** Where a pattern stands in the config, as `parallel.config.yaml:12:15`. */
export type Locate = (task: string, side: 'reads' | 'writes', pattern: string) => string | undefined;

export interface ConflictsOptions extends Look {
  all: boolean;
  locate?: Locate | undefined;
}

export function renderConflicts(plan: Plan, index: PlanIndex, options: ConflictsOptions): string[] {
  const exact = groupConflicts(plan, index, 2);
  // Too many to read: what one pattern does to many others is one thing to know.
  const groups = options.all || exact.length <= MAX_GROUPS ? exact : groupConflicts(plan, index, 1);
  const shown = options.all ? groups : groups.slice(0, MAX_GROUPS);
  const blocks = shown.map((group) => renderGroup(group, plan, options));
  const hidden = groups.slice(shown.length).reduce((sum, { conflicts }) => sum + conflicts.length, 0);
  const lines = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]));
  if (hidden === 0) return lines;
  const rest = `${marksOf(options).ellipsis} and ${plural(hidden, 'more conflict', 'more conflicts')}`;
  return [...lines, '', options.colors.dim(rest)];
}

/** Conflicts with the same outcome over the same two patterns, or of one task's pattern with those of others. */
interface Group {
  conflicts: [Conflict, ...Conflict[]];
  /** The reader goes first. */
  reversed: boolean;
}

function groupConflicts(plan: Plan, index: PlanIndex, samePatterns: 1 | 2): Group[] {
  const groups = new Map<string, [Conflict, ...Conflict[]]>();
  for (const conflict of plan.conflicts) {
    const { kind, tasks, patterns, resolution, resource, exact } = conflict;
    const reversed = index.ordered(tasks[1], tasks[0]);
    const over = samePatterns === 2 ? patterns : [tasks[0], patterns[0]];
    const key = [kind, ...over, resolution, resource, exact, reversed].join('\0');
    const group = groups.get(key);
    if (group) group.push(conflict);
    else groups.set(key, [conflict]);
  }
  return [...groups.values()].map((conflicts) => {
    const [{ tasks }] = conflicts;
    return { conflicts, reversed: index.ordered(tasks[1], tasks[0]) };
  });
}

function renderGroup(group: Group, plan: Plan, options: ConflictsOptions): string[] {
  const { columns } = options;
  const rows = [...sides(group, options), ...witness(group, options)];
  return [
    ...hang('  ', `${who(group, options)}: ${outcome(group, plan)}`, columns),
    ...rowLines(rows, '    ', options),
  ];
}

/** Both names of a pair; of many pairs the one task that all share, or all tasks that take part. */
function who({ conflicts }: Group, { colors, all }: ConflictsOptions): string {
  const max = all ? Number.POSITIVE_INFINITY : MAX_NAMES;
  const names = (ids: Iterable<string>) =>
    list(
      [...new Set(ids)].map((id) => colors.bold(printable(id))),
      max,
    );
  const writers = new Set(conflicts.map(({ tasks }) => tasks[0]));
  const others = new Set(conflicts.map(({ tasks }) => tasks[1]));
  if (writers.size === 1 || others.size === 1) {
    return `${names(writers)} ${conflicts.length > 1 ? 'with' : 'and'} ${names(others)}`;
  }
  return `${plural(conflicts.length, 'pair')} of ${names(conflicts.flatMap(({ tasks }) => tasks))}`;
}

function sides({ conflicts }: Group, { colors, locate }: ConflictsOptions): Row[] {
  const [{ kind, tasks, patterns, resource }] = conflicts;
  return ([0, 1] as const).map((side): Row => {
    const sameTask = conflicts.every((conflict) => conflict.tasks[side] === tasks[side]);
    const samePattern = conflicts.every((conflict) => conflict.patterns[side] === patterns[side]);
    const pattern = `${samePattern ? '' : 'e.g. '}${colors.cyan(printable(patterns[side]))}`;
    const name = sameTask ? printable(tasks[side]) : side === 0 ? 'one' : 'the other';
    if (kind === 'resource') return [`${name} uses`, `${printable(resource ?? 'it')}: ${pattern}`];
    const uses = kind === 'write-read' && side === 1 ? 'reads' : 'writes';
    const place = locate?.(tasks[side], uses, patterns[side]);
    if (place === undefined) return [`${name} ${uses}`, pattern];
    return [
      `${name} ${uses}`,
      pattern,
      colors.dim(`${sameTask || !samePattern ? '' : 'e.g. '}${printable(place)}`),
    ];
  });
}

function witness({ conflicts }: Group, { colors }: ConflictsOptions): Row[] {
  const [{ kind, witness, files, exact, reason, clash }] = conflicts;
  if (kind === 'resource') return [];
  if (clash) return [['cannot be', `${printable(clash.file)} a file and ${printable(clash.below)} below it`]];
  const others = files.sample.filter((path) => path !== witness).map(printable);
  const such = others.length > 0 ? `, such as ${others.slice(0, 2).join(', ')}` : '';
  const today = files.count === 0 ? 'no such file today' : `${plural(files.count, 'file')} today${such}`;
  const same = conflicts.every((conflict) => conflict.witness === witness);
  const path = witness === undefined ? '' : `${same ? '' : 'e.g. '}${printable(witness)} `;
  const rows: Row[] = [['both match', `${path}${colors.dim(`(${today})`)}`]];
  if (exact) return rows;
  const why = reason === undefined ? '' : `: ${printable(reason)}`;
  return [...rows, ['not exact', `taken to overlap, since it could not be decided${why}`]];
}

/** What the plan does about it. */
function outcome({ conflicts, reversed }: Group, plan: Plan): string {
  const [{ tasks, kind, resolution, resource }] = conflicts;
  if (resolution === 'isolate') return 'at once, each in a worktree, merged as declared';
  if (resolution === 'allow') {
    if (kind === 'write-write') return 'allowed, so nothing keeps them apart and the last to write wins';
    const reader = conflicts.length === 1 ? printable(tasks[1]) : 'the reader';
    return `at once, ${reader} may see the state from before`;
  }
  if (resolution === 'exclude') {
    const capacity = plan.exclusions.find(({ because }) => because.resource === resource)?.capacity ?? 1;
    return capacity > 1
      ? `never at once, there are only ${formatCount(capacity)}`
      : 'never at once, whichever goes first';
  }
  if (conflicts.length === 1) return `${printable(tasks[reversed ? 1 : 0])} runs first`;
  if (kind === 'write-write') return 'one after the other, as declared';
  return reversed ? 'the reader runs first' : 'the writer runs first';
}
