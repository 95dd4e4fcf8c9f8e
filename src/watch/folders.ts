// The folders of a scope, each watched by the system: one watch for a folder, and none for a file (docs/decisions/watching.md says
// why). What the system says is a hint where to look, and no more.

import { type BigIntStats, type Dirent, type FSWatcher, watch as fsWatch, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import type { Want } from '../plan/listing.ts';
import type { Scope } from './scope.ts';

/** Of `node:fs`; another one in tests. */
export type Watch = (folder: string, onEvent: (kind: string, name: string | null) => void) => FSWatcher;

export interface FoldersOptions {
  scope: Scope;
  /** Something has happened to a path, or it has not: relative to the root, and '' for the root. */
  onHint(path: string): void;
  /** Folders that git ignores as a whole, which only count where a pattern spells their name out. */
  ignored: ReadonlySet<string>;
  watch?: Watch;
}

interface Folder {
  /** Which one it is: a number is given again soon after a folder has gone. */
  identity: string;
  here: readonly Want[];
  watcher: FSWatcher | undefined;
}

/** Never part of what a task may touch. */
const OUTSIDE: ReadonlySet<string> = new Set(['.git', '.ptask']);

const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export class Folders {
  readonly #options: FoldersOptions;
  readonly #watch: Watch;
  readonly #folders = new Map<string, Folder>();
  /** Why not all of them are watched: the system has no more watches to give. */
  shortage: string | undefined;

  constructor(options: FoldersOptions) {
    this.#options = options;
    this.#watch = options.watch ?? ((folder, onEvent) => fsWatch(folder, { persistent: true }, onEvent));
  }

  has(path: string): boolean {
    return this.#folders.has(path);
  }

  /** Whether the folder that is there is another one than the one that is watched. */
  isReplaced(path: string, now: BigIntStats): boolean {
    return this.#folders.get(path)?.identity !== identityOf(now);
  }

  /** Watches a folder and those in it that are of the scope. The wanted files in them. */
  enter(path: string): string[] {
    const above = this.#folders.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))))?.here ?? [];
    const files: string[] = [];
    this.#walk(path, path === '' ? [] : above, files);
    const { root, outside, isWanted } = this.#options.scope;
    for (const folder of path === '' ? outside : []) {
      if (!this.#add(folder, [])) continue;
      files.push(
        ...entriesOf(join(root, folder))
          .map(({ name }) => `${folder}/${name}`)
          .filter(isWanted),
      );
    }
    return files;
  }

  /** A folder is gone, or another one. */
  leave(path: string): void {
    for (const [each, { watcher }] of this.#folders) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      watcher?.close();
      this.#folders.delete(each);
    }
  }

  /** Whether something in a folder may be wanted. */
  isOfScope(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const { scope, ignored } = this.#options;
    if (OUTSIDE.has(name) || scope.left.has(path)) return false;
    return scope.names.has(name) || !(name === 'node_modules' || ignored.has(path));
  }

  close(): void {
    for (const { watcher } of this.#folders.values()) watcher?.close();
    this.#folders.clear();
  }

  #walk(path: string, above: readonly Want[], files: string[]): void {
    const { scope } = this.#options;
    const here = scope.wanted.at(path, above);
    if (path !== '' && here.length === 0 && !scope.wanted.leadsOn(path)) return;
    // First the watch and then the look: what comes in between is seen twice and never missed.
    if (!this.#add(path, here)) return;
    for (const entry of entriesOf(join(scope.root, path))) {
      const full = joined(path, entry.name);
      if (entry.isDirectory()) {
        if (this.isOfScope(full)) this.#walk(full, here, files);
      } else if (scope.isWanted(full)) files.push(full);
    }
  }

  /** False where there is no such folder. */
  #add(path: string, here: readonly Want[]): boolean {
    if (this.#folders.has(path)) return true;
    const at = join(this.#options.scope.root, path);
    const stats = look(at);
    if (!stats?.isDirectory()) return false;
    this.#folders.set(path, { identity: identityOf(stats), here, watcher: this.#watcherOf(path, at) });
    return true;
  }

  /** Should it be there all the same, it is another one. */
  #outdate(path: string): void {
    const folder = this.#folders.get(path);
    if (folder !== undefined) folder.identity = '';
  }

  #watcherOf(path: string, at: string): FSWatcher | undefined {
    if (this.shortage !== undefined) return undefined;
    const { onHint } = this.#options;
    try {
      const watcher = this.#watch(at, (kind, name) => {
        // What a folder says of itself, by its own name: it went away, and its watch with it.
        if (kind === 'rename' && name === basename(at)) this.#outdate(path);
        onHint(name === null ? path : joined(path, name));
      });
      // The folder went away, which the one above it tells.
      watcher.on('error', () => onHint(path));
      return watcher;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE') this.shortage = code;
      // Else it went away, or may not be read.
      return undefined;
    }
  }
}

const identityOf = ({ dev, ino, birthtimeNs }: BigIntStats): string => `${dev}:${ino}:${birthtimeNs}`;

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
