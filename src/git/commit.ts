// Commits made beside the current branch: no hooks, no signing, no ref, no index.

import { userInfo } from 'node:os';
import { GitError, gitLine } from './git.ts';
import { writeObject } from './objects.ts';
import type { Repository } from './repository.ts';

export interface Identity {
  name: string;
  email: string;
}

/** Who makes the commits that are ptask's own business, and those of people who have told git no name. */
export const PTASK: Identity = { name: 'ptask', email: 'ptask@localhost' };

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  /** Instead of the user, who is the committer all the same. */
  author?: Identity;
}

/** The user's identity, or a fallback where git knows none. */
export async function commitTree(repository: Repository, commit: NewCommit): Promise<string> {
  const env = {
    ...(await fallbackFor(repository, 'COMMITTER')),
    ...(commit.author === undefined
      ? await fallbackFor(repository, 'AUTHOR')
      : identityVariables('AUTHOR', commit.author)),
  };
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return gitLine(repository.top, ['commit-tree', commit.tree, ...parents], { input: ended(commit), env });
}

/** A commit of ptask's own, which asks for nobody's name. */
export function commitAsPtask(repository: Repository, commit: Omit<NewCommit, 'author'>): Promise<string> {
  const by = `${PTASK.name} <${PTASK.email}> ${Math.floor(Date.now() / 1000)} +0000`;
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${by}`,
    `committer ${by}`,
    '',
    ended(commit).replaceAll('\0', ''),
  ];
  return writeObject(repository, 'commit', Buffer.from(lines.join('\n')));
}

const ended = ({ message }: Pick<NewCommit, 'message'>): string => `${message.trimEnd()}\n`;

type Role = 'AUTHOR' | 'COMMITTER';

const identityVariables = (role: Role, { name, email }: Identity): Record<string, string> => ({
  [`GIT_${role}_NAME`]: name,
  [`GIT_${role}_EMAIL`]: email,
});

async function fallbackFor({ top }: Repository, role: Role): Promise<Record<string, string>> {
  try {
    await gitLine(top, ['var', `GIT_${role}_IDENT`]);
    return {};
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return identityVariables(role, { name: userName(), email: PTASK.email });
  }
}

function userName(): string {
  try {
    return userInfo().username || PTASK.name;
  } catch {
    return PTASK.name;
  }
}
