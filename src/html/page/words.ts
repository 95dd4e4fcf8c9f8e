// How the page says times, counts and states: as everywhere.

export { formatDuration } from '../../base/duration.ts';
export { plural as count, spoken } from '../../present/format.ts';

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
