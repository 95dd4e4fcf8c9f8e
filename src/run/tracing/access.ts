// What a command does to files, as whoever watches it tells. Types only.

import type { RawPath } from '../../base/raw-path.ts';

/** Paths are absolute. */
export type Access =
  | {
      /**
       * `look`: it was asked of a file what the system says of it; `list`: which names are in a folder; `create`: it may not have been
       * there before; `folder`: a new one.
       */
      kind: 'read' | 'look' | 'list' | 'create' | 'write' | 'remove' | 'folder';
      path: RawPath;
    }
  | { kind: 'rename'; path: RawPath; to: RawPath };
