// What conflicts: who, where in the config, the path that shows it, and what the plan does about it.

import type { ConflictGroup, Plan } from '../../model/plan.ts';

import { type ConflictTerms, pairCount, pairsIn, secondsTo } from '../../model/task-pairs.ts';
import { formatCount, list, plural, printable } from '../../present/format.ts';
import { marksOf } from '../marks.ts';
import { hang, type Look, type Row, rowLines } from './layout.ts';
import { shortened } from './shortened.ts';

const MAX_GROUPS = 10;
const MAX_NAMES = 4;
/** Pairs of a group that is taken apart by who writes. */
const MOST_SPLIT = 10_000;

/** Where a pattern stands in the config, as `parallel.config.yaml:12:15`. */
export type Locate = (task: string, side: 'reads' | 'writes', pattern: string) => string | undefined;

export interface ConflictsOptions extends Look {
  all: boolean;
  locate?: Locate | undefined;
}

export function renderConflicts(plan: Plan, options: ConflictsOptions): string[] {
  const exact = groupConflicts(plan, 2);
  // Too many to read: what one pattern does to many others is one thing to know.
  const groups = options.all || exact.length <= MAX_GROUPS ? exact : groupConflicts(plan, 1);
  const shown = options.all ? groups : groups.slice(0, MAX_GROUPS);
  const blocks = shown.map((group) => renderGroup(group, plan, options));
  const hidden = groups.slice(shown.length).reduce((sum, { count }) => sum + count, 0);
  const lines = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]));
  if (hidden === 0) return lines;
  const rest = `${marksOf(options).ellipsis} and ${plural(hidden, 'more conflict', 'more conflicts')}`;
  return [...lines, '', options.colors.dim(rest)];
}

/** Conflicts with the same outcome over the same two patterns, or of one task's pattern with those of others. */
interface Group {
  /** Of the first conflict. */
  terms: ConflictTerms;
  tasks: [string, string];
  count: number;
  parts: ConflictGroup[];
}

function groupConflicts(plan: Plan, samePatterns: 1 | 2): Group[] {
  const groups = new Map<string, Group>();
  const put = (part: ConflictGroup): void => {
    const { kind, patterns, resolution, resource, exact, tasks } = part;
    const [[one, other] = ['', '']] = pairsIn(tasks).pairs();
    const over = samePatterns === 2 ? patterns : [one, patterns[0]];
    const key = [kind, ...over, resolution, resource, exact].join('\0');
    const count = pairCount(tasks);
    const group = groups.get(key);
    if (group) {
      group.count += count;
      group.parts.push(part);
    } else groups.set(key, { terms: part, tasks: [one, other], count, parts: [part] });
  };
  for (const group of plan.conflicts) {
    if (samePatterns === 2 || pairCount(group.tasks) > MOST_SPLIT) put(group);
    else
      for (const first of pairsIn(group.tasks).firsts) {
        const seconds = [...secondsTo(group.tasks, first)];
        if (seconds.length > 0) put({ ...group, tasks: [[first], seconds] });
      }
  }
  return [...groups.values()];
}

/** The tasks of the groups' pairs, each once, in the order in which they come by. */
function membersOf({ parts }: Group): Record<'writers' | 'others' | 'all', string[]> {
  const [writers, others, all] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { tasks } of parts) {
    const { firsts, seconds } = pairsIn(tasks);
    for (const task of firsts) writers.add(task);
    for (const task of seconds) others.add(task);
    // Of each pair both.
    for (const task of [...firsts.slice(0, 1), ...seconds, ...firsts]) all.add(task);
  }
  return { writers: [...writers], others: [...others], all: [...all] };
}

function renderGroup(group: Group, plan: Plan, options: ConflictsOptions): string[] {
  const { columns } = options;
  const members = membersOf(group);
  const single = { writer: members.writers.length === 1, other: members.others.length === 1 };
  const rows = [...sides(group, [single.writer, single.other], options), ...witness(group, options)];
  return [
    ...hang('  ', `${who(group, members, options)}: ${outcome(group, plan)}`, columns),
    ...rowLines(rows, '    ', options),
  ];
}

/** Both names of a pair; of many pairs the one task that all share, or all tasks that take part. */
function who(
  { count }: Group,
  { writers, others, all: tasks }: ReturnType<typeof membersOf>,
  { colors, all }: ConflictsOptions,
): string {
  const max = all ? Number.POSITIVE_INFINITY : MAX_NAMES;
  const names = (ids: readonly string[]) =>
    list(
      ids.map((id, at) => (at <= max ? colors.bold(printable(id)) : id)),
      max,
    );
  if (writers.length === 1 || others.length === 1) {
    return `${names(writers)} ${count > 1 ? 'with' : 'and'} ${names(others)}`;
  }
  return `${plural(count, 'pair')} of ${names(tasks)}`;
}

function sides(
  { terms, tasks, parts }: Group,
  sameTasks: readonly [boolean, boolean],
  options: ConflictsOptions,
): Row[] {
  const { colors, locate } = options;
  const { kind, patterns, resource } = terms;
  return ([0, 1] as const).map((side): Row => {
    const sameTask = sameTasks[side];
    const samePattern = parts.every(({ patterns: each }) => each[side] === patterns[side]);
    const pattern = `${samePattern ? '' : 'e.g. '}${colors.cyan(printable(shortened(patterns[side], options)))}`;
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

function witness({ terms, parts }: Group, { colors }: ConflictsOptions): Row[] {
  const { kind, witness, files, exact, reason, clash } = terms;
  if (kind === 'resource') return [];
  if (clash) return [['cannot be', `${printable(clash.file)} a file and ${printable(clash.below)} below it`]];
  const others = files.sample.filter((path) => path !== witness).map(printable);
  const such = others.length > 0 ? `, e.g. ${others.slice(0, 2).join(', ')}` : '';
  const today = files.count === 0 ? "doesn't exist yet" : `${plural(files.count, 'existing file')}${such}`;
  const same = parts.every((part) => part.witness === witness);
  const path = witness === undefined ? '' : `${same ? '' : 'e.g. '}${printable(witness)} `;
  const rows: Row[] = [['both match', `${path}${colors.dim(`(${today})`)}`]];
  if (exact) return rows;
  const why = reason === undefined ? '' : `: ${printable(reason)}`;
  return [...rows, ['not exact', `assumed to overlap, since it could not be decided${why}`]];
}

/** What the plan does about it. */
function outcome({ terms, tasks, count }: Group, plan: Plan): string {
  const { kind, resolution, resource } = terms;
  if (resolution === 'isolate') return 'in parallel, each in a worktree, merged as declared';
  if (resolution === 'allow') {
    if (kind === 'write-write') return 'allowed, so the last to write wins';
    const reader = count === 1 ? printable(tasks[1]) : 'the reader';
    return `in parallel, ${reader} may see the earlier state`;
  }
  if (resolution === 'exclude') {
    const capacity = plan.exclusions.find(({ because }) => because.resource === resource)?.capacity ?? 1;
    return capacity > 1
      ? `never in parallel, there are only ${formatCount(capacity)}`
      : 'never in parallel, whichever goes first';
  }
  // The one that runs first stands first; of a writer and a reader that is the writer.
  if (count === 1) return `${printable(tasks[0])} runs first`;
  return kind === 'write-write' ? 'one after the other, as declared' : 'the writer runs first';
}
