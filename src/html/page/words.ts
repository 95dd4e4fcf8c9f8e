// How the page says times and states; the same words as everywhere.

export { formatDuration } from '../../base/duration.ts';

export const SIGNS: Record<string, string> = {
  passed: '✓',
  failed: '✕',
  'rolled-back': '↩',
  skipped: '»',
  cancelled: '■',
};

export const spoken = (status: string): string => status.replace('-', ' ');

export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
