import { constants } from 'node:os';
import type { Report } from '../model/report.ts';
import { isUnresolved } from '../state/collisions.ts';

/**
 * What ptask exits with after a run: 0 complete, 1 something failed, 3 results were left that do not fit together or could
 * not be committed,
 * 128 + the signal when it was interrupted.
 */
export function exitCode(
  { status, integration }: Pick<Report, 'status' | 'integration'>,
  signal: NodeJS.Signals = 'SIGINT',
): number {
  if (status === 'interrupted') return 128 + (constants.signals[signal] ?? constants.signals.SIGINT);
  if (integration.conflicts.some(isUnresolved) || integration.uncommitted !== undefined) return 3;
  return status === 'complete' ? 0 : 1;
}
