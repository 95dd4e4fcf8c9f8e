// What is said of a task whose result conflicts.

import type { IntegrationConflict } from '../../model/report.ts';

export function againBecause([first]: readonly IntegrationConflict[]): string {
  if (first === undefined) return 'it runs again';
  const others = othersIn(first);
  return first.kind === 'stale-read'
    ? `${first.path}, which it reads, was changed by ${others} after it started: it runs again`
    : `it conflicts with ${others} in ${first.path}: it runs again on top of that`;
}

/** The first conflict alone, for a list of branches. */
export const conflictIn = ([first]: readonly IntegrationConflict[]): string =>
  first === undefined ? 'its result does not merge' : `it conflicts with ${othersIn(first)} in ${first.path}`;

export function stuckBecause(conflicts: readonly IntegrationConflict[]): string {
  const reason = conflicts[0]?.reason;
  return `${conflictIn(conflicts)}${reason ? ` (${reason})` : ''}`;
}

const othersIn = ({ tasks }: IntegrationConflict): string => tasks.slice(1).join(', ') || 'the work tree';
