// The hooks of git: those that run, and those that only look as if they did. See githooks(5), husky's and lefthook's documentation.

import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { orElse } from '../../base/error-code.ts';
import { git, records } from '../../git/git.ts';
import type { Repository } from '../../git/repository.ts';
import { isGitHook } from '../hook-input.ts';
import { type Finding, fine, type Surroundings, warning } from './finding.ts';

const LEFTHOOK = ['', '.'].flatMap((dot) =>
  ['yml', 'yaml', 'toml', 'json'].map((end) => `${dot}lefthook.${end}`),
);

export async function checkHooks({ repository }: Surroundings): Promise<Finding[]> {
  if (repository === undefined) return [];
  const { top } = repository;
  const folder = await hooksFolder(repository);
  const hooks = hooksIn(folder);
  const found = hooks.flatMap((hook): Finding[] => {
    const file = relative(top, join(folder, hook));
    if (!isExecutable(join(folder, hook)))
      return [warning(`${file} is not executable, so git passes it over`, `chmod +x ${file}`)];
    return callsPtask(join(folder, hook)) ? [fine(`${hook} runs ptask`)] : [];
  });
  return [...found, ...inert(repository, folder, hooks)];
}

/** Ours run no hooks: what we say to git ourselves, in the scope `command`, does not count. */
async function hooksFolder({ top, commonDir }: Repository): Promise<string> {
  const asked = ['config', '--show-scope', '-z', '--get-all', 'core.hooksPath'];
  const { stdout } = await git(top, asked, { accept: [0, 1] });
  const words = records(stdout);
  const named = words.filter((_, at) => at % 2 === 1 && words[at - 1] !== 'command').at(-1);
  const home = named?.replace(/^~(?=\/)/, homedir());
  return home === undefined ? join(commonDir, 'hooks') : resolve(top, home);
}

/** What is set up in the repository and git knows nothing of. */
function inert({ top }: Repository, folder: string, hooks: readonly string[]): Finding[] {
  const husky = join(top, '.husky');
  const isHusky = hooksIn(husky).length > 0;
  if (isHusky && !folder.startsWith(husky))
    return [warning('.husky has hooks, and git does not run them', 'npx husky')];
  const lefthook = LEFTHOOK.find((name) => existsSync(join(top, name)));
  if (lefthook !== undefined && !hooks.some((hook) => textOf(join(folder, hook)).includes('lefthook')))
    return [warning(`${lefthook} is there, and git does not run lefthook`, 'npx lefthook install')];
  const own = ['.githooks', '.hooks'].find((name) => hooksIn(join(top, name)).length > 0);
  if (own !== undefined && resolve(top, own) !== folder)
    return [warning(`${own} has hooks, and git does not run them`, `git config core.hooksPath ${own}`)];
  return [];
}

const hooksIn = (folder: string): string[] =>
  orElse(() => readdirSync(folder), [])
    .filter(isGitHook)
    .sort();

const textOf = (file: string): string => orElse(() => readFileSync(file, 'utf8'), '');

const callsPtask = (file: string): boolean => /\bptask\b/.test(textOf(file));

const isExecutable = (file: string): boolean =>
  process.platform === 'win32' || orElse(() => accessSync(file, constants.X_OK) === undefined, false);
