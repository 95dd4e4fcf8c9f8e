// The user's own files while a run goes on: what each task that works in them has changed, kept in such a way that it can
// be put back. Every change that ptask itself makes to them goes through here. Unaware of when anything is put back.

import { join } from 'node:path';
import { look, millisecondsOf } from '../../../base/look.ts';
import { noteFile, noteFolder, onDisk } from '../../../base/on-disk.ts';
import { foldersOf } from '../../../base/path-names.ts';
import { type FsPath, locate, type RawPath, shownPath } from '../../../base/raw-path.ts';
import { inReserveAsync, isShort } from '../../../base/reserve.ts';
import { isDiskFull, reasonOf } from '../../../base/system-limits.ts';
import type { Task } from '../../../config/config.ts';
import { toTop } from '../../../git/prefix.ts';
import type { BlobStore } from '../../../store/blob-store.ts';
import { type Change, type ChangeSet, filesIn } from '../../../store/change.ts';
import { changesTo } from '../../../store/restore.ts';
import { Unrestorable } from '../../../store/stage.ts';
import { StatCache } from '../../../store/stat-cache.ts';
import { type Replaced, Transactions } from '../../../store/transaction.ts';
import { blobStoreOf } from '../../records/state-dir.ts';
import { readUndoLog, type UndoLog } from '../../records/undo-log.ts';
import type { Reach } from '../fingerprints.ts';
import { reachOf } from '../reach.ts';
import { leftAt } from './left-files.ts';

export interface TreePlace {
  /** The config's folder, that of the run's state, and the one where space is kept, see reserve.ts. */
  root: string;
  state: string;
  home: string;
  /** The top of the repository, or the root where there is none, and the root's path in it. */
  top: string;
  prefix: RawPath;
}

export interface PutBackFiles {
  /** How many were. */
  files: number;
  /** What was not, since somebody has edited it or its saved content is gone: paths as shown, relative to the top. */
  left: string[];
}

export const transactionsFolder = (state: string): string => join(state, 'transactions');

export class SharedTree {
  readonly place: TreePlace;
  readonly transactions: Transactions;
  readonly #blobs: BlobStore;
  /** What is in the files that were looked at. */
  readonly statCache: StatCache;
  readonly #undoLog: UndoLog;
  /** Something was to be put back and could not be: the undo log says so to whoever comes next. */
  isHalfDone = false;
  /** Hears which paths were put back, relative to the top. */
  onPutBack: (paths: RawPath[]) => void = () => {};

  constructor(place: TreePlace, undoLog: UndoLog) {
    this.place = place;
    this.#undoLog = undoLog;
    this.#blobs = blobStoreOf(place.root);
    this.statCache = new StatCache(place.root);
    this.transactions = new Transactions(transactionsFolder(place.state), place.top, this.#blobs);
  }

  /**
   * Before the task's first attempt: what it may change is kept, on the disk, unless that is too much. Comes back with what
   * that is.
   */
  async begin({ id, writes, onFailure }: Pick<Task, 'id' | 'writes' | 'onFailure'>): Promise<Reach> {
    const { root, state, home } = this.place;
    const reach = await reachOf(root, writes);
    if (writes.length === 0) return reach;
    const { takeImage } = await import('./before-images.ts');
    const image = { root, state, task: id, reach: reach.lists, mustKeep: onFailure !== 'continue' };
    const hasImage = await takeImage(image, this.#blobs, this.statCache);
    this.#undoLog.write({ op: 'begun', task: id, writes, hasImage });
    await inReserveAsync(home, () => this.#blobs.settle());
    return reach;
  }

  /**
   * The task is over, and what it has changed stays for now, and is on the disk: recovery looks at it no more. Paths
   * relative to the root.
   */
  async keep(task: Pick<Task, 'id' | 'writes'>, paths: readonly RawPath[]): Promise<void> {
    if (task.writes.length === 0) return;
    const { root, top, prefix } = this.place;
    const changed = leftAt(
      top,
      paths.map((path) => toTop(prefix, path)),
      (print) => this.statCache.lastRead(print),
    );
    for (const path of paths) noteFile(locate(root, path));
    for (const folder of ['' as RawPath, ...foldersOf(paths)]) noteFolder(locate(root, folder));
    // A disk that says no to the task's own files is the task's business: what was there before is kept.
    await onDisk().catch(() => {});
    this.#undoLog.write({ op: 'kept', task: task.id, changed });
  }

  /** All is going to be put back, once nothing runs any more; also by somebody else, should we be killed until then. */
  aborting(): void {
    this.#undoLog.writeThrough({ op: 'aborting' });
  }

  /** A result has been applied. Where that cannot be written down, which is thrown, it is taken back: nobody would know of it. */
  async applied(task: string, transaction: string): Promise<void> {
    try {
      this.#undoLog.writeThrough({ op: 'applied', task, transaction });
    } catch (error) {
      await this.#takeBack(task, transaction).catch((worse: unknown) => {
        throw new Error(`${reasonOf(error)}; and it stays in the files: ${reasonOf(worse)}`, {
          cause: error,
        });
      });
      throw error;
    }
  }

  async #takeBack(task: string, transaction: string): Promise<void> {
    const { changes, edited } = await this.transactions.undo(transaction);
    const untouched = changes.filter(({ path }) => !edited.includes(path));
    await this.replace(untouched, `${task} is taken back`);
    this.transactions.drop(transaction);
  }

  /**
   * Puts back what the task has changed of the files it declares.
   * @param since what was changed after this moment, in milliseconds, is somebody else's
   */
  async restore({ id, writes }: Pick<Task, 'id' | 'writes'>, since?: number): Promise<PutBackFiles> {
    const { root, home, state, prefix } = this.place;
    if (writes.length === 0) return { files: 0, left: [] };
    const { keptOf, listerOf } = await import('./before-images.ts');
    const kept = keptOf(state, id);
    if (kept === undefined) return { files: 0, left: [] };
    const wanted = await inReserveAsync(home, () =>
      changesTo(root, kept.image, listerOf(root, kept.reach), this.statCache),
    );
    const [changes, later] = [[] as Change[], [] as string[]];
    for (const change of wanted) {
      const path = toTop(prefix, change.path);
      if (since !== undefined && isChangedAfter(locate(root, change.path), since))
        later.push(shownPath(path));
      else changes.push({ ...change, path });
    }
    const { files, left } = await this.replace(changes, `${id} is put back`);
    this.#undoLog.writeThrough({ op: 'restored', task: id });
    return { files, left: [...later, ...left] };
  }

  /** Puts back all that the run has changed and nobody has touched since. */
  async restoreAll(): Promise<PutBackFiles> {
    const { state } = this.place;
    this.#undoLog.writeThrough({ op: 'undoing' });
    const { putBack } = await import('./put-back.ts');
    const { changes, edited, unkept } = await putBack(readUndoLog(state), state, this.transactions);
    const untouched = changes.filter(({ path }) => !edited.includes(shownPath(path)));
    const { files, left } = await this.replace(untouched, 'the run is put back');
    this.#undoLog.writeThrough({ op: 'undone' });
    return {
      files,
      left: [
        ...edited,
        ...left,
        ...unkept.map((task) => `the files of ${task}, which were too many to keep`),
      ],
    };
  }

  /** For the next run: what need not be read again. */
  remember(): void {
    this.statCache.save();
  }

  /** Somebody may be in the way: what he edits is left as it is, and so is that whose saved content is gone. */
  async replace(changes: ChangeSet, note: string): Promise<PutBackFiles> {
    let wanted = [...changes];
    const left = new Set<RawPath>();
    while (wanted.length > 0) {
      const hindered = await this.#hindered(wanted, note);
      if (hindered.length === 0) break;
      for (const path of hindered) left.add(path);
      const rest = wanted.filter(({ path }) => !left.has(path));
      if (rest.length === wanted.length)
        throw new Error(`${shownPath(hindered[0] as RawPath)} is in the way`);
      wanted = rest;
    }
    this.onPutBack(wanted.map(({ path }) => path));
    return { files: filesIn(wanted), left: [...left].map(shownPath).sort() };
  }

  /**
   * All changes or none, of what is put back. On a full disk what goes does so first and for good, which needs no space and
   * makes room for what comes back; then all or none holds only for each of these steps.
   */
  async change(changes: ChangeSet, note: string): Promise<Replaced> {
    try {
      if (!isShort(this.place.home)) return await this.transactions.replace(changes, note);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    const goes = changes.filter(({ after }) => after.kind === 'absent');
    const comes = changes.filter(({ after }) => after.kind !== 'absent');
    const gone = await this.#changeForGood(goes, note);
    if (!gone.ok) return gone;
    try {
      return await this.#changeForGood(comes, note);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    // It is one of the files that come back which fills the disk.
    const files = comes.filter(({ before, after }) => after.kind === 'file' && before !== undefined);
    const emptied = await this.#changeForGood(
      files.map((change) => ({ ...change, after: { kind: 'absent' } })),
      note,
    );
    if (!emptied.ok) return emptied;
    return this.#changeForGood(
      comes.map((change) => (files.includes(change) ? { ...change, before: 'absent' } : change)),
      note,
    );
  }

  /** With the reserve, and without keeping what was there until now. */
  async #changeForGood(changes: ChangeSet, note: string): Promise<Replaced> {
    if (changes.length === 0) return { ok: true, id: '' };
    const replaced = await inReserveAsync(this.place.home, () => this.transactions.replace(changes, note));
    if (replaced.ok) this.transactions.drop(replaced.id);
    return replaced;
  }

  async #hindered(changes: ChangeSet, note: string): Promise<RawPath[]> {
    try {
      const replaced = await this.change(changes, note);
      return replaced.ok ? [] : replaced.edited;
    } catch (error) {
      if (error instanceof Unrestorable) return [error.path];
      throw error;
    }
  }
}

function isChangedAfter(at: FsPath, moment: number): boolean {
  const stats = look(at);
  return stats !== undefined && !stats.isDirectory() && millisecondsOf(stats.ctimeNs) > moment;
}
