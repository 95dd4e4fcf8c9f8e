// A result that is in the cache: found only where all of it is there and right, and put where it belongs as a whole or not at all.

import { type RawPath, shownPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import type { MadeFiles } from '../../cache/made.ts';
import { madeOf } from '../../cache/own-work.ts';
import { numbersAt, numbersIn, type Receipt, type Receipts } from '../../cache/receipts.ts';
import type { TaskRecord } from '../../cache/record.ts';
import { ResultContents } from '../../cache/result-contents.ts';
import type { Seen } from '../../cache/seen-table.ts';
import { changesTo } from '../../cache/task-result.ts';
import { withinOf } from '../../cache/within.ts';
import type { Task } from '../../config/config.ts';
import { shownFromTop, toTop } from '../../git/prefix.ts';
import type { FileChange } from '../../model/report.ts';
import { anyMatcher } from '../../plan/patterns/index.ts';
import type { Change } from '../../store/change.ts';
import { Unrestorable } from '../../store/stage.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { Hit, Wanted } from './hit.ts';
import type { Lookup } from './lookups.ts';
import { readSaid } from './said.ts';

export type Restored =
  | { ok: true; filesChanged: FileChange[]; isChanged: boolean }
  /** A clause. */
  | { ok: false; reason: string };

export interface HitsOptions {
  store: CacheStore;
  shared: SharedTree;
  made: MadeFiles;
  receipts: Receipts;
  /** Hears which files of the user's tree are about to change, and which have, as shown, relative to the root. */
  changing(paths: readonly string[]): void;
  changed(paths: readonly string[]): void;
}

export class Hits {
  readonly #options: HitsOptions;

  constructor(options: HitsOptions) {
    this.#options = options;
  }

  /** @param name of the task, for the store */
  find(name: string, lookup: Lookup): Hit | undefined {
    const { store } = this.#options;
    const key = lookup.key.digest.hash;
    const record = store.read(name, key);
    if (record === undefined) return undefined;
    const said = readSaid(store, record);
    if (said !== undefined && this.#isWithin(lookup, record)) {
      const contents = new ResultContents(store, record);
      const { written, own } = lookup.inputs;
      const changes = changesTo(record.changes, written, own, contents);
      if (contents.hasAll(changes)) return { key, told: record, said, wanted: { lookup, record, changes } };
    }
    store.remove(name, key);
    return undefined;
  }

  /** Whether it changes nothing but what the task declares to write. */
  #isWithin({ inputs }: Lookup, { changes }: TaskRecord): boolean {
    if (changes.length === 0) return true;
    return changes.every(withinOf(changes, anyMatcher(inputs.written.reach)));
  }

  async restore(name: string, task: Task, { lookup, record, changes }: Wanted): Promise<Restored> {
    const { store, made, receipts } = this.#options;
    const key = lookup.key.digest.hash;
    const result = madeOf(record, lookup.inputs);
    if (changes.length > 0) {
      const { made: known } = made.of(task.id);
      // A kill may leave some of it there.
      made.add(task.id, result);
      const reason = await this.#change(name, task, key, changes);
      if (reason !== undefined) {
        made.set(task.id, known);
        return { ok: false, reason };
      }
    }
    made.set(task.id, result);
    store.used(name, key);
    const seen = changes.length > 0 ? undefined : this.#seen(lookup);
    if (seen === undefined) receipts.drop(task.id);
    else receipts.add(task.id, receiptOf(lookup, record), seen);
    return { ok: true, filesChanged: changes.flatMap(fileChangeOf), isChanged: changes.length > 0 };
  }

  /** All or nothing; a clause where it is nothing. */
  async #change(
    name: string,
    { id }: Task,
    key: string,
    changes: readonly Change[],
  ): Promise<string | undefined> {
    const { store, shared, changing, changed } = this.#options;
    const paths = changes.map(({ path }) => shownPath(path));
    const { prefix } = shared.place;
    // What is not there shows nothing of what tasks have done; that it is not is seen to by the transaction.
    changing(paths.filter((_, index) => changes[index]?.before !== 'absent'));
    try {
      const ofTop = changes.map((change) => ({ ...change, path: toTop(prefix, change.path) }));
      // By this name recovery knows whose result it is that a kill has kept from being written down.
      const done = await shared.transactions.replace(ofTop, `apply ${id}`);
      if (!done.ok) {
        const [path = '' as RawPath] = done.edited;
        return `${shownFromTop(prefix, path)} was edited meanwhile`;
      }
      await shared.applied(id, done.id);
    } catch (error) {
      if (error instanceof Unrestorable) store.remove(name, key);
      return `its result could not be restored: ${reasonOf(error)}`;
    }
    changed(paths);
    return undefined;
  }

  /** All that was looked at; undefined where that is not all that decides. */
  #seen({ inputs: { entries, written, folders } }: Lookup): Seen[] | undefined {
    if (folders === undefined) return undefined;
    const files = new Map([...entries, ...written.entries]);
    const seen = [...files].map(([path, { print }]): Seen => ({ path, numbers: numbersIn(print) }));
    for (const path of folders) {
      const numbers = numbersAt(this.#options.shared.place.root, path);
      if (numbers === undefined) return undefined;
      seen.push({ path, numbers });
    }
    return seen;
  }
}

function receiptOf({ key, about }: Lookup, record: TaskRecord): Receipt {
  const { durationMs, exitCode, verify, output, values, notes } = record;
  return {
    ...{ key: key.digest.hash, about, durationMs, exitCode },
    ...(verify && { verify }),
    ...(output && { output }),
    ...(values && { values }),
    ...(notes && { notes }),
  };
}

/** For the report, which counts files. */
function fileChangeOf({ path, before, after }: Change): FileChange[] {
  if (after.kind === 'folder' || (after.kind === 'absent' && before === undefined)) return [];
  const change = after.kind === 'absent' ? 'deleted' : before === 'absent' ? 'created' : 'modified';
  return [{ path: shownPath(path), change }];
}
