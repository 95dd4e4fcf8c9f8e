import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markActive } from '../../src/run/records/run-mark.ts';
import { objectsFolder, runsIn, stateDirOf } from '../../src/run/records/state-dir.ts';
import { prune } from '../../src/run/recovery/prune.ts';
import { ObjectStore } from '../../src/store/objects.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/prune');

const idOf = (number: number): string => `PARALLEL-20240102-030405-${String(number).padStart(3, '0')}`;

/** Runs that each have saved a content of their own, of ten bytes, and one that all share. */
function runs(count: number): { root: string; home: string; objects: () => number; images: () => number } {
  const root = tempDir();
  mkdirSync(join(root, '.git'));
  writeFileSync(join(root, '.git/HEAD'), 'ref: refs/heads/main\n');
  const place = stateDirOf(root);
  const { home } = place;
  const store = new ObjectStore(objectsFolder(root));
  for (let number = 1; number <= count; number++) {
    const folder = join(root, '.ptask/runs', idOf(number));
    const state = join(runsIn(place), idOf(number));
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(state, 'images'), { recursive: true });
    writeFileSync(join(folder, 'report.json'), '{}');
    const [own, shared] = [String(number).padStart(10), 'shared'].map((text) =>
      store.putBytes(Buffer.from(text)),
    );
    writeFileSync(join(state, 'images/task.json'), JSON.stringify([{ oid: own }, { oid: shared }]));
    utimesSync(folder, number, number);
  }
  const objects = (): number =>
    readdirSync(objectsFolder(root)).flatMap((name) => readdirSync(join(objectsFolder(root), name))).length;
  const images = (): number =>
    readdirSync(runsIn(place)).filter((id) => readdirSync(join(runsIn(place), id)).includes('images')).length;
  return { root, home, objects, images };
}

test('with the old runs go the contents that only they needed', () => {
  const { root, home, objects } = runs(32);
  assert.is(objects(), 33);
  prune(root, home, idOf(32));
  for (const folder of [join(root, '.ptask/runs'), runsIn(stateDirOf(root))])
    assert.is(readdirSync(folder).length, 20);
  assert.is(objects(), 21);
});

test('old are those that ran first, whatever their names say of the time', () => {
  const { root, home } = runs(32);
  const place = stateDirOf(root);
  for (let number = 1; number <= 32; number++) {
    // One that tells it by its logs alone, and one by its state.
    const folder = number % 2 === 0 ? join(root, '.ptask/runs') : runsIn(place);
    writeFileSync(join(folder, idOf(number), 'ordinal'), `${40 - number}\n`);
  }
  prune(root, home, idOf(1));
  const left = Array.from({ length: 20 }, (_, index) => idOf(index + 1));
  assert.equal(readdirSync(join(root, '.ptask/runs')).sort(), left);
});

test('nothing goes where no run does', () => {
  const { root, home, objects } = runs(25);
  prune(root, home, idOf(25));
  assert.is(objects(), 26);
});

test('nothing goes while somebody else is at work', () => {
  const { root, home, objects } = runs(32);
  const other = markActive(home, { id: idOf(31), state: join(home, 'top/runs', idOf(31)) });
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
