import { gitLine } from '../../git/git.ts';
import { whyNotIsolated } from '../../git/isolatable.ts';
import { type Finding, fine, type Surroundings, warning } from './finding.ts';

/** Which git there is, and whether tasks can have worktrees. */
export async function checkGit({ root, repository }: Surroundings): Promise<Finding[]> {
  const version = await gitLine(root, ['--version']).catch(() => undefined);
  if (version === undefined)
    return [
      warning(
        'not installed: tasks get no worktrees, and undeclared writes are not seen',
        'install git 2.38 or newer',
      ),
    ];
  const found = fine(version.replace(/^git version /, ''));
  if (repository === undefined)
    return [found, warning('no repository here: tasks get no worktrees', 'git init')];
  const why = await whyNotIsolated(repository).catch((error: Error) => error.message);
  return why === undefined ? [found] : [found, warning(`tasks get no worktrees: ${why}`)];
}
