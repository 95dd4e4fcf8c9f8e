// turbo.json: which scripts wait for which, and what they read and write.

import { below, globFrom, type Repository } from '../read/repository.ts';
import { type Fields, fieldsOf, objectsOf, textsOf, unique } from '../read/values.ts';
import type { Package, Workspace } from '../read/workspace.ts';
import type { Read } from '../tools/tool.ts';
import type { Entries, Entry } from './script-entries.ts';
import { keyOf } from './script-parts.ts';
import type { ScriptSource, Shared } from './source.ts';

const FILES = ['turbo.json', 'turbo.jsonc'];

export const turbo: ScriptSource = {
  name: 'turbo',
  fileIn: ({ repository }) => FILES.find((name) => repository.has(name)),
  declare({ repository, workspace }, entries, shared) {
    const root = configAt(repository, '');
    takeGlobals(root, shared);
    const known = new Set<string>();
    const tasks = new Tasks(repository, root);
    const declared = [...entries.all.values()].flatMap((entry) => {
      const task = tasks.of(entry);
      return task === undefined || entry.state === 'part' ? [] : [{ entry, task }];
    });
    for (const { entry, task } of declared) {
      known.add(entry.key);
      new Translation(entry, task, workspace, shared).apply();
    }
    // What it waits for in its own package it may look at as well, wherever git ignores it.
    for (const { entry } of declared) readWhatIsMade(entry, entries);
    return known;
  },
};

function configAt(repository: Repository, folder: string): Fields {
  const name = FILES.map((each) => below(folder, each)).find((each) => repository.has(each));
  return fieldsOf(name === undefined ? undefined : repository.json(name));
}

/** Version 2 calls them tasks, version 1 a pipeline. */
const tasksIn = (config: Fields): Map<string, Fields> => new Map(objectsOf(config.tasks ?? config.pipeline));

/** What is said of a script: by its package, by its name with that of the package, or by its name. */
class Tasks {
  readonly #root: Map<string, Fields>;
  readonly #repository: Repository;

  constructor(repository: Repository, root: Fields) {
    this.#repository = repository;
    this.#root = tasksIn(root);
  }

  of({ ref: { package: own, script }, key }: Entry): Fields | undefined {
    if (key.split('#').length > 2) return undefined;
    if (own.folder === '') return this.#root.get(`//#${script}`);
    const general = this.#root.get(`${own.name}#${script}`) ?? this.#root.get(script);
    const special = tasksIn(configAt(this.#repository, own.folder)).get(script);
    return special === undefined ? general : extended(general ?? {}, special);
  }
}

/** A list with `$TURBO_EXTENDS$` adds to the one that it would replace. */
function extended(general: Fields, special: Fields): Fields {
  const lists = Object.entries(special).map(([key, value]): [string, unknown] => {
    if (!Array.isArray(value) || !value.includes('$TURBO_EXTENDS$')) return [key, value];
    return [key, [...textsOf(general[key]), ...textsOf(value).filter((each) => each !== '$TURBO_EXTENDS$')]];
  });
  return { ...general, ...Object.fromEntries(lists) };
}

function takeGlobals(root: Fields, { cache }: Shared): void {
  const files = [...textsOf(root.globalDependencies), ...textsOf(root.globalDotEnv)];
  cache.reads.push(...files.filter((each) => !each.startsWith('$')));
  cache.env.push(
    ...variables(root.globalEnv),
    ...files.filter((each) => each.startsWith('$')).map((each) => each.slice(1)),
  );
  cache.passEnv.push(...variables(root.globalPassThroughEnv));
}

/** `!NAME` takes one from those that a framework brings along, which is nothing here. */
const variables = (value: unknown): string[] =>
  textsOf(value).filter((each) => /^[A-Za-z_*][\w*]*$/.test(each));

class Translation {
  readonly #entry: Entry;
  readonly #task: Fields;
  readonly #workspace: Workspace;
  readonly #shared: Shared;

  constructor(entry: Entry, task: Fields, workspace: Workspace, shared: Shared) {
    this.#entry = entry;
    this.#task = task;
    this.#workspace = workspace;
    this.#shared = shared;
  }

  apply(): void {
    const entry = this.#entry;
    const task = this.#task;
    if (task.persistent === true) {
      entry.state = 'left out';
      entry.why = 'never ends';
      return;
    }
    if (
      entry.state === 'left out' &&
      (task.cache === false || !/^(?:changes something|waits for)/.test(entry.why))
    )
      return;
    if (entry.state === 'left out') entry.state = 'task';
    this.#takeDependencies();
    if (entry.state === 'gather') return;
    entry.reads = this.#reads();
    entry.writes = this.#writes();
    entry.unknown = [];
    entry.env = unique([...entry.env, ...variables(task.env)]);
    const dollars = textsOf(task.dependsOn).filter((each) => each.startsWith('$'));
    entry.env.push(...dollars.map((each) => each.slice(1)));
    this.#shared.cache.passEnv.push(...variables(task.passThroughEnv));
    if (task.cache === false) entry.isCached = false;
    if (task.interactive === true) entry.isRaw = true;
    if (entry.writes.length > 0 && entry.role === 'check')
      entry.role = /^(?:lint|check|test|type)/.test(entry.ref.script) ? 'check' : 'build';
    if (textsOf(task.with).length > 0)
      entry.comments.push(
        `turbo runs it together with ${textsOf(task.with).join(', ')}, which never end: ptask has no such thing.`,
      );
  }

  #takeDependencies(): void {
    const { ref, calls } = this.#entry;
    for (const written of textsOf(this.#task.dependsOn)) {
      if (written.startsWith('$')) continue;
      const [owner, script = ''] = written.includes('#')
        ? written.split('#')
        : [undefined, written.replace(/^\^/, '')];
      if (written.startsWith('^')) {
        this.#entry.followsImports = true;
        for (const other of nearestWith(this.#workspace, ref.package, script))
          calls.add(keyOf({ package: other, script }));
      } else if (owner === undefined) calls.add(keyOf({ package: ref.package, script }));
      else {
        const other = this.#workspace.packages.find(({ name, folder }) =>
          owner === '//' ? folder === '' : name === owner,
        );
        if (other !== undefined) calls.add(keyOf({ package: other, script }));
      }
    }
  }

  /** All of the package where nothing is said; its package.json always. */
  #reads(): Read[] {
    const { folder } = this.#entry.ref.package;
    const inputs = Array.isArray(this.#task.inputs) ? textsOf(this.#task.inputs) : ['$TURBO_DEFAULT$'];
    const reads = inputs.flatMap((each): Read[] => {
      // With what is known of its tools: they look at files beyond the package, such as a config that theirs extends.
      if (each === '$TURBO_DEFAULT$') return [{ all: folder }, ...(this.#entry.reads ?? [])];
      return globIn(folder, each);
    });
    return [...reads, below(folder, 'package.json')];
  }

  #writes(): string[] {
    const { folder } = this.#entry.ref.package;
    const { outputs } = this.#task;
    if (!Array.isArray(outputs)) return this.#entry.writes ?? [];
    return textsOf(outputs).flatMap((each) => globIn(folder, each));
  }
}

/** A glob of a package from the root: `$TURBO_ROOT$/x` is there already. */
function globIn(folder: string, written: string): string[] {
  const fromRoot = written.replace('$TURBO_ROOT$/', '');
  return [globFrom(fromRoot === written ? folder : '', fromRoot) ?? []].flat();
}

/** The packages that one stands on and that have the script; past those that have not. */
function nearestWith(workspace: Workspace, own: Package, script: string): Package[] {
  const found = new Set<Package>();
  const seen = new Set([own]);
  for (const each of seen)
    for (const other of workspace.namesItself(each)) {
      if (other.scripts.has(script)) found.add(other);
      else seen.add(other);
    }
  return [...found];
}

export function readWhatIsMade(entry: Entry, { all }: Entries): void {
  if (entry.reads === undefined) return;
  for (const key of entry.calls) {
    const called = all.get(key);
    if (called?.state !== 'task' || called.ref.package !== entry.ref.package) continue;
    entry.reads.push(...(called.writes ?? []));
  }
}
