// A repository to a config that is proposed for it.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Draft } from './draft.ts';
import { draftOfScripts } from './from/scripts.ts';
import { Repository } from './read/repository.ts';
import { readWorkspace } from './read/workspace.ts';

/** @param root absolute */
export function proposeConfig(root: string): Result<Draft> {
  const repository = new Repository(root);
  const workspace = readWorkspace(repository);
  const draft = draftOfScripts({ repository, workspace });
  if (repository.problems.length > 0) return fail(...repository.problems);
  if (draft.tasks.every(({ off }) => off !== undefined)) return fail(nothingFor(repository, draft));
  return ok(draft);
}

function nothingFor(repository: Repository, { notes }: Draft): Diagnostic {
  const hint = 'start it in the root of a repository, or write a config: see `ptask help`';
  if (!repository.has('package.json'))
    return {
      message: `there is nothing in ${repository.root} that says what is run here`,
      reasons: [`looked for ${LOOKED_FOR}`],
      hint,
    };
  return { message: 'no script of package.json is one for a run of all tasks', reasons: notes, hint };
}

const LOOKED_FOR = 'package.json';
