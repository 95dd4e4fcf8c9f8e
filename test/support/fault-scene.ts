/**
 * A repository with everything in it that ptask could spoil, and a config with every kind of task: shared ones that write,
 * change and delete, isolated ones that merge and that collide, one that fails and is rolled back. All can be run again
 * and come to the same.
 */
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Repo, repo } from './git.ts';
import { tempDir, write } from './tmp.ts';

export type Variant = 'apply' | 'abort' | 'merge';

/** The paths that are one task's result: as before or as after, all of them. */
export const RESULTS: Readonly<Record<string, readonly string[]>> = {
  shared: ['s/new', 's/deep/new', 's/modified', 's/deleted', 's/link', 's/run'],
  one: ['doc/one', 'doc/old-one'],
  two: ['doc/two', 'doc/sub/two', 'doc/script'],
  made: ['out/made', 'out/bytes'],
  bad: ['bad/file', 'bad/ignored.log', 'bad/link', 'bad/new'],
};

/** What is there when only some of the tasks that change a file have been integrated. */
export const BETWEEN: Readonly<Record<string, readonly string[]>> = {
  'doc/hot': ['first', 'top of one', 'after: first', 'after: top of one'].flatMap((top) =>
    ['last', 'bottom of two'].map((bottom) => `644 ${top}\nmiddle\n${bottom}\n`),
  ),
};

const LINES = Array.from({ length: 12 }, (_, index) => `line ${index}\n`).join('');

const tasks = (variant: Variant) => {
  const isMerge = variant === 'merge';
  return {
    ...(isMerge
      ? {}
      : {
          shared: {
            run: [
              'mkdir -p s/deep && echo new > s/new && echo deep > s/deep/new && rm -f s/deleted',
              'chmod 600 s/modified && echo modified > s/modified && chmod 640 s/modified && ln -sfn new s/link && chmod 755 s/run',
            ],
            writes: ['s/**'],
          },
          bad: {
            run: 'echo half > bad/file; echo half > bad/ignored.log; rm -f bad/link; echo half > bad/new; exit 1',
            writes: ['bad/**'],
            ...(variant === 'abort'
              ? { onFailure: 'abort', needs: ['after', 'shared', 'made'] }
              : { onFailure: 'rollback' }),
          },
        }),
    made: {
      run: "mkdir -p out; echo made > out/made; chmod 600 out/made; printf 'a\\0b' > out/bytes",
      writes: ['out/**'],
      ...(isMerge ? {} : { workspace: 'worktree' }),
    },
    one: {
      run: "sed -i 's/^line 1$/line of one/' doc/one && rm -f doc/old-one && sed -i '1s/.*/top of one/' doc/hot",
      writes: ['doc/**'],
    },
    two: {
      run: "mkdir -p doc/sub; echo two > doc/sub/two; sed -i 's/^line 9$/line of two/' doc/two; chmod +x doc/script; sed -i '3s/.*/bottom of two/' doc/hot",
      writes: ['doc/**'],
    },
    collides: {
      run: 'sed -i "1s/.*/after: $(sed -n 1p doc/hot | sed \'s/.*: //\')/" doc/hot',
      writes: ['doc/hot'],
    },
    after: { needs: ['one', 'two', 'collides'], run: 'cksum < doc/hot > end.txt', writes: ['end.txt'] },
  };
};

export interface FaultScene extends Repo {
  /** The folder that the worktrees come into. */
  around: string;
}

export async function faultScene(variant: Variant, folder?: string): Promise<FaultScene> {
  const around = folder ?? tempDir('fault-');
  const dir = join(around, 'repo');
  mkdirSync(dir);
  const config = {
    concurrency: 4,
    ...(variant === 'merge' && { integrate: 'merge' }),
    tasks: tasks(variant),
  };
  const made = await repo({
    dir,
    files: {
      'parallel.config.json': JSON.stringify(config, undefined, 1),
      '.gitignore': '*.log\nignored/\nout/\n',
      's/modified': 'before\n',
      's/deleted': 'to be deleted\n',
      's/run': '#!/bin/sh\n',
      's/stays': 'stays\n',
      's/link': { symlink: 'stays' },
      'doc/one': LINES,
      'doc/two': LINES,
      'doc/old-one': 'old\n',
      'doc/script': '#!/bin/sh\n',
      'doc/hot': 'first\nmiddle\nlast\n',
      'bad/file': 'whole\n',
      'bad/link': { symlink: 'file' },
      'user/staged': 'committed\n',
      'user/unstaged': 'committed\n',
      'user/both': 'committed\n',
      'user/deleted': 'committed\n',
      'user/run': { content: 'x', mode: 0o755 },
    },
  });
  // A stash with a reflog of its own, and a branch that has a name like ours.
  write(dir, { 'user/unstaged': 'stashed\n' });
  await made.git('stash', 'push', '--quiet');
  await made.git('branch', 'task/one');
  write(dir, { 'user/staged': 'staged\n', 'user/both': 'staged\n', 'user/added': 'staged\n' });
  await made.git('add', 'user');
  write(dir, {
    'user/both': 'staged, then changed\n',
    'user/unstaged': 'changed\n',
    'user/untracked': 'mine\n',
    'user/odd \n "name" é': 'odd',
    'user/secret': { content: 'secret', mode: 0o600 },
    'user/locked': { content: 'read-only', mode: 0o444 },
    'user/dangling': { symlink: 'nowhere' },
    'user/empty/': '',
    'ignored/cache': 'cached',
    'ignored/user.log': 'log',
    'bad/ignored.log': { content: 'ignored, declared\n', mode: 0o640 },
    'out/kept': { content: 'built before', mode: 0o400 },
  });
  rmSync(join(dir, 'user/deleted'));
  chmodSync(join(dir, 's/modified'), 0o640);
  symlinkSync('../..', join(dir, 'user/up'));
  if (variant === 'merge') await made.git('add', 'user');
  return { ...made, around };
}
