// The sentences about a plan: why one task runs before another, what two tasks have in common, and what is done about it.

import type { Because } from '../model/plan.ts';
import type { Conflict } from '../model/task-pairs.ts';
import { formatCount } from './format.ts';
import { code, join, say, type Text, task } from './text.ts';

/** Why the first runs before the second: `web reads dist/app.js, which build writes`. */
export function edgeReason(from: string, to: string, { kind, witness, resource }: Because): Text {
  switch (kind) {
    case 'needs':
      return say`${task(to)} needs ${task(from)}`;
    case 'write-write':
      return say`both write ${place(witness)}`;
    case 'write-read':
      return say`${task(to)} reads ${place(witness)}, which ${task(from)} writes`;
    case 'resource':
      return say`both use ${resource === undefined ? 'a resource' : code(resource)}`;
    case 'sequential':
      return ['one task at a time was requested'];
  }
}

const place = (witness: string | undefined): Text | string =>
  witness === undefined ? 'the same files' : [code(witness)];

type Terms = Pick<Conflict, 'kind' | 'witness' | 'resource' | 'patterns'>;

/** What two tasks have in common, the writer first. */
export function conflictReason([a, b]: readonly [string, string], terms: Terms): Text {
  const { kind, witness, resource, patterns } = terms;
  const path = witness === undefined ? join([...new Set(patterns)].map(code), ' and ') : [code(witness)];
  if (kind === 'resource') return say`both use ${resource === undefined ? 'a resource' : code(resource)}`;
  return kind === 'write-write'
    ? say`both write ${path}`
    : say`${task(b)} reads ${path}, which ${task(a)} writes`;
}

/** Over what they conflict, by itself. */
export function conflictOver({
  resource,
  clash,
  witness,
  patterns,
  exact,
  files,
}: Omit<Conflict, 'tasks'>): Text {
  if (resource !== undefined) return say`the resource ${code(resource)} (${patterns.join(' and ')})`;
  if (clash) return say`${code(clash.file)}, which cannot be both a file and a folder`;
  const count = files.count > 1 ? ` and ${formatCount(files.count - 1)} more` : '';
  const where = witness === undefined ? join(patterns.map(code), ' and ') : say`${code(witness)}${count}`;
  return say`${where}${exact ? '' : ', not decided exactly'}`;
}

/** What the plan does about a conflict. */
export const RESOLUTIONS: Record<Conflict['resolution'], string> = {
  order: 'one after the other',
  isolate: 'each in its own worktree, then merged',
  exclude: 'never at the same time',
  allow: 'allowed',
};
