// Which tasks changed files affect: those that read or write one of them, and what comes after these.

import type { Config, Task } from '../config/config.ts';
import type { ChosenBecause, Plan } from '../model/plan.ts';
import { groupsAfter, type TaskPairs } from '../model/task-pairs.ts';
import type { Identity } from './canonical-path.ts';
import { isUndeclared } from './notes.ts';
import { anyMatcher, asFolders, literalPattern, overlap, type PatternList } from './patterns/index.ts';

export interface AffectedInput {
  config: Config;
  /** Of all tasks. */
  plan: Pick<Plan, 'edges' | 'conflicts'>;
  /**
   * What has changed, relative to the root of the config and sorted. What lies outside of it begins with `../`; what ends with a
   * `/` is a repository of its own, in which any file may have changed.
   */
  paths: readonly string[];
  identity: Identity;
  /** Only what is read counts: a file that a task writes affects it no more, nor does any file one of which nobody knows what it reads. */
  readsOnly?: boolean;
}

/** By task the reason, in no order; a task that only gathers others does nothing, and is affected by nothing. */
export function affectedTasks(input: AffectedInput): Map<string, ChosenBecause> {
  const { config, paths, readsOnly = false } = input;
  const forAll = paths.find((path) => isForAll(config, path));
  const doing = config.tasks.filter(({ run }) => run.length > 0);
  if (forAll !== undefined) return new Map(doing.map(({ id }) => [id, { kind: 'all', path: forAll }]));
  const found = new Map<string, ChosenBecause>();
  if (paths.length === 0) return found;
  const because = new Touched(input);
  for (const task of config.tasks) {
    const own =
      isUndeclared(task) && !readsOnly ? ({ kind: 'undeclared' } as const) : because.of(task, readsOnly);
    if (own !== undefined) found.set(task.id, own);
  }
  addFollowing(found, input.plan);
  const does = new Set(doing.map(({ id }) => id));
  return new Map([...found].filter(([id]) => does.has(id)));
}

/** What package managers install from. */
const LOCK_FILES =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|Cargo\.lock|go\.sum|Gemfile\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|composer\.lock|mix\.lock|pubspec\.lock|gradle\.lockfile|flake\.lock)$/;

/** The config itself, what reaches all tasks with it, and what is installed here or in a folder above. */
export function isForAll({ file, root, dotenv }: Config, path: string): boolean {
  const config = file.slice(root.length + 1).replaceAll('\\', '/');
  if (path === config || dotenv.includes(path)) return true;
  const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/.exec(path) ?? [];
  return LOCK_FILES.test(name) && /^(?:(?:\.\.\/)*|(?!\.\.\/).*)$/.test(folder);
}

/** Which of the paths a task touches first; tasks that declare the same have one answer. */
class Touched {
  readonly #input: AffectedInput;
  readonly #files: readonly { path: string; name: string }[];
  /** Repositories of their own. */
  readonly #nested: readonly string[];
  readonly #known = new Map<string, string | undefined>();

  constructor(input: AffectedInput) {
    this.#input = input;
    const inside = input.paths.filter((path) => !path.startsWith('../'));
    const files = inside.filter((path) => !path.endsWith('/'));
    this.#files = files.map((path) => ({ path, name: input.identity.path(path) }));
    this.#nested = inside.filter((path) => path.endsWith('/'));
  }

  of({ reads, writes, cache }: Task, readsOnly: boolean): ChosenBecause | undefined {
    const { config } = this.#input;
    const also = cache.isOn ? [config.cache.reads, cache.reads] : [];
    const read = this.#first([reads, ...also]);
    if (read !== undefined) return { kind: 'changed', path: read, access: 'reads' };
    const written = readsOnly ? undefined : this.#first([writes]);
    return written === undefined ? undefined : { kind: 'changed', path: written, access: 'writes' };
  }

  #first(lists: readonly PatternList[]): string | undefined {
    const key = JSON.stringify(lists);
    if (!this.#known.has(key)) this.#known.set(key, this.#find(lists));
    return this.#known.get(key);
  }

  #find(lists: readonly PatternList[]): string | undefined {
    const parts = lists.flatMap((list) => this.#input.identity.canonical(list).map((part) => part.list));
    const matches = anyMatcher(parts);
    const file = this.#files.find(({ name }) => matches(name));
    return (
      file?.path ??
      this.#nested.find((path) =>
        parts.some((list) => overlap([`${literalPattern(path)}**`], asFolders(list)).overlap),
      )
    );
  }
}

/**
 * Who reads or changes what another has written, and whoever needs it, gets something else from it now.
 * @param isLeftOut by way of whom nobody is followed either
 */
export function addFollowing(
  found: Map<string, ChosenBecause>,
  plan: AffectedInput['plan'],
  isLeftOut: (id: string) => boolean = () => false,
): void {
  const groupsOf = groupsAfter(followings(plan));
  const open = [...found.keys()];
  // It grows meanwhile.
  for (const task of open)
    for (const group of groupsOf(task))
      for (const next of group.after(task)) {
        if (found.has(next) || isLeftOut(next)) continue;
        found.set(next, { kind: 'follows', task });
        open.push(next);
      }
}

/** Who gets what from whom. */
export const followings = ({ edges, conflicts }: AffectedInput['plan']): { tasks: TaskPairs }[] => [
  ...edges.filter(({ because: { kind } }) => FOLLOWING.has(kind)),
  ...conflicts.filter(({ kind, resolution }) => kind === 'write-write' && resolution === 'isolate'),
];

const FOLLOWING: ReadonlySet<string> = new Set(['needs', 'write-read', 'write-write']);
