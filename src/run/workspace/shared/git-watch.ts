// What all worktrees of a repository share beside the objects, and each task can move for all others: branches, tags, the
// stash, where the shared tree's HEAD is, the config. Looked at whenever a task is over. Unaware of who is told.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Mutex } from '../../../base/mutex.ts';
import { changesBetween, kindOf } from '../../../base/path-change.ts';
import { type Fingerprint, fingerprintOf } from '../../../base/stat-fingerprint.ts';
import { GitError, gitLine } from '../../../git/git.ts';
import { slug } from '../../../git/names.ts';
import type { Repository } from '../../../git/repository.ts';
import type { OutsideChange } from '../../../model/report.ts';
import { type Suspects, sharersOf } from './suspects.ts';
import type { TaskWindows } from './task-windows.ts';

/** By name, what tells that it is another one. */
type State = ReadonlyMap<string, string>;

export type Moved = Pick<OutsideChange, 'kind' | 'name' | 'change'> & { by: Suspects };

/** The files of the repository's folder that decide what git does for everybody; folders with all that is in them. */
const FILES = ['config', 'packed-refs', 'info', 'hooks'];
const TOLD = ['config', 'info', 'hooks'];

/** What the commands of a task would say that has moved it. */
const WORDS: Record<string, readonly string[]> = {
  branch: ['branch', 'switch', 'checkout', 'merge', 'rebase', 'pull', 'fetch', 'update-ref'],
  tag: ['tag'],
  stash: ['stash'],
  HEAD: ['switch', 'checkout'],
  config: ['config', 'remote'],
};

export class GitWatch {
  readonly #repository: Repository;
  readonly #windows: TaskWindows;
  readonly #isOurs: (ref: string) => boolean;
  readonly #steps = new Mutex();
  #print = '';
  #state: State | undefined;
  /** When it was looked at last. */
  #since = 0;
  readonly moved: Moved[] = [];

  /** @param tasks all that may get a branch of ours */
  constructor(repository: Repository, windows: TaskWindows, tasks: readonly string[]) {
    this.#repository = repository;
    this.#windows = windows;
    const names = [...tasks, 'validation'].map((id) => slug(id).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const ours = new RegExp(
      `^refs/(ptask/|heads/(task/|ptask/|ptask-task-)(${names.join('|')})(-\\d+)?$)`,
      'i',
    );
    // One that somebody had before is not ours, whatever its name.
    this.#isOurs = (ref) => this.#state !== undefined && ours.test(ref) && !this.#state.has(ref);
  }

  /** Before any task begins. */
  begin(): Promise<void> {
    return this.#steps.run(async () => {
      this.#since = this.#windows.now();
      this.#print = this.#look();
      this.#state = await this.#read().catch(ignoreGit);
    });
  }

  /** A task is over. */
  look(): Promise<void> {
    return this.#steps.run(async () => {
      const before = this.#state;
      if (before === undefined) return;
      const now = this.#windows.now();
      const print = this.#look();
      const after = print === this.#print ? before : await this.#read().catch(ignoreGit);
      const ran = this.#windows.between(this.#since, now);
      this.#since = now;
      if (after === undefined) return;
      this.#print = print;
      for (const changed of changesBetween(before, after)) {
        const { path: name, before: was, after: is } = changed;
        const { kind, shown } = describe(name, was, is);
        const by = sharersOf(ran, WORDS[kind] ?? [], kind === 'branch' ? shown : undefined);
        if (by === undefined) continue;
        this.moved.push({ kind, name: shown, change: kindOf(changed), by });
      }
      this.#state = after;
    });
  }

  async #read(): Promise<State> {
    const { top, gitDir, commonDir } = this.#repository;
    const args = [
      'for-each-ref',
      '--format=%(refname) %(objectname)',
      'refs/heads',
      'refs/tags',
      'refs/stash',
      'refs/notes',
    ];
    const refs = (await gitLine(top, args)).split('\n').filter(Boolean);
    const state = new Map<string, string>();
    for (const line of refs) {
      const [ref = '', oid = ''] = line.split(' ');
      if (!this.#isOurs(ref)) state.set(ref, oid);
    }
    state.set('HEAD', textOf(join(gitDir, 'HEAD')));
    for (const name of TOLD)
      for (const file of filesAt(commonDir, name)) state.set(file, textOf(join(commonDir, file)));
    return state;
  }

  /** What changes whenever one of them does, told without a process. */
  #look(): string {
    const { gitDir, commonDir } = this.#repository;
    const prints = [...FILES, 'refs', 'reftable'].flatMap((name) =>
      filesAt(commonDir, name)
        .filter((file) => !this.#isOurs(file))
        .map((file) => `${file} ${fingerprintIn(join(commonDir, file))}`),
    );
    return [fingerprintIn(join(gitDir, 'HEAD')), ...prints].join('\n');
  }
}

function describe(
  name: string,
  was: string | undefined,
  is: string | undefined,
): { kind: OutsideChange['kind']; shown: string } {
  const [, folder, short = ''] = /^refs\/(heads|tags)\/(.*)$/s.exec(name) ?? [];
  if (folder === 'heads') return { kind: 'branch', shown: short };
  if (folder === 'tags') return { kind: 'tag', shown: short };
  if (name === 'refs/stash') return { kind: 'stash', shown: 'stash' };
  if (name === 'HEAD') return { kind: 'HEAD', shown: `${placeOf(was)} → ${placeOf(is)}` };
  if (name.startsWith('refs/')) return { kind: 'ref', shown: name };
  return { kind: 'config', shown: `.git/${name}` };
}

const placeOf = (head = ''): string =>
  head.trim().startsWith('ref: ')
    ? head.trim().replace(/^ref: (refs\/heads\/)?/, '')
    : head.trim().slice(0, 10);

/** The file itself, or all in the folder; relative to the base, sorted. */
function filesAt(base: string, name: string): string[] {
  const stats = statSync(join(base, name), { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.isFile() ? [name] : [];
  try {
    const names = readdirSync(join(base, name)).filter(
      (each) => !each.endsWith('.lock') && !each.endsWith('.sample'),
    );
    return names.sort().flatMap((each) => filesAt(base, `${name}/${each}`));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function fingerprintIn(file: string): Fingerprint | '' {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : fingerprintOf(stats);
}

/** Where git cannot say, nothing is said. */
function ignoreGit(error: unknown): undefined {
  if (!(error instanceof GitError)) throw error;
  return undefined;
}
