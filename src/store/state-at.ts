// What stands at a path, as a change would have it.

import { readlinkSync } from 'node:fs';
import { look, mtimeOf, permissionsOf } from '../base/look.ts';
import { type FsPath, rawPathOf } from '../base/raw-path.ts';
import type { PathState } from './change.ts';

/** The content of a file is the file itself. Undefined for a FIFO, a socket or a device, which cannot be made again. */
export function stateAt(at: FsPath): PathState | undefined {
  const stats = look(at);
  if (stats === undefined) return { kind: 'absent' };
  if (stats.isDirectory()) return { kind: 'folder', mode: permissionsOf(stats) };
  if (stats.isSymbolicLink()) return { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')) };
  if (!stats.isFile()) return undefined;
  return { kind: 'file', content: { copied: at }, mode: permissionsOf(stats), mtime: mtimeOf(stats) };
}
