import { findRepository } from '../git/repository.ts';

/** The folder that tasks speak of where there is no config: the top of the repository, or the working directory. */
export const rootWithoutConfig = (cwd: string): string => findRepository(cwd)?.top ?? cwd;
