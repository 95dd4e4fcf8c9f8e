// Many files at once, as receipts want them looked at: by git, with an index file of ours that says what they were like.

import { writeSync } from 'node:fs';
import { cacheFile, tidyCache, writeCache } from '../../base/cache-file.ts';
import { orElse } from '../../base/error-code.ts';
import { look } from '../../base/look.ts';
import { locate, type RawPath, rawPath } from '../../base/raw-path.ts';
import { uniqueWord } from '../../base/unique-word.ts';
import type { ManyFiles, Remembered } from '../../cache/receipts.ts';
import { isSame, type Seen } from '../../cache/seen-table.ts';
import { fromTop, toTop } from '../../git/prefix.ts';
import type { Repository } from '../../git/repository.ts';
import { changedSince, type StatFile, statIndex } from '../../git/stat-check.ts';
import { isWindows } from '../process/platform.ts';

/** With what the names of the index files begin. */
const FILE = 'seen-';
/** Another run may be about to ask. */
const MOST = 2;

/**
 * A file that is not there, and of which the index says that it was. Git names it each time, or it has not read this index to its end:
 * without one, to git, there are no files, and none has changed. So it is the last, by a character that is left to private use.
 */
const canary = (word: string): RawPath => rawPath(`\u{10fffd}${word}`);

/** @param root of the config @param repository in which that lies */
export function manyFilesIn(root: string, repository: Repository | undefined): ManyFiles {
  // On Windows git finds less of a file than Node does.
  if (repository === undefined || isWindows)
    return { remember: async () => undefined, changedSince: async () => undefined };
  const { prefix } = repository;
  return {
    // What the disk will not say, or take, is not remembered.
    remember: async (files) => orElse(() => remember(root, repository, files), undefined),
    async changedSince(word) {
      const index = cacheFile(root, FILE + word);
      if (index === undefined) return undefined;
      const changed = await changedSince(repository, index).catch((): RawPath[] => []);
      const others = changed.filter((path) => path !== canary(word));
      return others.length < changed.length ? others.map((path) => fromTop(prefix, path)) : undefined;
    },
  };
}

function remember(root: string, repository: Repository, files: readonly Seen[]): Remembered | undefined {
  const word = uniqueWord();
  const { known, others } = asTheyAre(root, files);
  const all = known.map(({ path, stats }) => ({ path: toTop(repository.prefix, path), stats }));
  const bytes = statIndex(repository, all, canary(word));
  const isWritten = writeCache(root, FILE + word, (handle) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
  });
  tidyCache(root, FILE, MOST);
  return isWritten ? { word, others } : undefined;
}

/** Those of which the disk says what it said, and that is all there is to say of them. */
function asTheyAre(
  root: string,
  files: readonly Seen[],
): { known: StatFile[]; others: Remembered['others'] } {
  const known: StatFile[] = [];
  const others: RawPath[] = [];
  for (const { path, numbers } of files) {
    const stats = look(locate(root, path));
    if (stats?.isFile() && isSame(numbers, stats)) known.push({ path, stats });
    else others.push(path);
  }
  return { known, others };
}
