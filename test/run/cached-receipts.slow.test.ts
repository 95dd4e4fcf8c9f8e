// Runs in which nothing is looked at but what the disk says of files: what has changed in any way is not taken for what it was. With so
// many files that git looks at them, and without git.

import {
  cpSync,
  lstatSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { assert, suite } from '../support/suite.ts';
import { type Cached, cachedGround, isHit, lookedUp } from './cached-support.ts';

const test = suite('run/cached-receipts');

/** Older than any clock is coarse. */
const OLD_MS = 2_100;
/** All tasks together read so many that git is asked. */
const FILES = 260;

interface Edit {
  isHit: boolean;
  edit(folder: string, at: Cached, name: string): unknown;
}

function rewrite(file: string, content: string): void {
  const { atime, mtime } = lstatSync(file);
  writeFileSync(file, content);
  utimesSync(file, atime, mtime);
}

/** Each of a task that reads the folder. */
const edits: Record<string, Edit> = {
  nothing: { isHit: true, edit: () => {} },
  touched: { isHit: true, edit: (folder) => utimesSync(join(folder, '7'), 1, 1) },
  rewritten: { isHit: false, edit: (folder) => rewrite(join(folder, '7'), '8\n') },
  staged: {
    isHit: false,
    edit: async (folder, { git }) => {
      rewrite(join(folder, '7'), '8\n');
      await git('add', '--all');
      await git('commit', '--quiet', '-m', 'more');
    },
  },
  assumed: {
    isHit: false,
    edit: async (folder, { git }, name) => {
      await git('update-index', '--assume-unchanged', `in/${name}/7`);
      rewrite(join(folder, '7'), '8\n');
    },
  },
  replaced: {
    isHit: false,
    edit: (folder) => {
      rewrite(join(folder, '../spare', '7'), '8\n');
      cpSync(join(folder, '../spare', '7'), join(folder, 'new'), { preserveTimestamps: true });
      renameSync(join(folder, 'new'), join(folder, '7'));
    },
  },
  removed: { isHit: false, edit: (folder) => rmSync(join(folder, '7')) },
  added: { isHit: false, edit: (folder) => writeFileSync(join(folder, 'new'), '') },
  renamed: { isHit: false, edit: (folder) => renameSync(join(folder, '7'), join(folder, 'seven')) },
  ignored: { isHit: false, edit: (folder) => rewrite(join(folder, 'a.log'), 'LOG\n') },
  filled: { isHit: false, edit: (folder) => writeFileSync(join(folder, 'empty'), '1') },
  linked: {
    isHit: false,
    edit: (folder) => {
      renameSync(join(folder, '7'), join(folder, '..', 'seven'));
      symlinkSync('../seven', join(folder, '7'));
    },
  },
  moved: {
    isHit: true,
    edit: (folder) => {
      cpSync(folder, `${folder}-copy`, { recursive: true });
      rmSync(folder, { recursive: true });
      renameSync(`${folder}-copy`, folder);
    },
  },
};

const names = Object.keys(edits);

const files = (): Record<string, string> =>
  Object.fromEntries(
    [...names, 'spare'].flatMap((name) => [
      [`in/${name}/empty`, ''],
      [`in/${name}/a.log`, 'log\n'],
      ...Array.from({ length: FILES }, (_, at) => [`in/${name}/${at}`, `${at}\n`]),
    ]),
  );

const config = {
  tasks: Object.fromEntries(
    names.map((name) => [
      name,
      {
        reads: [`in/${name}/**`],
        writes: [`out/${name}`],
        run: `mkdir -p out && (cd in/${name} && ls && cat *) > out/${name}`,
      },
    ]),
  ),
};

const ways: Record<string, (cache: string) => void> = {
  'with git': () => {},
  'without the index': (cache) => {
    for (const name of readdirSync(cache)) if (name.startsWith('seen-')) rmSync(join(cache, name));
  },
};

for (const [way, harm] of Object.entries(ways))
  test(`what has changed runs again: ${way}`, { timeout: 120_000 }, async () => {
    const at = await cachedGround(files());
    await at.run(config);
    await setTimeout(OLD_MS);
    // Sees that all is in place, and writes that down.
    await at.run(config);
    const cache = join(at.dir, '.git/ptask/top/cache');
    assert.ok(readdirSync(cache).some((name) => name.startsWith('seen-')));
    const before = await at.run(config);
    for (const name of names) assert.ok(isHit(before, name), `${name}: ${lookedUp(before)}`);
    for (const [name, { edit }] of Object.entries(edits)) await edit(join(at.dir, 'in', name), at, name);
    harm(cache);
    const run = await at.run(config);
    for (const [name, { isHit: expected }] of Object.entries(edits))
      assert.is(isHit(run, name), expected, `${name}: ${lookedUp(run)}`);
    const made = at.tree();
    const again = await at.run(config, { cache: { reads: false, writes: false } });
    assert.is(lookedUp(again).filter((line) => line.startsWith('hit')).length, 0);
    assert.equal(at.tree(), made);
  });

test('an edit while the run begins is seen by the next', async () => {
  const at = await cachedGround(files());
  await at.run(config);
  await setTimeout(OLD_MS);
  await at.run(config);
  const folder = join(at.dir, 'in', 'rewritten');
  let isEdited = false;
  const onEvent = (): void => {
    if (!isEdited) rewrite(join(folder, '7'), '8\n');
    isEdited = true;
  };
  await at.run(config, { onEvent });
  await at.run(config);
  assert.match(String(at.tree()['out/rewritten']), '\n8\n');
});
