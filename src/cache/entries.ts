// What is in a store: everything that has the name and the place of something of ours, and nothing else. Follows no link.

import { lstatSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import type { RealFolder } from '../base/real-folder.ts';
import type { Oid } from '../store/content.ts';
import { BLOBS, DRAFTS, foldersIn, namesIn, type StoreFolder, TASKS } from './store-folder.ts';

const SHARD = /^[0-9a-f]{2}$/;
const REST = /^[0-9a-f]{62}$/;
const DRAFT = /^[0-9a-f]{12}$/;
const KEY = /^[0-9a-f]{64}$/;

/** A file, or what stands in the place of one. */
export interface Entry {
  /** Held until the next entry is asked for. */
  folder: RealFolder;
  /** The names of that folder, from the store on. */
  names: readonly string[];
  name: string;
  size: number;
  /** Milliseconds since 1970: when it was stored or used last. */
  mtimeMs: number;
}

/** Contents. */
export function* blobEntries(store: StoreFolder): Iterable<Entry> {
  yield* within(store.find(BLOBS), function* (blobs) {
    for (const shard of foldersIn(blobs, SHARD))
      yield* within(shard.folder, (folder) => filesIn(folder, [BLOBS, shard.name], REST));
  });
}

/** Of a content: the name of its folder is the beginning of its digest. */
export const oidOf = ({ names: [, shard = ''], name }: Pick<Entry, 'names' | 'name'>): Oid => shard + name;

/** Records, those of a task after each other. */
export function* recordEntries(store: StoreFolder): Iterable<Entry> {
  yield* within(store.find(TASKS), function* (tasks) {
    for (const shard of foldersIn(tasks, SHARD))
      yield* within(shard.folder, function* (inShard) {
        for (const task of foldersIn(inShard, REST))
          yield* within(task.folder, (folder) => filesIn(folder, [TASKS, shard.name, task.name], KEY));
      });
  });
}

/** What is not whole yet. */
export const draftEntries = (store: StoreFolder): Iterable<Entry> =>
  within(store.find(DRAFTS), (drafts) => filesIn(drafts, [DRAFTS], DRAFT));

/** The folders of all these, inner ones first. */
export function* folderEntries(store: StoreFolder): Iterable<{ above: RealFolder; name: string }> {
  for (const top of [BLOBS, TASKS])
    yield* within(store.find(top), function* (held) {
      for (const shard of foldersIn(held, SHARD)) {
        yield* within(shard.folder, function* (inShard) {
          for (const name of namesIn(inShard, REST)) if (top === TASKS) yield { above: inShard, name };
        });
        yield { above: held, name: shard.name };
      }
    });
}

/** Whoever stops asking has it closed, too. */
function* within<T>(held: RealFolder | undefined, list: (held: RealFolder) => Iterable<T>): Iterable<T> {
  if (held === undefined) return;
  try {
    yield* list(held);
  } finally {
    held.close();
  }
}

function* filesIn(folder: RealFolder, names: readonly string[], form: RegExp): Iterable<Entry> {
  for (const name of namesIn(folder, form)) {
    // Gone meanwhile, or nothing that a file could be.
    const stats = orElse(() => lstatSync(folder.pathOf(name)), undefined);
    if (stats === undefined || stats.isDirectory()) continue;
    yield { folder, names, name, size: stats.size, mtimeMs: stats.mtimeMs };
  }
}
