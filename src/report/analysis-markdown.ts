// The analysis of a plan as markdown: what is independent, what is in conflict, what has an order, where results come
// together, and which tasks can run beside which.

import type { Plan } from '../model/plan.ts';
import { type ConflictTerms, conflictsOf, type Edge, edgesOf } from '../model/task-pairs.ts';
import { type Analysis, analyse, type Pair, type Why } from './analysis.ts';
import { bullets, codeSpan, table } from './markdown-text.ts';
import { formatCount, list, plural } from './words.ts';

/** Tasks of which every pair has a cell. */
const MOST_IN_MATRIX = 12;
/** Rows of any other list. */
const MOST_ROWS = 50;

export function analysisSection(plan: Plan): string {
  const analysis = analyse(plan);
  const parts: [string, string][] = [
    ['Independence', independence(plan, analysis)],
    ['Resource Conflicts', conflicts(plan, analysis)],
    ['Order Dependencies', orders(plan, analysis)],
    ['Integration Points', integrationPoints(plan)],
    ['Which tasks can run beside which', matrix(analysis)],
  ];
  return ['## Analysis', ...parts.map(([title, body]) => `### ${title}\n\n${body}`)].join('\n\n');
}

const names = (ids: readonly string[], most = 20): string => list(ids.map(codeSpan), most);

function independence(plan: Plan, { tasks, independent, counts, pairs }: Analysis): string {
  const undeclared = plan.tasks.filter((task) => task.undeclared).map(({ id }) => id);
  const lines = [
    ...(independent === undefined
      ? []
      : [
          independent.length === 0
            ? 'Every task has something to do with another.'
            : `Nothing to do with any other: ${independent.length === tasks.length ? `all ${plural(tasks.length, 'task')}` : names(independent)}.`,
        ]),
    counts === undefined
      ? `${formatCount(pairs)} pairs of tasks, too many to look at one by one.`
      : `Of ${plural(pairs, 'pair')} of tasks ${formatCount(counts.yes)} can run at once, ${formatCount(counts.maybe)} may, ${formatCount(counts.no)} cannot.`,
    ...(undeclared.length === 0
      ? []
      : [`Taken to touch nothing, since they declare nothing: ${names(undeclared)}.`]),
  ];
  return bullets(lines);
}

function conflicts(plan: Plan, { conflicts }: Analysis): string {
  if (conflicts === 0) return 'None.';
  const rows = some(conflictsOf(plan)).map((conflict) => [
    names(conflict.tasks),
    conflict.kind,
    over(conflict),
    RESOLUTIONS[conflict.resolution],
  ]);
  return cut(table(['Tasks', 'Kind', 'Over', 'Resolved by'], rows, []), conflicts - rows.length);
}

const RESOLUTIONS = {
  order: 'order: one after the other',
  isolate: 'isolation: each in its own worktree, then merged',
  exclude: 'exclusion: not at the same time',
  allow: 'nothing: it is allowed',
} as const;

function over({ resource, clash, witness, patterns, exact, files }: ConflictTerms): string {
  if (resource !== undefined) return `the resource ${codeSpan(resource)} (${patterns.join(' and ')})`;
  if (clash) return `${codeSpan(clash.file)}, which cannot be a file and a folder`;
  const unsure = exact ? '' : ', not decided exactly';
  const count = files.count > 1 ? ` and ${formatCount(files.count - 1)} more` : '';
  return `${witness === undefined ? patterns.map(codeSpan).join(' and ') : `${codeSpan(witness)}${count}`}${unsure}`;
}

function orders(plan: Plan, { edges }: Analysis): string {
  if (edges === 0) return 'None.';
  const rows = some(edgesOf(plan)).map((edge) => [codeSpan(edge.from), codeSpan(edge.to), reason(edge)]);
  return cut(table(['First', 'Then', 'Because'], rows, []), edges - rows.length);
}

function reason({ from, to, because: { kind, witness, resource } }: Edge): string {
  const where = witness === undefined ? '' : `: ${codeSpan(witness)}`;
  switch (kind) {
    case 'needs':
      return `${codeSpan(to)} needs ${codeSpan(from)}`;
    case 'write-write':
      return `both write${where || ' the same'}`;
    case 'write-read':
      return `${codeSpan(to)} reads what ${codeSpan(from)} writes${where}`;
    case 'resource':
      return `both use ${codeSpan(resource ?? '')}`;
    case 'sequential':
      return 'one after the other was asked for';
  }
}

function integrationPoints(plan: Plan): string {
  const isolated = plan.tasks.filter(({ workspace }) => workspace === 'worktree').map(({ id }) => id);
  const gathered = new Map<string, Set<string>>();
  for (const { from, to } of some(edgesOf(plan), 10_000))
    gathered.set(to, (gathered.get(to) ?? new Set()).add(from));
  const joints = plan.tasks.flatMap(({ id }) => {
    const before = [...(gathered.get(id) ?? [])];
    return before.length > 1 ? [`${codeSpan(id)} builds on ${names(before, 10)}.`] : [];
  });
  const rest = joints.length - MOST_ROWS;
  const lines = [
    ...(isolated.length > 0 ? [`Merged into the shared tree, each in its turn: ${names(isolated)}.`] : []),
    ...joints.slice(0, MOST_ROWS),
    ...(rest > 0 ? [`And ${formatCount(rest)} more tasks build on several others.`] : []),
  ];
  return lines.length === 0
    ? 'None: no task builds on several others, and none works apart.'
    : bullets(lines);
}

function matrix(analysis: Analysis): string {
  const { tasks, told, counts, pairs } = analysis;
  if (pairs === 0) return 'There is one task.';
  if (told.length === 0) return tasks.length <= MOST_IN_MATRIX ? cells(analysis) : 'Every pair can.';
  const rows = told.map((pair) => [names(pair.tasks), pair.verdict, clauses(pair)]);
  const list = table(['Pair', 'At once', 'Why'], rows, []);
  const head = tasks.length <= MOST_IN_MATRIX ? cells(analysis) : 'The pairs that are not a plain yes:';
  if (counts !== undefined) return `${head}\n\n${cut(list, counts.maybe + counts.no - rows.length)}`;
  return `The first pairs that are not a plain yes; not all were looked at.\n\n${list}`;
}

function cells({ tasks, told }: Analysis): string {
  const verdicts = new Map(told.map(({ tasks, verdict }) => [JSON.stringify(tasks), verdict]));
  const verdict = (a: string, b: string): Pair['verdict'] => verdicts.get(JSON.stringify([a, b])) ?? 'yes';
  const rows = tasks.map((row, at) => [
    codeSpan(row),
    ...tasks.map((column, other) =>
      at === other ? '·' : at < other ? verdict(row, column) : verdict(column, row),
    ),
  ]);
  return table(['', ...tasks.map(codeSpan)], rows, []);
}

/** A conflict that an order resolves is the reason of that order. */
function clauses({ tasks, why }: Pair): string {
  const isOrdered = why.some(({ kind }) => kind === 'before');
  const told = why.filter(
    (each) => !(isOrdered && each.kind === 'conflict' && each.conflict.resolution === 'order'),
  );
  return [...new Set(told.map((each) => clause(each, tasks)))].join('; ');
}

function clause(why: Why, [a, b]: Pair['tasks']): string {
  switch (why.kind) {
    case 'before': {
      const { first: from, because } = why;
      return `${codeSpan(from)} is first: ${reason({ from, to: from === a ? b : a, because })}`;
    }
    case 'chain':
      return `${codeSpan(why.first)} is first: others between them wait for it`;
    case 'units':
      return `both take of ${codeSpan(why.resource)}, and there ${why.capacity === 1 ? 'is' : 'are'} ${why.capacity} for all`;
    case 'conflict': {
      const { kind, resolution } = why.conflict;
      return `${MEETING[kind]} ${over(why.conflict)}: ${SHORT[resolution]}`;
    }
  }
}

const MEETING = {
  'write-write': 'both write',
  'write-read': 'one writes and the other reads',
  resource: 'both use',
} as const;

const SHORT = {
  order: 'one after the other',
  isolate: 'each in its own worktree',
  exclude: 'not at the same time',
  allow: 'allowed',
} as const;

function some<T>(all: Iterable<T>, most = MOST_ROWS): T[] {
  const taken: T[] = [];
  for (const each of all) {
    if (taken.length === most) break;
    taken.push(each);
  }
  return taken;
}

const cut = (shown: string, rest: number): string =>
  rest > 0 ? `${shown}\n\nAnd ${formatCount(rest)} more.` : shown;
