/**
 * Real git repositories in temporary folders, untouched by the machine's own git settings: see `gitEnv`
 * for what replaces them. Each git call is asynchronous, so that a hook may talk to a puppet meanwhile.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { type Env, hermeticEnv } from './env.ts';
import { tempDir, type Written, write } from './tmp.ts';

export type Worktree = {
  dir: string;
  /** stdout without the last line end. A failing git throws with the command and all it printed. */
  git: (...args: string[]) => Promise<string>;
  /** Writes the files (undefined removes one), stages everything, commits; returns the commit's id. */
  commit: (files: Record<string, Written | undefined>, message?: string) => Promise<string>;
  /** `git status --porcelain` with each untracked file, one entry an item. */
  status: () => Promise<string[]>;
  /** The id of HEAD. */
  head: () => Promise<string>;
};

export type Repo = Worktree & {
  /** Installs a hook, run by `/bin/sh` unless the script begins with `#!`. */
  hook: (name: string, script: string) => void;
  /** A linked worktree in a folder of its own, on a new branch from `from`, or detached without a branch. */
  worktree: (options?: { branch?: string; from?: string }) => Promise<Worktree>;
};

export type RepoOptions = {
  /** The first commit's files. Without any there is an empty first commit, so that HEAD exists. */
  files?: Record<string, Written>;
  /** Where; by default a new temporary folder. */
  dir?: string;
  /** No commit at all: an unborn branch. */
  unborn?: boolean;
  /** By which git names objects; default: sha1. */
  objectFormat?: 'sha1' | 'sha256';
};

/** A new repository on branch `main`. */
export async function repo(options: RepoOptions = {}): Promise<Repo> {
  const dir = options.dir ?? tempDir();
  const tree = worktreeAt(dir);
  await runGit(dir, [
    'init',
    '--quiet',
    `--object-format=${options.objectFormat ?? 'sha1'}`,
    '-b',
    'main',
    dir,
  ]);
  // Background upkeep outlives a test, and would be a process left behind.
  for (const [key, value] of [
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['commit.gpgSign', 'false'],
    ['core.autocrlf', 'false'],
  ] as const)
    await tree.git('config', key, value);
  if (options.unborn !== true) await tree.commit(options.files ?? {}, 'first');
  else write(dir, options.files ?? {});
  return {
    ...tree,
    hook: (name, script) => {
      const content = script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`;
      write(join(dir, '.git/hooks'), { [name]: { content, mode: 0o755 } });
    },
    worktree: async ({ branch, from = 'HEAD' } = {}) => {
      const path = join(tempDir('w-'), 'tree');
      const onto = branch === undefined ? ['--detach'] : ['-b', branch];
      await tree.git('worktree', 'add', '--quiet', '--no-track', ...onto, path, from);
      return worktreeAt(path);
    },
  };
}

/** The helpers for a work tree that exists already: a clone, a worktree ptask made. */
export function worktreeAt(dir: string): Worktree {
  const git = (...args: string[]) => runGit(dir, args);
  return {
    dir,
    git,
    commit: async (files, message = 'change') => {
      const kept: Record<string, Written> = {};
      for (const [path, written] of Object.entries(files)) {
        if (written === undefined) await git('rm', '--quiet', '--', path);
        else kept[path] = written;
      }
      write(dir, kept);
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    status: async () => {
      const text = await runGit(dir, ['status', '--porcelain', '-z', '--untracked-files=all']);
      return text.split('\0').filter((entry) => entry !== '');
    },
    head: () => git('rev-parse', 'HEAD'),
  };
}

/** git in `cwd`, hermetic. */
export async function runGit(cwd: string, args: readonly string[], env: Env = {}): Promise<string> {
  const { stdout } = await execa('git', args, {
    cwd,
    env: hermeticEnv({ LC_ALL: 'C', ...env }),
    extendEnv: false,
    stdin: 'ignore',
  });
  return stdout;
}
