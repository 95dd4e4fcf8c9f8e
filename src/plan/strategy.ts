// The one letter that names a plan, and why it is not a better one.

import type { Exclusion, PlanStrategy } from '../model/plan.ts';
import type { PatternOverlap } from './overlaps.ts';
import { countOf, type PairGroup, pairsOf } from './pair-sets.ts';
import type { EdgeTerms } from './verdict.ts';

/** What the letter is decided from. */
export interface Shape {
  /** By name, in the order of declaration. */
  tasks: readonly string[];
  phases: number;
  edges: readonly PairGroup<EdgeTerms>[];
  exclusions: readonly Exclusion[];
  /** Those that are services. */
  services: ReadonlySet<string>;
  /** How many. */
  conflicts: number;
  /** How many tasks work in worktrees, and the pairs of them that conflict. */
  isolated: number;
  turns: readonly PairGroup<PatternOverlap>[];
}

const MAX_REASONS = 3;

const list = (ids: readonly string[]): string =>
  ids.length > 4
    ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`
    : ids.join(', ').replace(/, ([^,]*)$/, ' and $1');

function edgeReason(
  from: string,
  to: string,
  { because, meeting }: EdgeTerms,
  services: Shape['services'],
): string {
  if (meeting?.clash) {
    const { file, below } = meeting.clash;
    return `${from} before ${to}: ${file} cannot be a file and a folder with ${below} in it`;
  }
  switch (because.kind) {
    case 'write-write':
      return `${from} before ${to}: ${eachOf(meeting, 'it', `${to} writes`) ?? `both ${pathOf(meeting, 'write')}`}`;
    case 'write-read':
      return `${from} before ${to}: ${eachOf(meeting, 'it', `${to} reads`) ?? `it ${pathOf(meeting, 'writes')}, which ${to} reads`}`;
    default:
      return services.has(from) ? `${to} needs the service ${from} to be ready` : `${to} needs ${from}`;
  }
}

/** Where no such file is there or named: to people these say more than the path that shows that they meet. */
const patternsFor = (meeting: PatternOverlap | undefined): string[] =>
  meeting?.witness === undefined || meeting.files.count > 0 || meeting.patterns.includes(meeting.witness)
    ? []
    : [...new Set(meeting.patterns)];

/** Without a path that shows it, it could not be decided. */
function pathOf(meeting: PatternOverlap | undefined, writes: string): string {
  const [pattern = meeting?.witness] = patternsFor(meeting);
  if (pattern !== undefined) return `${writes} ${pattern}`;
  return `may ${writes.replace(/s$/, '')} what matches ${meeting?.patterns[0]}`;
}

/** Where it takes both patterns to say it. */
function eachOf(meeting: PatternOverlap | undefined, first: string, second: string): string | undefined {
  const [one, other] = patternsFor(meeting);
  return other && `${first} writes ${one}, and ${second} ${other}`;
}

function exclusionReason({ tasks, capacity, because }: Exclusion): string {
  const name = because.resource ?? '';
  return capacity === undefined
    ? `${list(tasks)} never together (resource ${name})`
    : `${list(tasks)} never all together (resource ${name}, ${capacity} available)`;
}

/** What keeps the plan from running everything at once. */
function obstacles({ tasks, edges, exclusions, services }: Shape): string[] {
  const needs = edges.filter(({ label }) => label.because.kind === 'needs');
  const hazards = edges.filter(({ label }) => label.because.kind.startsWith('write-'));
  const reasons = (some: readonly PairGroup<EdgeTerms>[]): string[] =>
    pairsOf(some, MAX_REASONS).map(([from, to, terms]) =>
      edgeReason(tasks[from] as string, tasks[to] as string, terms, services),
    );
  const told = [...reasons(hazards), ...exclusions.map(exclusionReason), ...reasons(needs)].slice(
    0,
    MAX_REASONS,
  );
  const rest = countOf([...hazards, ...needs]) + exclusions.length - told.length;
  return [
    ...told,
    ...(rest > 0 ? [`and ${rest.toLocaleString('en')} more such ${rest === 1 ? 'reason' : 'reasons'}`] : []),
  ];
}

export function isParallel({ edges, exclusions, isolated }: Shape): boolean {
  return edges.length === 0 && exclusions.length === 0 && isolated === 0;
}

/** What the isolated tasks have in common, pair by pair. */
function meetingReasons({ tasks, turns }: Shape): string[] {
  const told = pairsOf(turns, MAX_REASONS).map(
    ([first, second, meeting]) =>
      eachOf(meeting, tasks[first] as string, `${tasks[second]} writes`) ??
      `${tasks[first]} and ${tasks[second]} both ${pathOf(meeting, 'write')}`,
  );
  const rest = countOf(turns) - told.length;
  return [
    ...told,
    ...(rest > 0 ? [`and ${rest.toLocaleString('en')} more such ${rest === 1 ? 'pair' : 'pairs'}`] : []),
  ];
}

function reasonForA({ tasks, conflicts }: Shape): string {
  if (tasks.length === 1) return 'there is only one task';
  if (conflicts === 0) return 'no task waits for another and none touch the same files';
  const are = conflicts === 1 ? '1 conflict is' : `${conflicts.toLocaleString('en')} conflicts are`;
  return `no task waits for another: ${are} allowed`;
}

/** Picks the letter for what the hazards have left. */
export function nameStrategy(shape: Shape, forced: 'phased' | 'sequential' | undefined): PlanStrategy {
  if (forced === 'sequential')
    return { letter: 'D', name: 'sequential', reasons: ['sequential was requested'] };
  if (forced === undefined && isParallel(shape)) {
    const reason = reasonForA(shape);
    return { letter: 'A', name: 'parallel', reasons: [reason] };
  }
  const kept = [...obstacles(shape), ...meetingReasons(shape)];
  if (forced === undefined && shape.isolated > 0 && shape.phases === 1) {
    const own = `${shape.isolated === 1 ? 'one task works' : `${shape.isolated.toLocaleString('en')} tasks work`} in git worktrees, and their changes are merged`;
    return { letter: 'B', name: 'worktrees', reasons: [own, ...kept] };
  }
  // Services are up beside what comes after them.
  if (forced === undefined && shape.phases === shape.tasks.length && shape.services.size === 0) {
    return {
      letter: 'D',
      name: 'sequential',
      reasons: ['every task waits for the one before it', ...kept],
    };
  }
  const head =
    forced === 'phased'
      ? 'phased was requested'
      : shape.phases > 1
        ? `some tasks wait for others, which makes ${shape.phases} phases`
        : 'some tasks cannot run at the same time';
  return { letter: 'C', name: 'phased', reasons: [head, ...kept] };
}
