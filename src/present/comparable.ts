// Whether a run can be compared with what it would have been one task at a time.

import type { Report } from '../model/report.ts';

/**
 * Only where all of the work was done and is there: of what failed, was rolled back or never began nobody knows how long
 * it would have taken, and speedup and critical path would speak of half a run.
 */
export const isComparable = ({ status }: Pick<Report, 'status'>): boolean => status === 'complete';
