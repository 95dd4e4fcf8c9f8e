// What was decided in git's object store, done to the user's files: all or none.

import { join } from 'node:path';
import { look } from '../../base/look.ts';
import { locate, type RawPath } from '../../base/raw-path.ts';
import { type Fingerprint, printOf } from '../../base/stat-fingerprint.ts';
import type { RawView } from '../../git/raw-view.ts';
import type { Repository } from '../../git/repository.ts';
import { stage } from '../../git/stage.ts';
import type { PathState } from '../../store/change.ts';
import { stateAt } from '../../store/state-at.ts';
import type { SharedTree } from '../workspace/shared/shared-tree.ts';
import type { TaskResult } from '../workspace/worktree/results.ts';
import { type Decided, filesToChange, fromGit } from './files-to-change.ts';

export interface PutContext {
  repository: Repository;
  view: RawView;
  /** Undefined when no file of it is to be changed. */
  tree: SharedTree | undefined;
  /** A folder for what is needed for a moment. */
  scratch: string;
}

/** False, with nothing changed, when somebody has edited one of the files since it was looked at. */
export async function put(
  { repository, view, tree: shared, scratch }: PutContext,
  result: TaskResult,
  decided: Decided,
): Promise<boolean> {
  if (shared === undefined) return true;
  const folder = join(scratch, 'staged');
  const staged = await stage(repository, view, { changes: fromGit(result, decided), folder });
  const merged = (path: RawPath): PathState => {
    const at = staged.get(path);
    const state = at === undefined ? undefined : stateAt(at);
    if (at === undefined || state === undefined) throw new Error(`what was staged is gone: ${path}`);
    return state.kind === 'file' ? { ...state, content: { moved: at } } : state;
  };
  const now = (path: RawPath): PathState | undefined => stateAt(locate(repository.top, path));
  const changes = filesToChange(result, decided, { now, merged });
  if (changes.length === 0) return true;
  const done = await shared.transactions.replace(changes, `apply ${result.task}`);
  if (done.ok) await shared.applied(result.task, done.id);
  return done.ok;
}

export function fingerprintsOf(top: string, paths: Iterable<RawPath>): Map<RawPath, Fingerprint | 'absent'> {
  return new Map([...paths].map((path) => [path, printOf(look(locate(top, path)))]));
}
