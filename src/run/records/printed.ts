// What a task has printed, as far as somebody looks for names in it.

import { readEnds } from '../../base/read-ends.ts';
import { outputName, type RunFolder } from './run-folder.ts';
import { logAt } from './swept-logs.ts';

/** Bytes of the beginning of an output, and of its end. */
export const MOST_OUTPUT = 128 * 1024;

export const printed = (folder: RunFolder, task: string): string =>
  readEnds(logAt(folder, outputName(task)), MOST_OUTPUT);
