import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Note } from '../../src/model/report.ts';
import { Masker } from '../../src/run/masking/masking.ts';
import { NoteReader, notesIn } from '../../src/run/records/note-reader.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/note-reader');

interface Reading {
  path: string;
  told: Note[];
  reader: NoteReader;
  /** Resolves when something was told. */
  news(): Promise<void>;
}

function reading(path = join(tempDir(), 'task.notes'), secrets: string[] = []): Reading {
  const told: Note[] = [];
  let wake = (): void => {};
  const reader = new NoteReader(
    path,
    (notes) => {
      told.push(...notes);
      wake();
    },
    new Masker(secrets),
  );
  // Its own timer does not keep the process alive.
  const news = (): Promise<void> =>
    new Promise((done) => {
      const alive = setInterval(() => {}, 1_000);
      wake = () => {
        clearInterval(alive);
        done();
      };
    });
  return { path, told, reader, news };
}

test('what is written is told while the task goes on, and each note once', async () => {
  const { path, told, reader, news } = reading();
  appendFileSync(path, 'plan: one\n');
  await news();
  assert.equal(told, [{ kind: 'plan', text: 'one' }]);
  appendFileSync(path, 'issue[low]: two');
  appendFileSync(path, ' => three\n');
  await news();
  assert.equal(told.slice(1), [{ kind: 'issue', severity: 'low', text: 'two', resolution: 'three' }]);
  appendFileSync(path, 'handoff: four');
  reader.close();
  assert.equal(told.slice(2), [{ kind: 'handoff', text: 'four' }]);
});

test('a note is told though the line after it has not ended', async () => {
  const { path, told, reader, news } = reading();
  appendFileSync(path, 'issue: one => two\nplan: not');
  await news();
  assert.equal(told, [{ kind: 'issue', text: 'one', resolution: 'two' }]);
  appendFileSync(path, ' ended\n');
  reader.close();
  assert.equal(told.slice(1), [{ kind: 'plan', text: 'not ended' }]);
});

test('a task that runs again goes on where it was', () => {
  const first = reading();
  appendFileSync(first.path, 'plan: one\n');
  first.reader.close();
  const second = reading(first.path);
  appendFileSync(first.path, 'plan: two\n');
  second.reader.close();
  assert.equal(first.told, [{ kind: 'plan', text: 'one' }]);
  assert.equal(second.told, [{ kind: 'plan', text: 'two' }]);
  assert.is(notesIn(first.path).length, 2);
});

test('no file, a folder in its place, a file that goes away, one that is written anew', () => {
  const none = reading();
  none.reader.close();
  assert.equal(none.told, []);

  const folder = reading();
  mkdirSync(folder.path);
  folder.reader.close();
  assert.equal(folder.told, []);
  assert.equal(notesIn(folder.path), []);

  const gone = reading();
  appendFileSync(gone.path, 'plan: one\n');
  rmSync(gone.path);
  gone.reader.close();
  assert.equal(gone.told, []);

  const path = join(tempDir(), 'task.notes');
  writeFileSync(path, 'plan: a long line that was told before\n');
  const anew = reading(path);
  writeFileSync(path, 'plan: b\n');
  anew.reader.close();
  assert.equal(anew.told, [{ kind: 'plan', text: 'b' }]);
});

test('megabytes without an end of line, and bytes that are no text', () => {
  const { path, told, reader } = reading();
  writeFileSync(path, `plan: ${'x'.repeat(10_000_000)}\n`);
  appendFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x80, 0x0a]));
  appendFileSync(path, '\nhandoff: after all\n');
  reader.close();
  assert.is(told[0]?.kind, 'plan');
  assert.ok((told[0]?.text.length ?? 0) < 40_000);
  assert.equal(told.at(-1), { kind: 'handoff', text: 'after all' });
});

test('of very many notes the first are told, and that there are more', () => {
  const { path, told, reader } = reading();
  writeFileSync(path, 'plan: again\n'.repeat(5_000));
  reader.close();
  assert.is(told.length, 1_001);
  assert.match(told.at(-1)?.text ?? '', /There are more notes/);

  const long = reading();
  writeFileSync(long.path, `note: ${'x'.repeat(15_000)}\nplan: a\n`.repeat(200));
  long.reader.close();
  assert.ok(long.told.length < 200, `${long.told.length}`);
  assert.match(long.told.at(-1)?.text ?? '', /There are more notes/);
});

test('a secret is masked in what is told and, at the end, in the file', () => {
  const { path, told, reader } = reading(undefined, ['hush-hush']);
  appendFileSync(path, 'handoff: the key is hush-hush\n');
  reader.close();
  assert.equal(told, [{ kind: 'handoff', text: 'the key is ***' }]);
  assert.is(readFileSync(path, 'utf8'), 'handoff: the key is ***\n');
});
