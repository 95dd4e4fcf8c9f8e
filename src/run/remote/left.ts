// What an attempt on another machine has left. Types.

import type { TaskInputs } from '../../cache/task-inputs.ts';
import type { FileChange } from '../../model/report.ts';
import type { Files } from './given.ts';

export interface Left {
  inputs: TaskInputs;
  given: Files;
  /** Where its results lie. */
  folder: string;
  /** What it has changed beside what it declares. */
  others: FileChange[];
}
