// A store of results that holds many, made with nothing but the calls that it takes.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '../../src/base/digest.ts';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { encodeRecord } from '../../src/cache/record-file.ts';
import { TASKS } from '../../src/cache/store-folder.ts';

/** Results of a task. */
const EACH = 100;

/** @param folder absolute */
export function fillStore(folder: string, results: number): void {
  const store = new CacheStore(folder);
  const storedAt = Date.now();
  for (let index = 0; index < results; index += 1) {
    const task = `task ${Math.floor(index / EACH)}`;
    const key = digestOf(`key ${index}`);
    const bytes = Buffer.from(`output ${index % 2_000}\n`);
    const output = { oid: index < 2_000 ? store.putBytes(bytes) : digestOf(bytes), size: bytes.length };
    const record = { task, durationMs: 12, storedAt, exitCode: 0, changes: [], packs: [], output };
    const path = pathOf(folder, task, key);
    if (index % EACH === 0) mkdirSync(dirname(path), { recursive: true });
    const handle = openSync(path, 'wx');
    writeSync(handle, encodeRecord({ task, key, record }, new Map()));
    closeSync(handle);
  }
}

function pathOf(folder: string, task: string, key: string): string {
  const digest = digestOf(task);
  return join(folder, TASKS, digest.slice(0, 2), digest.slice(2), key);
}
