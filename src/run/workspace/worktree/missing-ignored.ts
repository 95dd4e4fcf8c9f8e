// What a task has not found in its worktree, since git ignores it in the user's folder.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Task } from '../../../config/config.ts';
import { git, LOOKING, records } from '../../../git/git.ts';
import { anyMatcher, literalPattern } from '../../../plan/patterns/index.ts';
import { missedFiles, named } from '../missed-files.ts';

export interface Failed {
  config: Pick<Config, 'root' | 'tasks'>;
  workdir: string;
  task: Pick<Task, 'cwd' | 'run' | 'verify'>;
  /** What it printed. */
  output: string;
}

/** What nobody asks for: editors, systems and tools write it as they go, and builds their results. */
const BY_THE_WAY =
  /(?:^|\/)(?:\.DS_Store|Thumbs\.db|[^/]*\.(?:log|tsbuildinfo|sw[op]|pid|tmp)|\.[\w-]*cache|(?:node_modules|dist|build|out|target|coverage|logs|te?mp|test-results|playwright-report|__pycache__|\.[\w-]+)\/)$/;

const OURS = /(?:^|\/)\.ptask\//;

/**
 * What to say of a failure, a clause: what it has named and lacked, or else what there is that it may have asked for.
 * Undefined where nothing is missing.
 */
export async function missingIgnored({ config, workdir, task, output }: Failed): Promise<string | undefined> {
  const { root } = config;
  const isGiven = (path: string): boolean => existsSync(join(workdir, path));
  // A command that says nothing names its files all the same.
  const said = [output, ...task.run].join('\n');
  const missed = missedFiles(said, { root, workdir, cwd: task.cwd, isGiven });
  const [are, them] = missed.length > 1 ? ['are', 'them'] : ['is', 'it'];
  if (missed.length > 0)
    return `${named(missed)} ${are} not in its worktree, since git ignores ${them}: add ${them} to \`worktrees.copy\``;
  const made = anyMatcher(config.tasks.map(({ writes }) => writes));
  const isAsked = (path: string): boolean =>
    !BY_THE_WAY.test(path) &&
    !OURS.test(path) &&
    !made(path.endsWith('/') ? `${path}any` : path) &&
    !isGiven(path);
  const lacking = (await ignoredIn(root)).filter(isAsked);
  if (lacking.length === 0) return undefined;
  return `git ignores ${named(lacking.map(literalPattern))}, so its worktree lacks ${lacking.length > 1 ? 'them' : 'it'}: \`worktrees.copy\` brings such files`;
}

/** Files, and folders that are ignored as a whole, relative to the folder. */
async function ignoredIn(folder: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const { stdout } = await git(folder, args, { env: LOOKING, accept: [0, 128] });
  return records(stdout);
}
