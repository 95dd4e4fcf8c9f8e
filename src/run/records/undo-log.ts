// What a run has made or is about to change outside its own folders, written down before it happens, so that after a
// kill -9 somebody else can put it right. One JSON document a line. Unaware of how it is put right.

import { closeSync, fsyncSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessName } from '../../base/liveness.ts';
import { noteFile, noteNew } from '../../base/on-disk.ts';
import { openOwn, readFile } from '../../base/own-files.ts';
import type { RawPath } from '../../base/raw-path.ts';
import { inReserve } from '../../base/reserve.ts';
import type { Fingerprint } from '../../base/stat-fingerprint.ts';
import type { PtaskWorktree } from '../../git/ptask-worktree.ts';
import type { Oid } from '../../store/content.ts';
import type { KeptWorktree } from './kept-worktrees.ts';

/** A path as a task has left it. The content's name is missing where it was too much to read. */
export type Left = [path: RawPath, print: Fingerprint | 'absent', oid?: Oid];

export type Entry =
  /**
   * Where the paths of the transactions and of `kept` begin; the config's folder in it; who runs, or undoes; whether what is
   * applied is to be committed.
   */
  | { op: 'begin'; top: string; prefix: RawPath; by: ProcessName; isCommitted: boolean }
  /** A process group is about to be started, at this moment after the system's own start. */
  | { op: 'start'; at: number }
  /** It has been, by its leader. */
  | { op: 'group'; pid: number; started: string }
  /** A command has been started in the process group of ptask itself, in this session, where that can be told. */
  | { op: 'raw'; pid: number; started: string; session?: number }
  /** A shared task is about to run. Its before-image is on the disk unless there was too much to keep. */
  | { op: 'begun'; task: string; writes: string[]; hasImage: boolean }
  /** It is over and what it did stays. */
  | { op: 'kept'; task: string; changed: Left[] }
  /** It is over and what it did was put back. */
  | { op: 'restored'; task: string }
  /** How a task has ended. */
  | { op: 'over'; task: string; status: string }
  /** The result of an isolated task reached the shared tree by this transaction. */
  | { op: 'applied'; task: string; transaction: string }
  /** The scratch folder of a strict task, absolute, about to be made. */
  | { op: 'scratch'; path: string }
  /** A worktree with its branch, about to be made, and gone again. */
  | ({ op: 'make' | 'gone' } & PtaskWorktree)
  /** A worktree of ours that is to outlive the run, with its branch. */
  | ({ op: 'keep-worktree' } & KeptWorktree)
  /** A branch of ours that is to outlive the run. */
  | { op: 'keep'; branch: string }
  /** The current branch and the index are about to move, both or neither. */
  | { op: 'moving'; ref: string; from: string; to: string }
  | { op: 'moved' }
  /** The run has failed in such a way that all that it has changed is to be put back. */
  | { op: 'aborting' }
  /** All that the run has changed is about to be put back, and it has been. */
  | { op: 'undoing' }
  | { op: 'undone' }
  /** Everything is as it should be; nothing is left to be put right. */
  | { op: 'end' };

const fileOf = (state: string): string => join(state, 'undo-log.ndjson');

export class UndoLog {
  readonly #fd: number;
  readonly #home: string;
  readonly #file: string;

  /**
   * Appends to the undo log of a run, in the folder of its state. Throws where it cannot.
   * @param home where space is kept for it, see reserve.ts
   */
  constructor(state: string, home: string) {
    this.#home = home;
    this.#file = fileOf(state);
    this.#fd = inReserve(home, () => openOwn(this.#file, { appends: true }));
    noteNew(this.#file);
  }

  /** In one go. */
  write(...entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    noteFile(this.#file);
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    let done = 0;
    inReserve(this.#home, () => {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
    });
  }

  /** The same, and it also survives the machine's going down, once the undo log's own name does. */
  writeThrough(entry: Entry): void {
    this.write(entry);
    fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** In the order in which they were written; a last line that was cut off never happened. None where there is no undo log. */
export function readUndoLog(state: string): Entry[] {
  const text = readFile(fileOf(state))?.toString('utf8') ?? '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
}

/** Whether nothing is left to be put right; undoing a run opens it once more. */
export const isSettled = (entries: readonly Entry[]): boolean => entries.at(-1)?.op === 'end';
