// The folders of a store, held while something is written or removed in them: the store itself may be a link, but none in it is
// ever gone through. Whoever takes the folder away, at any moment, has it made again by the next who writes.
//
//   blobs/ab/cdef…             contents, by their sha256
//   tasks/ab/cdef…/<key>       records, in a folder for each task, by the sha256 of its name
//   drafts/                    what is not whole yet, and what is about to be removed
//   hits, stored, sweep-lock/  what is counted, and who sweeps
//
// Unaware of what is in the files.

import { readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { sep } from 'node:path';
import { codeOf, orElse } from '../base/error-code.ts';
import { makeFolder, NotOurs } from '../base/own-folders.ts';
import type { FsPath } from '../base/raw-path.ts';
import { RealFolder, withRealPath } from '../base/real-folder.ts';
import { uniqueWord } from '../base/unique-word.ts';

export const BLOBS = 'blobs';
export const TASKS = 'tasks';
export const DRAFTS = 'drafts';

/** How often something is begun again, when somebody removes the folder meanwhile. */
const MOST_TRIES = 5;

const UNREACHED = ['ENOENT', 'ENOTDIR', 'ELOOP'];

export class StoreFolder {
  readonly path: string;
  /** Permissions of its folders, as far as the umask gives them. */
  readonly mode: number;
  /** The same of its files. */
  readonly fileMode: number;

  /** Nothing is made before there is something to keep. */
  constructor(path: string, mode: number) {
    this.path = path;
    this.mode = mode;
    this.fileMode = mode & 0o666;
  }

  /** For those who only read: what they find is checked, wherever it comes from. */
  pathOf(...names: readonly string[]): string {
    return this.path + sep + names.join(sep);
  }

  /** One in it, made with those on the way; to be closed. Throws `NotOurs` where a link is in the way, and what the disk says. */
  hold(...names: readonly string[]): RealFolder {
    makeFolder(this.path, this.mode);
    return this.#enter(names, this.mode) ?? this.#refuse(names);
  }

  /** The same where it is there; undefined where it is not, or beyond a link. */
  find(...names: readonly string[]): RealFolder | undefined {
    return orElse(() => this.#enter(names), undefined, ...UNREACHED);
  }

  /** What is done in folders that are held, and done again where they are gone meanwhile. `work` closes what it holds. */
  writing<T>(work: () => T): T {
    for (let tries = 1; ; tries += 1) {
      try {
        return work();
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || tries === MOST_TRIES) throw withRealPath(error);
      }
    }
  }

  /** Puts a file into one of the folders, whole from its first moment, over whatever file or link stands there. */
  enter(bytes: Uint8Array, names: readonly string[], name: string): void {
    this.writing(() => {
      const drafts = this.hold(DRAFTS);
      const draft = drafts.pathOf(uniqueWord());
      try {
        writeFileSync(draft, bytes, { flag: 'wx', mode: this.fileMode });
        this.move(draft, names, name);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      } finally {
        drafts.close();
      }
    });
  }

  move(draft: FsPath, names: readonly string[], name: string): void {
    const held = this.hold(...names);
    try {
      renameSync(draft, held.pathOf(name));
    } finally {
      held.close();
    }
  }

  /** A file or a link; what cannot be removed is left. */
  remove(names: readonly string[], name: string): void {
    const held = this.find(...names);
    if (held === undefined) return;
    orElse(() => unlinkSync(held.pathOf(name)), undefined);
    held.close();
  }

  #enter(names: readonly string[], mode?: number): RealFolder | undefined {
    let held = RealFolder.at(this.path);
    for (const name of names) {
      const above = held;
      try {
        const entered = above.enter(name, mode);
        if (entered === undefined) return undefined;
        held = entered.folder;
      } finally {
        above.close();
      }
    }
    return held;
  }

  #refuse(names: readonly string[]): never {
    throw new NotOurs(`a link stands on the way to ${this.pathOf(...names)}: remove it`);
  }
}

/** Folders in one that is held, by names of a form; to be closed by whoever is given them. */
export function* foldersIn(held: RealFolder, form: RegExp): Iterable<{ name: string; folder: RealFolder }> {
  for (const name of namesIn(held, form)) {
    const folder = orElse(() => held.enter(name)?.folder, undefined, ...UNREACHED);
    if (folder !== undefined) yield { name, folder };
  }
}

export const namesIn = (held: RealFolder, form: RegExp): string[] =>
  orElse(() => readdirSync(held.path()), [], ...UNREACHED).filter((name) => form.test(name));
