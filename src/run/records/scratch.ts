import { join } from 'node:path';

/** What isolation needs for the time of a run, in the folder of its state: private index files, results, what is staged. */
export const isolationScratch = (state: string): string => join(state, 'isolation');
