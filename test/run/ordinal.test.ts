// The order of runs, whatever has become of the files that tell of it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunFolder, listRuns, numberRun, type RunFolder } from '../../src/run/records/run-folder.ts';
import { stateDirOf } from '../../src/run/records/state-dir.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/ordinal');

function numbered(root: string): RunFolder {
  const run = createRunFolder(root);
  numberRun(root, run);
  return run;
}

const ordinals = (root: string): number[] => listRuns(root).map(({ ordinal }) => ordinal);

/** A repository, as far as it is looked at. */
function rootOf(): string {
  const root = tempDir();
  for (const folder of ['objects', 'refs']) mkdirSync(join(root, '.git', folder), { recursive: true });
  writeFileSync(join(root, '.git/HEAD'), 'ref: refs/heads/main\n');
  return root;
}

test('each run is behind all others, in the order in which it had the work tree', () => {
  const root = rootOf();
  const [first, second] = [createRunFolder(root), createRunFolder(root)];
  numberRun(root, second);
  numberRun(root, first);
  numbered(root);
  assert.equal(ordinals(root), [1, 2, 3]);
  assert.equal(
    listRuns(root)
      .slice(0, 2)
      .map(({ id }) => id),
    [second.id, first.id],
  );
});

test('where the last number is gone or damaged, the runs tell it', () => {
  const root = rootOf();
  const last = join(stateDirOf(root).home, 'ordinal');
  for (const _ of 'ab') numbered(root);
  rmSync(last);
  numbered(root);
  for (const text of ['', 'x', '-1\n', '1e99\n']) {
    writeFileSync(last, text);
    numbered(root);
  }
  assert.equal(ordinals(root), [1, 2, 3, 4, 5, 6, 7]);
});

test('a run of which nothing is left but its logs counts, and one that is gone altogether is not followed by its number', () => {
  const root = rootOf();
  const [first, second] = [numbered(root), numbered(root)];
  rmSync(first.state, { recursive: true });
  writeFileSync(join(first.path, 'ordinal'), '9\n');
  assert.is(ordinals(root).at(-1), 9);
  const third = numbered(root);
  for (const folder of [second.state, second.path]) rmSync(folder, { recursive: true });
  numbered(root);
  assert.equal(ordinals(root), [9, 10, 11]);
  assert.is(listRuns(root)[1]?.id, third.id);
});
