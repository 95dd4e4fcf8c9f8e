/** From a task's result and a merge to the changes of the user's files. */
import type { RawPath } from '../../src/base/raw-path.ts';
import type { TreeChange } from '../../src/git/tree.ts';
import { type Decided, filesToChange } from '../../src/run/integrate/files-to-change.ts';
import type { ResultChange } from '../../src/run/workspace/worktree/results.ts';
import type { PathState } from '../../src/store/change.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/files-to-change');

const P = 'p' as RawPath;
const OLD = '100644';

const file = (content: string, mode = 0o644, mtime = 1): PathState => ({
  kind: 'file',
  content: { copied: content },
  mode,
  mtime,
});
const folder = (mode: number): PathState & { kind: 'folder' } => ({ kind: 'folder', mode });
const link: PathState = { kind: 'link', target: 'elsewhere' as RawPath };
const absent = { kind: 'absent' } as const;

const blob = (oid: string, mode = OLD) => ({ oid, mode });
const merge = (oid: string | undefined, after: PathState, setsMode = false): ResultChange => ({
  way: 'merge',
  path: P,
  tree: { path: P, before: blob('base'), ...(oid === undefined ? {} : { after: blob(oid) }) },
  after,
  setsMode,
});

/** What becomes of the one path. @param oid what the merge leaves there; null for nothing, undefined for no change */
function at(
  changes: ResultChange[],
  oid: string | null | undefined,
  now: PathState | undefined,
  more: Partial<Decided> = {},
  mode = OLD,
): PathState | undefined {
  const tree: TreeChange[] =
    oid === undefined
      ? []
      : [{ path: P, before: blob('ours'), ...(oid !== null && { after: blob(oid, mode) }) }];
  const decided: Decided = { changes: tree, prints: new Map([[P, 'seen']]), skipped: new Set(), ...more };
  const disk = { now: () => now, merged: () => file('merged', 0o600) };
  const [change, ...others] = filesToChange({ changes }, decided, disk);
  assert.equal(others, []);
  if (change !== undefined && change.after.kind !== 'folder' && changes[0]?.way !== 'folder')
    assert.is(change.before, 'seen', 'an edit of somebody in between is found');
  return change?.after;
}

test('what git merges', () => {
  const theirs = file('theirs', 0o640);
  for (const [name, change, oid, now, expected] of [
    [
      'as the task left it, with the permissions of the file there',
      merge('theirs', theirs),
      'theirs',
      file('ours', 0o600),
      file('theirs', 0o600),
    ],
    ['new to the tree: with those of the copy', merge('theirs', theirs), 'theirs', absent, theirs],
    [
      'permissions that the task has set',
      merge('theirs', theirs, true),
      'theirs',
      file('ours', 0o600),
      theirs,
    ],
    [
      'merged with others: from git',
      merge('theirs', theirs),
      'both',
      file('ours', 0o600),
      file('merged', 0o600),
    ],
    [
      'merged, and permissions set',
      merge('theirs', theirs, true),
      'both',
      file('ours', 0o600),
      file('merged', 0o640),
    ],
    ['a link in the place of a file', merge('link', link), 'link', file('ours'), link],
    ['deleted', merge(undefined, absent), null, file('ours'), absent],
    ['no change after all', merge('theirs', theirs), undefined, file('theirs', 0o600), undefined],
    [
      'no change but its permissions',
      merge('theirs', theirs, true),
      undefined,
      file('ours', 0o600),
      file('ours', 0o640),
    ],
    ['a FIFO is there', merge('theirs', theirs), 'theirs', undefined, theirs],
  ] as const)
    assert.equal(at([change], oid, now), expected, name);
});

test('git decides who may execute a file', () => {
  const theirs = file('theirs', 0o700);
  assert.equal(
    at([merge('theirs', theirs)], 'both', file('ours', 0o640), {}, '100755'),
    file('merged', 0o750),
  );
  assert.equal(at([merge('theirs', theirs)], 'both', file('ours', 0o750)), file('merged', 0o640));
});

test('a submodule stays as it is', () => {
  assert.is(at([], 'commit', folder(0o755), {}, '160000'), undefined);
});

test('what git ignores is taken whole, or left', () => {
  const change: ResultChange = { way: 'replace', path: P, before: 'absent', after: file('theirs', 0o640) };
  assert.equal(at([change], undefined, file('ours', 0o600)), file('theirs', 0o640));
  assert.is(at([change], undefined, file('ours'), { skipped: new Set([P]) }), undefined);
});

test('what was written and came out the same gets its time, and its permissions if they are new', () => {
  const touch = (mode?: number): ResultChange => ({ way: 'touch', path: P, mtime: 2, ...(mode && { mode }) });
  assert.equal(at([touch()], undefined, file('ours', 0o600)), file('ours', 0o600, 2));
  assert.equal(at([touch(0o640)], undefined, file('ours', 0o600)), file('ours', 0o640, 2));
  assert.is(at([touch()], undefined, file('ours', 0o600, 2)), undefined);
  for (const now of [absent, link, folder(0o755)]) assert.is(at([touch(0o640)], undefined, now), undefined);
});

test('folders come and go', () => {
  const comes: ResultChange = { way: 'folder', path: P, after: folder(0o700) };
  const goes: ResultChange = { way: 'folder', path: P, after: absent };
  assert.equal(at([comes], undefined, absent), folder(0o700));
  assert.equal(at([comes], undefined, folder(0o755)), folder(0o755), 'its permissions stay');
  assert.is(at([comes], undefined, file('ours')), undefined);
  assert.equal(at([goes], undefined, folder(0o755)), absent);
  for (const now of [absent, file('ours'), undefined]) assert.is(at([goes], undefined, now), undefined);
});
