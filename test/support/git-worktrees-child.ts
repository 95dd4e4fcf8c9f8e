// A process that adds worktrees: `git-worktrees-child.ts <repository> <dir> <undo log file> <id>…`, all at once, each at HEAD.

import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { RawView } from '../../src/git/raw-view.ts';
import { findRepository } from '../../src/git/repository.ts';
import { Worktrees } from '../../src/git/worktrees.ts';

const [, , top = '', dir = '', file = '', ...ids] = process.argv;
const repository = findRepository(top);
if (repository === undefined) throw new Error(`no repository at ${top}`);
const named = (name: string) =>
  execFileSync('git', ['rev-parse', name], { cwd: top, encoding: 'utf8' }).trim();
const [head, tree] = [named('HEAD'), named('HEAD^{tree}')];
const worktrees = new Worktrees(repository, {
  dir,
  view: new RawView(repository, `${file}.${process.pid}.bytes`),
  undoLog: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`),
});
await Promise.all(ids.map((id) => worktrees.add({ id, head, content: { tree, folders: [] } })));
