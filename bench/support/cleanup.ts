// Leaves nothing behind: temporary folders and child processes go when the bench ends, also on Ctrl-C.

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds that a child has for ending in good order: ptask first stops its own tasks. */
const GRACE_MS = 6_000;

const folders = new Set<string>();
const children = new Set<ChildProcess>();

process.on('exit', removeFolders);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => {
    const leave = (): never => process.exit(128 + constants.signals[name]);
    for (const child of children) {
      child.once('exit', () => children.size === 0 && leave());
      child.kill('SIGTERM');
    }
    if (children.size === 0) leave();
    setTimeout(() => {
      for (const child of children) child.kill('SIGKILL');
      leave();
    }, GRACE_MS);
  });
}

function removeFolders(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // What a killed tool has left running still writes there: the other folders go all the same.
    }
  }
}

/** A new empty folder. */
export function tempDir(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ptask-bench-')));
  folders.add(folder);
  return folder;
}

/** Ends with the bench, whatever happens. */
export function watch(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => children.delete(child));
}
