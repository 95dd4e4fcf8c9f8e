// Many processes at one store at once, a sweep that never ends among them, or somebody who removes all of it again and again:
// what is read is what was stored, or nothing; and what was put just now stays.

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { hitsOf } from '../../src/cache/hit-count.ts';
import { sweep } from '../../src/cache/sweep.ts';
import { atEnd } from '../support/cleanup.ts';
import { program } from '../support/program.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { keyOf, partsOf, recordOf, scene, taskOf } from './support.ts';

const test = suite('cache/races');
const SLOW = { timeout: 240_000 };

let child = '';
test.before(async () => {
  child = await program('support/cache-child.ts');
});

interface Started {
  process: ChildProcess;
  /** What it has said, once it has ended. */
  said: Promise<string>;
}

function start(...args: string[]): Started {
  const started = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd('end a child', () => void started.kill('SIGKILL'));
  let said = '';
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return { process: started, said: new Promise((done) => started.on('close', () => done(said))) };
}

/** Some who use it, beside whoever does something else to it until they are done. */
async function race(folder: string, other: string, ...more: string[]): Promise<string[]> {
  const scratch = tempDir();
  const others = [start(other, folder), start(other, folder)];
  const users = [1, 2, 3, 4].map((me) => start('use', folder, scratch, String(me), '300', ...more));
  const problems = await Promise.all(users.map(({ said }) => said));
  assert.ok(others.every(({ process: { exitCode } }) => exitCode === null));
  for (const { process: each } of others) each.kill('SIGKILL');
  return [...problems, ...(await Promise.all(others.map(({ said }) => said)))];
}

test('beside sweeps', SLOW, async () => {
  const { folder } = scene();
  assert.equal(await race(folder, 'sweep'), ['', '', '', '', '', '']);
  await isRightAfter(folder);
});

test('beside somebody who removes the folder', SLOW, async () => {
  const { folder } = scene();
  const [problems, others] = [await race(folder, 'remove', 'may be gone'), 4];
  assert.equal(problems.slice(0, others), ['', '', '', '']);
  await isRightAfter(folder);
});

test('no hit is counted twice, or not at all', SLOW, async () => {
  const { folder, store } = scene();
  store.write(taskOf(1), keyOf(1), recordOf(1), partsOf(1));
  const all = [1, 2, 3, 4].map(() => start('hit', folder, '500'));
  for (const { said } of all) assert.is(await said, '');
  assert.is(hitsOf(store.folder).count, 2_000);
});

/** Whatever has happened to it, it can be used, and swept. */
async function isRightAfter(folder: string): Promise<void> {
  const store = new CacheStore(folder);
  for (const number of [1, 2]) {
    for (const content of ['a', 'b']) store.putBytes(Buffer.from(content));
    store.write(taskOf(number), keyOf(number), recordOf(number), new Map());
    assert.equal(store.read(taskOf(number), keyOf(number)), recordOf(number));
  }
  sweep(store.folder, { maxSize: 0, maxAgeMs: 0 }, Date.now() + 2 * 86_400_000);
  assert.is(store.read(taskOf(1), keyOf(1)), undefined);
  assert.is(store.sizeOf(await store.put(join(import.meta.dirname, 'races.slow.test.ts'))) > 0, true);
}
