// Refs moved many at a time, all or none, by a git that stays. Unaware of whose they are.

import { session } from './session.ts';

export interface RefChange {
  ref: string;
  /** Undefined: it is deleted. */
  to: string | undefined;
  /** What it must be at; undefined: anything. All zero: there must be none. */
  from?: string;
}

const UPDATE = ['update-ref', '-m', 'ptask', '--stdin'];
const DONE = 'commit: ok\n';

/** Throws `GitError`, and then none of them has moved, unless git was killed when it was done. */
export async function changeRefs(top: string, changes: readonly RefChange[]): Promise<void> {
  if (changes.length === 0) return;
  const lines = changes.map(({ ref, to, from }) =>
    [...(to === undefined ? ['delete', ref] : ['update', ref, to]), ...(from === undefined ? [] : [from])]
      .join(' ')
      .concat('\n'),
  );
  const bodyAfter = (line: string): number => (line === 'start: ok' ? DONE.length : 0);
  await session(top, UPDATE).ask(`start\n${lines.join('')}commit\n`, { bodyAfter, isRepeatable: false });
}

/** As `from`: only where there is none of that name. */
export const noneLike = (oid: string): string => '0'.repeat(oid.length);
