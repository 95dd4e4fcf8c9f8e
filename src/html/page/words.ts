// How the page says times, counts and states: as everywhere.

import { spoken } from '../../present/format.ts';
import type { PageTask } from '../page-data.ts';

export { formatDuration } from '../../base/duration.ts';
export { plural as count, spoken } from '../../present/format.ts';

/** As the table says it. */
export const statusOf = ({ status, isHit }: Pick<PageTask, 'status' | 'isHit'>): string =>
  `${spoken(status)}${isHit ? ', cached' : ''}`;

export const SIGNS: Record<string, string> = {
  passed: '✓',
  complete: '✓',
  failed: '✕',
  partial: '!',
  interrupted: '!',
  'rolled-back': '↩',
  skipped: '»',
  cancelled: '■',
};
