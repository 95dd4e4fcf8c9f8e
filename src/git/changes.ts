// What has changed in a work tree since it left a branch: what was committed since, what is not committed, and what git does not
// know yet. Looks only.

import type { RawPath } from '../base/raw-path.ts';
import { git, gitLine, LOOKING, records } from './git.ts';
import { refAt, refsIn } from './refs.ts';
import { GITLINK, type Repository } from './repository.ts';

export interface Changes {
  /** As people know it: `origin/main`. */
  ref: string;
  /** The last commit that the work tree has in common with it. */
  commit: string;
  /** Sorted; of what was renamed both names. One that is a repository of its own ends with a `/`. */
  paths: RawPath[];
}

/** Why nothing can be compared, with what to do about it. */
export interface NoChanges {
  why: string;
  hint: string;
}

const SAY_WHICH = 'say what to compare with: --since <ref>';

/** @param ref undefined: the default branch, as it was last fetched */
export async function changesSince(
  repository: Repository,
  ref: string | undefined,
): Promise<Changes | NoChanges> {
  const { top } = repository;
  if ((await commitOf(top, 'HEAD')) === undefined)
    return { why: 'there is no commit yet to compare with', hint: 'commit something, or run all tasks' };
  const known = ref ?? (await defaultBranch(repository));
  if (known === undefined) return { why: 'no default branch is known to compare with', hint: SAY_WHICH };
  const base = await commitOf(top, known);
  if (base === undefined)
    return { why: `there is no commit \`${known}\``, hint: 'fetch it, or name another' };
  const commit = await gitLine(top, ['merge-base', base, 'HEAD'], { env: LOOKING, accept: [0, 1] });
  if (commit === '')
    return {
      why: `HEAD and ${shortRef(known)} have no commit in common here`,
      hint: 'if this is a shallow clone, git fetch --unshallow gets the older ones; else name another with --since',
    };
  return { ref: shortRef(known), commit, paths: await changedSince(top, commit) };
}

const shortRef = (ref: string): string => ref.replace(/^refs\/(?:heads|remotes|tags)\//, '');

/** `--end-of-options` keeps a name that begins with a dash from being a flag. */
async function commitOf(top: string, ref: string): Promise<string | undefined> {
  const asked = ['rev-parse', '--quiet', '--verify', '--end-of-options', `${ref}^{commit}`];
  return (await gitLine(top, asked, { env: LOOKING, accept: [0, 1, 128] })) || undefined;
}

const USUAL_NAMES = ['main', 'master'];

/** What `origin` has as its HEAD, else what another remote has, else a branch of a usual name there or here. */
async function defaultBranch(repository: Repository): Promise<string | undefined> {
  const remotes = remotesOf(await refsIn(repository, 'refs/remotes'));
  for (const remote of remotes) {
    const asked = ['symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`];
    const head = await gitLine(repository.top, asked, { accept: [0, 1, 128] });
    if (head !== '' && (await refAt(repository, head)) !== undefined) return head;
  }
  const folders = [...remotes.map((remote) => `refs/remotes/${remote}`), 'refs/heads'];
  for (const folder of folders)
    for (const name of USUAL_NAMES)
      if ((await refAt(repository, `${folder}/${name}`)) !== undefined) return `${folder}/${name}`;
  return undefined;
}

/** `origin` first. A remote may have a slash in its name, and then its HEAD tells what it is called. */
function remotesOf(refs: readonly string[]): string[] {
  const names = refs.map((ref) => ref.slice('refs/remotes/'.length));
  const heads = names.filter((name) => name.endsWith('/HEAD')).map((name) => name.slice(0, -'/HEAD'.length));
  const all = new Set([...heads, ...names.map((name) => name.split('/')[0] as string)].sort());
  return all.delete('origin') ? ['origin', ...all] : [...all];
}

async function changedSince(top: string, commit: string): Promise<RawPath[]> {
  const args = ['diff', '--raw', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=dirty'];
  const others = ['ls-files', '-z', '--others', '--exclude-standard'];
  const [changed, untracked] = await Promise.all([
    git(top, [...args, commit, '--'], { env: LOOKING }),
    git(top, others, { env: LOOKING }),
  ]);
  const paths = [...rawChanges(records(changed.stdout)), ...records(untracked.stdout)] as RawPath[];
  return [...new Set(paths)].sort();
}

/** `:<mode> <mode> <oid> <oid> <status>` and a path, in turns. */
function rawChanges(all: readonly string[]): string[] {
  const paths: string[] = [];
  for (let at = 0; at + 1 < all.length; at += 2) {
    const [before = '', after = ''] = (all[at] as string).slice(1).split(' ');
    const isRepository = before === GITLINK || after === GITLINK;
    paths.push(`${all[at + 1]}${isRepository ? '/' : ''}`);
  }
  return paths;
}
