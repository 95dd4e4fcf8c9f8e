// A file of a store to which any number of processes append: of bytes that two append none is lost, as of a number that both raise
// one would be. Its first line says since when. Unaware of what is counted.

import { closeSync, linkSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { openOwn, readFile } from '../base/own-files.ts';
import { NotOurs } from '../base/own-folders.ts';
import { uniqueWord } from '../base/unique-word.ts';
import { DRAFTS, type StoreFolder } from './store-folder.ts';

const HEAD = /^since (\d{1,15})\n/;
/** Bytes that it has at most. */
const HEAD_BYTES = 32;
/** Bytes from which on it is begun anew. */
const MOST = 4 * 1_024 * 1_024;

export interface Tallied {
  /** Milliseconds since 1970. */
  since: number;
  /** What was appended. */
  text: string;
}

export class Tally {
  readonly #store: StoreFolder;
  readonly #name: string;

  /** @param name of the file, in the store */
  constructor(store: StoreFolder, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Throws what the disk says. */
  append(text: string): void {
    this.#store.writing(() => {
      const top = this.#store.hold();
      const file = String(top.pathOf(this.#name));
      try {
        const handle = openToAppend(file) ?? this.#begin(file);
        try {
          writeSync(handle, text);
        } finally {
          closeSync(handle);
        }
      } finally {
        top.close();
      }
    });
  }

  /** Undefined where there is none, or something else. */
  read(): Tallied | undefined {
    const text = orElse(() => readFile(this.#store.pathOf(this.#name)), undefined)?.toString('latin1');
    const [line, since] = HEAD.exec(text ?? '') ?? [];
    if (text === undefined || line === undefined) return undefined;
    return { since: Number(since), text: text.slice(line.length) };
  }

  /** Whether there is something of its name. */
  isThere(): boolean {
    return orElse(() => look(this.#store.pathOf(this.#name)), undefined) !== undefined;
  }

  /** Begins anew from now on. Throws what the disk says. */
  restart(): void {
    this.#store.enter(Buffer.from(head()), [], this.#name);
  }

  /** Where it is so long that reading it takes a while, it is removed. */
  bound(): void {
    const size = orElse(() => look(this.#store.pathOf(this.#name))?.size, undefined);
    if ((size ?? 0n) > MOST) this.remove();
  }

  remove(): void {
    this.#store.remove([], this.#name);
  }

  #begin(file: string): number {
    const drafts = this.#store.hold(DRAFTS);
    const draft = drafts.pathOf(uniqueWord());
    try {
      writeFileSync(draft, head(), { flag: 'wx', mode: this.#store.fileMode });
      // Somebody else may be quicker.
      orElse(() => linkSync(draft, file), undefined, 'EEXIST');
    } finally {
      rmSync(draft, { force: true });
      drafts.close();
    }
    return openToAppend(file) ?? this.#refuse();
  }

  #refuse(): never {
    throw new NotOurs(`${this.#store.pathOf(this.#name)} is none of ptask's: remove it`);
  }
}

/** Undefined where there is none; what stands there instead is removed, be it a link or another name of somebody's file. */
function openToAppend(file: string): number | undefined {
  if (look(file) === undefined) return undefined;
  const handle = orElse(
    () => openOwn(file, { isNew: false, appends: true, reads: true }),
    undefined,
    'ELOOP',
  );
  if (handle !== undefined) {
    const begins = Buffer.alloc(HEAD_BYTES);
    const read = readSync(handle, begins, 0, HEAD_BYTES, 0);
    if (HEAD.test(begins.toString('latin1', 0, read))) return handle;
    closeSync(handle);
  }
  rmSync(file, { force: true });
  return undefined;
}

const head = (): string => `since ${Date.now()}\n`;
