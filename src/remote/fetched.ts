// Contents that are wanted whole for a moment, such as what a command has printed: the large ones wait in a folder until somebody reads
// them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest, Target } from './contents.ts';
import type { Engine } from './engine.ts';

/** @param folder for what is large; it is up to the caller to remove it */
export async function fetchAll(
  engine: Engine,
  digests: readonly Digest[],
  folder: string,
  signal: AbortSignal,
): Promise<(digest: Digest) => Buffer> {
  const held = new Map<string, Buffer>();
  const large = new Map<string, string>();
  const target: Target = {
    bytes: ({ hash }, bytes) => void held.set(hash, bytes),
    draft: ({ hash }) => join(folder, `fetched-${hash}`),
    file: ({ hash }, draft) => void large.set(hash, String(draft)),
  };
  await engine.download(digests, target, { signal });
  return ({ hash }) => held.get(hash) ?? readFileSync(large.get(hash) as string);
}
