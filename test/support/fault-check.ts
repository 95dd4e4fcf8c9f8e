/** What is wrong with a repository after something went wrong and the next ptask has put it right. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultScene, Variant } from './fault-scene.ts';
import { BETWEEN, RESULTS } from './fault-scene.ts';
import { gitFingerprint } from './git-fingerprint.ts';
import { rawTree } from './raw-tree.ts';

export interface State {
  /** Without what git and ptask keep for themselves. */
  files: Record<string, string>;
  /** Everything of git's folder but the objects. */
  git: Record<string, string>;
  /** What the branch and the index hold: equal for equal content, whatever commits are called. */
  committed: string;
  staged: string;
}

export async function stateOf({ dir, git }: FaultScene): Promise<State> {
  const all = Object.entries(rawTree(dir)).filter(([path]) => !path.startsWith('.git/'));
  return {
    files: Object.fromEntries(all),
    git: gitFingerprint(join(dir, '.git')),
    committed: await git('rev-parse', 'HEAD^{tree}'),
    staged: await git('ls-files', '--stage'),
  };
}

/**
 * Everything that is wrong, a line each.
 * @param before of the same scene
 * @param after of any undisturbed run that ends well, or of several
 */
export async function faultsOf(
  scene: FaultScene,
  variant: Variant,
  before: State,
  after: State,
): Promise<string[]> {
  const now = await stateOf(scene);
  return [
    ...filesOf(now, before, after),
    ...(variant === 'merge' ? await merged(scene, now, before) : untouched(now, before)),
    ...leftovers(scene),
    ...(await gitFaults(scene)),
  ];
}

const differs = (path: string, one: State, other: State): boolean => one.files[path] !== other.files[path];

function filesOf(now: State, before: State, after: State): string[] {
  const faults: string[] = [];
  for (const path of new Set([
    ...Object.keys(now.files),
    ...Object.keys(before.files),
    ...Object.keys(after.files),
  ])) {
    const isBetween = BETWEEN[path]?.includes(now.files[path] ?? '') === true;
    if (differs(path, now, before) && differs(path, now, after) && !isBetween)
      faults.push(`${path} is ${JSON.stringify(now.files[path])}, was ${JSON.stringify(before.files[path])}`);
  }
  for (const [task, paths] of Object.entries(RESULTS)) {
    const changed = paths.filter((path) => differs(path, before, after));
    const done = changed.filter((path) => !differs(path, now, after));
    if (done.length > 0 && done.length < changed.length)
      faults.push(`the result of ${task} is there in parts: ${done} of ${changed}`);
  }
  return faults;
}

/** `.git/ptask` is ours. */
const notOurs = (git: Record<string, string>): [string, string][] =>
  Object.entries(git).filter(([path]) => !path.startsWith('ptask/'));

function untouched(now: State, before: State): string[] {
  const [is, was] = [new Map(notOurs(now.git)), new Map(notOurs(before.git))];
  return [...new Set([...is.keys(), ...was.keys()])]
    .filter((path) => is.get(path) !== was.get(path))
    .map((path) => `.git/${path} ${was.has(path) ? (is.has(path) ? 'is another' : 'is gone') : 'is new'}`);
}

/** Some of the results may be merged, each as a whole; but then the index goes with the branch. */
async function merged({ git }: FaultScene, now: State, before: State): Promise<string[]> {
  const faults: string[] = [];
  const isBefore = now.committed === before.committed;
  if (isBefore && now.staged !== before.staged) faults.push('the index has moved, and HEAD has not');
  const others = await git('diff', '--cached', '--name-only', '--', '.', ':!user');
  if (others !== '') faults.push(`HEAD and the index differ in ${others}`);
  const known = new Set(Object.keys(before.git));
  for (const [path] of notOurs(now.git))
    if (!known.has(path) && path !== 'ORIG_HEAD') faults.push(`.git/${path} is new`);
  return faults;
}

function leftovers({ dir, around }: FaultScene): string[] {
  const faults = readdirSync(around)
    .filter((name) => name !== 'repo')
    .map((name) => `${name} is beside the repository`);
  const home = join(dir, '.git/ptask');
  for (const name of existsSync(home) ? readdirSync(home) : []) {
    if (name === 'active')
      faults.push(...readdirSync(join(home, name)).map((run) => `${run} is still marked`));
    else if (name === 'top') faults.push(...leftIn(join(home, name, 'runs')));
    else if (name === 'worktrees') faults.push(...heldIn(join(home, name)));
    else if (name === 'reserve' || name === 'ordinal') continue;
    else if (!/^lock-\d+$/.test(name)) faults.push(`.git/ptask/${name}`);
  }
  faults.push(...heldIn(home));
  return [...faults, ...processesOf(dir)];
}

/** The locks in a folder that somebody has. One that a power cut has emptied is nobody's. */
const heldIn = (folder: string): string[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter(
      (name) => /^lock-\d+$/.test(name) && !['{}', ''].includes(readFileSync(join(folder, name), 'utf8')),
    )
    .map((name) => `${join(folder, name)} is held`);

/** What is for the time of a run. */
const leftIn = (runs: string): string[] =>
  (existsSync(runs) ? readdirSync(runs) : []).flatMap((run) =>
    ['isolation', 'logs']
      .filter((name) => existsSync(join(runs, run, name)))
      .map((name) => `${run}/${name} is left`),
  );

function processesOf(dir: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`PTASK_ROOT=${dir}`);
      return isOurs ? [`process ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`] : [];
    } catch {
      return [];
    }
  });
}

async function gitFaults({ git }: FaultScene): Promise<string[]> {
  const faults: string[] = [];
  const said = await git('fsck', '--no-dangling', '--no-progress').catch(
    (error: Error) => `failed: ${error.message}`,
  );
  if (said !== '') faults.push(`git fsck: ${said}`);
  if ((await git('worktree', 'list', '--porcelain')).split('\n\n').filter(Boolean).length > 1)
    faults.push('a worktree');
  return faults;
}
