import { join } from 'node:path';

/** What isolation needs for the time of a run, in the run's folder: private index files, results, what is staged. */
export const isolationScratch = (runFolder: string): string => join(runFolder, 'isolation');
