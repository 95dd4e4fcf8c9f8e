import { constants } from 'node:os';
import type { Report } from '../model/report.ts';

/** What ptask exits with after a run: 0 complete, 1 something failed, 128 + the signal when it was interrupted. */
export function exitCode({ status }: Pick<Report, 'status'>, signal: NodeJS.Signals = 'SIGINT'): number {
  if (status === 'complete') return 0;
  if (status === 'interrupted') return 128 + (constants.signals[signal] ?? constants.signals.SIGINT);
  return 1;
}
