// Old runs go, and with them the saved contents that no other run needs: for whoever has the work tree to himself.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectStore } from '../../store/objects.ts';
import { listRuns, pruneRuns } from '../records/run-folder.ts';
import { marked } from '../records/run-mark.ts';
import { imagesFolder } from '../records/scratch.ts';
import { objectsFolder } from '../records/state-dir.ts';

/** Bytes that the saved contents of all runs may come to; the oldest ones that go beyond can no longer be undone. */
const MOST = 2 * 1024 ** 3;

/** Looked at only when a run went, so that it costs nothing most of the time. @param most see `MOST` */
export function prune(root: string, home: string, runId: string, most = MOST): void {
  // Somebody who works under our lock may have saved what no image names yet.
  if (marked(home).some((other) => other !== runId)) return;
  if (pruneRuns(root) === 0) return;
  const store = new ObjectStore(objectsFolder(root));
  const keep = new Set<string>();
  let bytes = 0;
  for (const { state } of listRuns(root).reverse()) {
    const needed = contentsOf(imagesFolder(state)).filter((oid) => !keep.has(oid));
    for (const oid of new Set(needed)) bytes += store.sizeOf(oid);
    if (bytes > most) rmSync(imagesFolder(state), { recursive: true, force: true });
    else for (const oid of needed) keep.add(oid);
  }
  store.sweep(keep);
}

/** The contents that the images in a folder name. */
function contentsOf(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [...text.matchAll(/"oid":"([0-9a-f]{64})"/g)].map(([, oid]) => oid as string);
  });
}
