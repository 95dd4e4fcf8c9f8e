// All tools whose tasks can be made ptask's own, by name.

import type { Draft } from '../draft.ts';
import { concurrently, npmRunAll } from './callers.ts';
import type { Project } from './judging.ts';
import { lefthook } from './lefthook.ts';
import { lintStaged } from './lint-staged.ts';
import { make } from './make.ts';
import { nx } from './nx.ts';
import { draftOfOne } from './scripts.ts';
import { taskfile } from './taskfile.ts';
import { turbo } from './turbo.ts';
import { wireit } from './wireit.ts';

export interface Source {
  name: string;
  fileIn(project: Project): string | undefined;
  draft(project: Project): Draft;
}

export const SOURCES: readonly Source[] = [
  ...[turbo, nx, wireit, concurrently, npmRunAll].map((source) => ({
    name: source.name,
    fileIn: source.fileIn,
    draft: (project: Project) => draftOfOne(project, source),
  })),
  ...[taskfile, make, lintStaged, lefthook],
];
