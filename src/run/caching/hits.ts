// A result that is in the cache: found only where all of it is there and right, and put where it belongs as a whole or not at all.

import { ancestorsOf } from '../../base/path-names.ts';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import type { MadeFiles } from '../../cache/made.ts';
import { madeOf } from '../../cache/own-work.ts';
import type { TaskRecord } from '../../cache/record.ts';
import { changesTo } from '../../cache/task-result.ts';
import type { Task } from '../../config/config.ts';
import { shownFromTop, toTop } from '../../git/prefix.ts';
import type { FileChange } from '../../model/report.ts';
import type { Change } from '../../store/change.ts';
import { Unrestorable } from '../../store/stage.ts';
import { coversOf } from '../workspace/pattern-reach.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { Lookup } from './lookups.ts';
import { readSaid, type Said } from './said.ts';

export interface Hit {
  lookup: Lookup;
  record: TaskRecord;
  said: Said;
}

export type Restored =
  | { ok: true; filesChanged: FileChange[] }
  /** A clause. */
  | { ok: false; reason: string };

export interface HitsOptions {
  store: CacheStore;
  shared: SharedTree;
  made: MadeFiles;
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
    if (said !== undefined && this.#isWithin(lookup, record) && this.#isWhole(lookup, record))
      return { lookup, record, said };
    store.remove(name, key);
    return undefined;
  }

  /** Whether it changes nothing but what the task declares to write. */
  #isWithin({ inputs }: Lookup, { changes }: TaskRecord): boolean {
    if (changes.length === 0) return true;
    const covers = coversOf(inputs.written.reach);
    const above = new Set(changes.flatMap(({ path }) => ancestorsOf(path)));
    return changes.every(({ path, kind }) => {
      const shown = shownPath(path);
      if (covers(shown)) return true;
      // A folder is part of it by what it may hold.
      return (kind === 'folder' || kind === 'absent') && (above.has(path) || covers(`${shown}/any`));
    });
  }

  /** Whether all contents are there that are not in the tree already. What they are is seen when they are read. */
  #isWhole(lookup: Lookup, record: TaskRecord): boolean {
    const sizes = new Map(
      record.changes.flatMap((change) => (change.kind === 'file' ? [[change.oid, change.size]] : [])),
    );
    return this.#changesOf(lookup, record).every(({ after }) => {
      if (after.kind !== 'file' || !('oid' in after.content)) return true;
      const { oid } = after.content;
      return this.#options.store.has(oid, sizes.get(oid) ?? -1);
    });
  }

  #changesOf({ inputs }: Lookup, { changes }: TaskRecord): Change[] {
    return changesTo(changes, inputs.written, inputs.own, this.#options.store);
  }

  async restore(name: string, { id }: Task, { lookup, record }: Hit): Promise<Restored> {
    const { store, shared, made, changing, changed } = this.#options;
    const changes = this.#changesOf(lookup, record);
    const result = madeOf(record, lookup.inputs);
    if (changes.length > 0) {
      const paths = changes.map(({ path }) => shownPath(path));
      const { prefix } = shared.place;
      const { made: known } = made.of(id);
      // A kill may leave some of it there.
      made.add(id, result);
      changing(paths);
      try {
        const ofTop = changes.map((change) => ({ ...change, path: toTop(prefix, change.path) }));
        // By this name recovery knows whose result it is that a kill has kept from being written down.
        const done = await shared.transactions.replace(ofTop, `apply ${id}`);
        if (!done.ok) {
          made.set(id, known);
          const [path = '' as RawPath] = done.edited;
          return { ok: false, reason: `${shownFromTop(prefix, path)} was edited meanwhile` };
        }
        shared.applied(id, done.id);
      } catch (error) {
        made.set(id, known);
        if (error instanceof Unrestorable) store.remove(name, lookup.key.digest.hash);
        return { ok: false, reason: `its result could not be restored: ${reasonOf(error)}` };
      }
      changed(paths);
    }
    made.set(id, result);
    store.used(name, lookup.key.digest.hash);
    return { ok: true, filesChanged: changes.flatMap(fileChangeOf) };
  }
}

/** For the report, which counts files. */
function fileChangeOf({ path, before, after }: Change): FileChange[] {
  if (after.kind === 'folder' || (after.kind === 'absent' && before === undefined)) return [];
  const change = after.kind === 'absent' ? 'deleted' : before === 'absent' ? 'created' : 'modified';
  return [{ path: shownPath(path), change }];
}
