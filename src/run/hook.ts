// What git tells a hook, for the tasks of a run that is started in one.

import { join } from 'node:path';
import { OWNER_ONLY, replaceFile } from '../base/own-files.ts';
import type { Repository } from '../git/repository.ts';
import type { Environment } from './process/environment.ts';
import type { Hook } from './records/options.ts';
import type { RunFolder } from './records/run-folder.ts';

/** For every task. What came in on stdin is kept where no task sweeps. */
export function hookVariables({ name, args, input }: Hook, { state }: RunFolder): Environment {
  const file = join(state, 'hook-input');
  if (input !== undefined) replaceFile(file, input, { mode: OWNER_ONLY });
  return {
    PTASK_HOOK: name,
    PTASK_HOOK_ARGS: args.join(' '),
    ...(input === undefined ? {} : { PTASK_HOOK_INPUT: file }),
  };
}

/**
 * For what runs in the user's own tree: the index that git is about to commit, where that is another than git takes by
 * itself. What such a task adds is committed with the rest.
 */
export function indexVariables(repository: Repository | undefined): Environment {
  if (repository === undefined || repository.index === join(repository.gitDir, 'index')) return {};
  return { GIT_INDEX_FILE: repository.index };
}
