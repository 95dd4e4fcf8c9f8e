/**
 * Real git repositories in temporary folders, untouched by the machine's own git settings: see `gitEnv`
 * for what replaces them. Each git call is asynchronous, so that a hook may talk to a puppet meanwhile.
 */
import { appendFileSync, cpSync, mkdirSync } from 'node:fs';
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
  cpSync(await template(options.objectFormat ?? 'sha1'), join(dir, '.git'), { recursive: true });
  write(dir, options.files ?? {});
  if (options.unborn !== true) await commitAll(tree.git, 'first');
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

const templates = new Map<string, Promise<string>>();

/** The git folder of a new repository, made once and copied: most of a test's time would be calls of git. */
function template(objectFormat: string): Promise<string> {
  const known = templates.get(objectFormat);
  if (known !== undefined) return known;
  const made = makeTemplate(objectFormat);
  templates.set(objectFormat, made);
  return made;
}

async function makeTemplate(objectFormat: string): Promise<string> {
  const dir = tempDir('template-');
  const format = `--object-format=${objectFormat}`;
  await runGit(dir, ['init', '--quiet', format, '--template=', '-b', 'main', dir]);
  const folder = join(dir, '.git');
  // Background upkeep outlives a test, and would be a process left behind.
  appendFileSync(
    join(folder, 'config'),
    '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[commit]\n\tgpgSign = false\n[core]\n\tautocrlf = false\n',
  );
  for (const empty of ['info', 'hooks']) mkdirSync(join(folder, empty), { recursive: true });
  return folder;
}

async function commitAll(git: Worktree['git'], message: string): Promise<void> {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '-m', message);
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
      await commitAll(git, message);
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
