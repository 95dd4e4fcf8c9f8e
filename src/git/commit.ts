// Commits made beside the current branch: no hooks, no signing, no ref, no index.

import { userInfo } from 'node:os';
import { orElse } from '../base/error-code.ts';
import { GitError, gitLine } from './git.ts';
import { writeObject } from './objects.ts';
import type { Repository } from './repository.ts';

const NAME = 'ptask';
/** Of ptask, and of people who have told git none. */
const EMAIL = 'ptask@localhost';

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
}

/** Name, address and time of each, as a commit has them. */
export interface People {
  author: string;
  committer: string;
}

/** The user as git knows him now, or a fallback where it knows no name. */
export async function peopleOf(repository: Repository): Promise<People> {
  const [author, committer] = await Promise.all([
    identity(repository, 'AUTHOR'),
    identity(repository, 'COMMITTER'),
  ]);
  return { author, committer };
}

async function identity({ top }: Repository, role: 'AUTHOR' | 'COMMITTER'): Promise<string> {
  const asked = ['var', `GIT_${role}_IDENT`];
  try {
    return await gitLine(top, asked);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const env = { [`GIT_${role}_NAME`]: userName(), [`GIT_${role}_EMAIL`]: EMAIL };
    return gitLine(top, asked, { env });
  }
}

/** A commit of ptask's own, which asks for nobody's name. */
export function commitAsPtask(repository: Repository, commit: NewCommit): Promise<string> {
  const ptask = `${NAME} <${EMAIL}> ${Math.floor(Date.now() / 1000)} +0000`;
  return commitTree(repository, commit, { author: ptask, committer: ptask });
}

export function commitTree(
  repository: Repository,
  { tree, parents, message }: NewCommit,
  { author, committer }: People,
): Promise<string> {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${author}`,
    `committer ${committer}`,
    '',
    // What git would refuse.
    `${message.trimEnd().replaceAll('\0', '')}\n`,
  ];
  return writeObject(repository, 'commit', Buffer.from(lines.join('\n')));
}

const userName = (): string => orElse(() => userInfo().username, '') || NAME;
