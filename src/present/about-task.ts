import type { Task } from '../config/config.ts';

/** What a task is for, in a line: what it says of itself, else what it does. */
export const aboutTask = ({ description, run, needs }: Pick<Task, 'description' | 'run' | 'needs'>): string =>
  (description || run[0] || `needs ${needs.join(', ')}`).split('\n')[0] ?? '';
