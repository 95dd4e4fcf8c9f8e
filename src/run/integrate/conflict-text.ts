// What is said of a task whose result conflicts.

import type { IntegrationConflict } from '../../model/report.ts';

export function againBecause([first]: readonly IntegrationConflict[]): string {
  if (first === undefined) return 'it runs again';
  const others = othersIn(first);
  return first.kind === 'stale-read'
    ? `${first.path}, which it reads, was changed by ${others} after it began: it runs again`
    : `its change to ${first.path} does not fit to that of ${others}: it runs again on that`;
}

export function stuckBecause([first]: readonly IntegrationConflict[]): string {
  if (first === undefined) return 'its result does not fit';
  const reason = first.reason ? ` (${first.reason})` : '';
  return `its change to ${first.path} does not fit to that of ${othersIn(first)}${reason}`;
}

const othersIn = ({ tasks }: IntegrationConflict): string => tasks.slice(1).join(', ') || 'the work tree';
