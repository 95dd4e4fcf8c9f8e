// The one letter that names a plan, and why it is not a better one.

import type { Conflict, Edge, Exclusion, PlanStrategy } from '../model/plan.ts';

/** What the letter is decided from. */
export interface Shape {
  tasks: number;
  phases: number;
  edges: readonly Edge[];
  exclusions: readonly Exclusion[];
  conflicts: readonly Conflict[];
}

const MAX_REASONS = 3;

const list = (ids: readonly string[]): string =>
  ids.length > 4
    ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`
    : ids.join(', ').replace(/, ([^,]*)$/, ' and $1');

function edgeReason({ from, to, because }: Edge): string {
  const path = because.witness === undefined ? 'the same files' : because.witness;
  switch (because.kind) {
    case 'write-write':
      return `${from} before ${to}: both write ${path}`;
    case 'write-read':
      return `${from} before ${to}: it writes ${path}, which ${to} reads`;
    default:
      return `${to} needs ${from}`;
  }
}

function exclusionReason({ tasks, capacity, because }: Exclusion): string {
  const name = because.resource ?? '';
  return capacity === undefined
    ? `${list(tasks)} not at once: ${name} is for one writer at a time`
    : `${list(tasks)} not all at once: there ${capacity === 1 ? 'is' : 'are'} ${capacity} of ${name}`;
}

/** What keeps the plan from running everything at once. */
function obstacles({ edges, exclusions }: Shape): string[] {
  const hazards = edges.filter(({ because }) => because.kind !== 'needs' && because.kind !== 'sequential');
  const needs = edges.filter(({ because }) => because.kind === 'needs');
  const all = [...hazards.map(edgeReason), ...exclusions.map(exclusionReason), ...needs.map(edgeReason)];
  const rest = all.length - MAX_REASONS;
  return [
    ...all.slice(0, MAX_REASONS),
    ...(rest > 0 ? [`and ${rest} more such ${rest === 1 ? 'reason' : 'reasons'}`] : []),
  ];
}

export function isParallel({ edges, exclusions }: Shape): boolean {
  return edges.length === 0 && exclusions.length === 0;
}

function reasonForA({ tasks, conflicts }: Shape): string {
  if (tasks === 1) return 'there is one task';
  if (conflicts.length === 0) return 'no task waits for another and none touch the same files';
  const are = conflicts.length === 1 ? '1 conflict is' : `${conflicts.length} conflicts are`;
  return `no task waits for another: ${are} allowed`;
}

/** Picks the letter for what the hazards have left. */
export function nameStrategy(shape: Shape, forced: 'phased' | 'sequential' | undefined): PlanStrategy {
  if (forced === 'sequential')
    return { letter: 'D', name: 'sequential', reasons: ['sequential was asked for'] };
  if (forced === undefined && isParallel(shape)) {
    const reason = reasonForA(shape);
    return { letter: 'A', name: 'parallel', reasons: [reason] };
  }
  const kept = obstacles(shape);
  if (forced === undefined && shape.phases === shape.tasks) {
    return {
      letter: 'D',
      name: 'sequential',
      reasons: ['every task has to wait for the one before it', ...kept],
    };
  }
  const head =
    forced === 'phased'
      ? 'phased was asked for'
      : shape.phases > 1
        ? `some tasks have to wait for others, which makes ${shape.phases} phases`
        : 'some tasks cannot run at the same time';
  return { letter: 'C', name: 'phased', reasons: [head, ...kept] };
}
