// What lies where in the folder of a run's state.

import { join } from 'node:path';

/** What isolation needs for the time of a run: private index files, results, what is staged. */
export const isolationScratch = (state: string): string => join(state, 'isolation');

/** What remote tasks have left, until it is in the files. */
export const remoteScratch = (state: string): string => join(state, 'remote-tasks');

/** What was there before each task. */
export const imagesFolder = (state: string): string => join(state, 'images');
