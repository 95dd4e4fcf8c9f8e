// A process that adds worktrees: `git-worktrees-child.ts <repository> <dir> <ledger file> <id>…`, all at once, each at HEAD.

import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { findRepository } from '../../src/git/repository.ts';
import { Worktrees } from '../../src/git/worktrees.ts';

const [, , top = '', dir = '', file = '', ...ids] = process.argv;
const repository = findRepository(top);
if (repository === undefined) throw new Error(`no repository at ${top}`);
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: top, encoding: 'utf8' }).trim();
const worktrees = new Worktrees(repository, {
  dir,
  ledger: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`),
});
await Promise.all(ids.map((id) => worktrees.add({ id, commit })));
