// How the files that are watched were when somebody last looked, and which of them are no longer so. Looks at the disk; what tells of
// a change is the file itself, and never when it was heard of.

import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { look } from '../base/look.ts';
import { oidOf, readSmall } from '../store/content.ts';

/** Of a file its size, mode and time, of a link where it leads; undefined where there is neither. */
type Print = string | undefined;

/** Bytes of a file that is read to see whether it says something else. */
const MOST_READ = 1024 * 1024;

export class KnownFiles {
  readonly #root: string;
  readonly #prints = new Map<string, string>();
  /** What those say that have changed once. */
  readonly #contents = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  get size(): number {
    return this.#prints.size;
  }

  /** Is taken as it is. */
  learn(path: string): void {
    this.#set(path, this.#printOf(path));
  }

  /** Those of the paths that are not as they were known; from now on they are known as they are. */
  changed(paths: Iterable<string>): string[] {
    const found: string[] = [];
    for (const path of paths) {
      const print = this.#printOf(path);
      if (print === this.#prints.get(path)) continue;
      this.#set(path, print);
      found.push(path);
    }
    return found;
  }

  /** The same, but they stay known as they were. */
  differing(paths: Iterable<string>): string[] {
    return [...paths].filter((path) => this.#printOf(path) !== this.#prints.get(path));
  }

  /** Of files that have changed those that say something else than they did when they last had; of one that never had nobody knows. */
  saying(paths: readonly string[]): string[] {
    return paths.filter((path) => {
      const before = this.#contents.get(path);
      const now = this.#contentOf(path);
      if (now === undefined) this.#contents.delete(path);
      else this.#contents.set(path, now);
      return before === undefined || before !== now;
    });
  }

  /** Those at or below a path. */
  below(folder: string): string[] {
    if (folder === '') return [...this.#prints.keys()];
    return [...this.#prints.keys()].filter((path) => path === folder || path.startsWith(`${folder}/`));
  }

  #set(path: string, print: Print): void {
    if (print === undefined) this.#prints.delete(path);
    else this.#prints.set(path, print);
  }

  #printOf(path: string): Print {
    try {
      const at = join(this.#root, path);
      const stats = look(at);
      if (stats === undefined || stats.isDirectory()) return undefined;
      if (stats.isSymbolicLink()) return `link ${readlinkSync(at)}`;
      // A file that is put back has its time to the microsecond.
      return `${stats.size}:${stats.mode}:${stats.mtimeNs / 1_000n}`;
    } catch {
      // It went away in between, or lies in a folder that may not be searched.
      return undefined;
    }
  }

  #contentOf(path: string): string | undefined {
    try {
      const at = join(this.#root, path);
      const stats = look(at);
      if (!stats?.isFile() || stats.size > MOST_READ) return undefined;
      const bytes = readSmall(at);
      return bytes && `${stats.mode} ${oidOf(bytes)}`;
    } catch {
      return undefined;
    }
  }
}
