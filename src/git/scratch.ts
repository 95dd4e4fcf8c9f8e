// A folder for the time of some work. Unaware of what is put there.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** @param within a folder of ours, made if need be */
export async function withScratch<T>(within: string, work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(within, { recursive: true });
  const folder = mkdtempSync(join(within, 'ptask-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
