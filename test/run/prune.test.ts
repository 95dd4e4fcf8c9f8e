import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prune } from '../../src/run/prune.ts';
import { markActive } from '../../src/run/recovery/active.ts';
import { ObjectStore } from '../../src/store/objects.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/prune');

const idOf = (number: number): string => `PARALLEL-20240102-030405-${String(number).padStart(3, '0')}`;

/** Runs that each have saved a content of their own, of ten bytes, and one that all share. */
function runs(count: number): { root: string; home: string; objects: () => number; images: () => number } {
  const root = tempDir();
  const home = join(root, '.ptask/state');
  const store = new ObjectStore(join(root, '.ptask/store'));
  for (let number = 1; number <= count; number++) {
    const folder = join(root, '.ptask/runs', idOf(number));
    mkdirSync(join(folder, 'images'), { recursive: true });
    writeFileSync(join(folder, 'report.json'), '{}');
    const [own, shared] = [String(number).padStart(10), 'shared'].map((text) =>
      store.putBytes(Buffer.from(text)),
    );
    writeFileSync(join(folder, 'images/task.json'), JSON.stringify([{ oid: own }, { oid: shared }]));
    utimesSync(folder, number, number);
  }
  const objects = (): number =>
    readdirSync(join(root, '.ptask/store')).flatMap((name) => readdirSync(join(root, '.ptask/store', name)))
      .length;
  const images = (): number =>
    readdirSync(join(root, '.ptask/runs')).filter((id) =>
      readdirSync(join(root, '.ptask/runs', id)).includes('images'),
    ).length;
  return { root, home, objects, images };
}

test('with the old runs go the contents that only they needed', () => {
  const { root, home, objects } = runs(32);
  assert.is(objects(), 33);
  prune(root, home, idOf(32));
  assert.is(readdirSync(join(root, '.ptask/runs')).length, 20);
  assert.is(objects(), 21);
});

test('nothing goes where no run does', () => {
  const { root, home, objects } = runs(25);
  prune(root, home, idOf(25));
  assert.is(objects(), 26);
});

test('nothing goes while somebody else is at work', () => {
  const { root, home, objects } = runs(32);
  const other = markActive(home, idOf(31));
  prune(root, home, idOf(32));
  other.remove();
  assert.is(objects(), 33);
});

test('what is too much altogether goes, the oldest first', () => {
  const { root, home, objects, images } = runs(32);
  prune(root, home, idOf(32), 60);
  assert.is(objects(), 6);
  assert.is(images(), 5);
});
