// What the slow tests of the cache's store start many of, and kill: `cache-child <what> <folder> …`, see below. It says on stdout
// what has gone wrong, and nothing where all is well.

import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { codeOf } from '../../src/base/error-code.ts';
import { CacheStore } from '../../src/cache/cache-store.ts';
import { ResultContents } from '../../src/cache/result-contents.ts';
import { sweep } from '../../src/cache/sweep.ts';
import { sweepOnce } from '../../src/cache/sweep-once.ts';
import { DamagedBlob } from '../../src/store/blob-store.ts';
import {
  blobPath,
  contentsOf,
  keyOf,
  partsOf,
  putContents,
  recordOf,
  sha256,
  taskOf,
} from '../cache/support.ts';

const [what = '', folder = '', ...given] = process.argv.slice(2);
const store = new CacheStore(folder);
const DAY = 86_400_000;

const say = (problem: string): void => void process.stdout.write(`${problem}\n`);

/** Numbers that look like chance, and are the same each time. */
function* chance(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const WORK: Record<string, () => Promise<void> | void> = {
  /** Stores and reads what all others store and read, again and again: nothing is ever anything else than what was stored. */
  async use() {
    const [scratch = '', me = '0', rounds = '0', mayBeGone = ''] = given;
    const random = chance(Number(me));
    const pick = (most: number): number => Math.floor(random.next().value * most);
    for (let round = 0; round < Number(rounds); round += 1) {
      try {
        const number = pick(30);
        await save(number, join(scratch, `${me}-from`));
        await check(pick(30), join(scratch, `${me}-to`));
        await putAgain(`${me} ${pick(5)}`, mayBeGone !== '');
      } catch (error) {
        if (mayBeGone === '' || codeOf(error) !== 'ENOENT') say(String((error as Error).stack));
      }
    }
  },
  hit() {
    for (let hits = 0; hits < Number(given[0]); hits += 1) {
      store.used(taskOf(1), keyOf(1));
      store.close();
    }
  },
  /** Until it is killed. */
  async sweep() {
    for (;;) {
      sweep(store.folder, { maxSize: 400_000, maxAgeMs: DAY });
      await turn();
    }
  },
  async remove() {
    for (;;) {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // Others are writing into it.
      }
      for (let turns = 0; turns < 100; turns += 1) await turn();
    }
  },
  /** Stores one of everything. */
  async store() {
    const [dir = ''] = given;
    await save(1, join(dir, 'small'));
    for (let hits = 0; hits < 2; hits += 1) {
      store.used(taskOf(1), keyOf(1));
      store.close();
    }
    await store.put(join(dir, 'large'));
  },
  once() {
    sweepOnce(store.folder, { maxSize: Number(given[0]), maxAgeMs: DAY });
  },
};

async function save(number: number, from: string): Promise<void> {
  const record = recordOf(number);
  writeFileSync(from, contentsOf(number).at(-1) as string);
  await store.put(from);
  putContents(store, record.changes);
  store.write(taskOf(number), keyOf(number), record, partsOf(number));
}

async function check(number: number, to: string): Promise<void> {
  const record = store.read(taskOf(number), keyOf(number));
  if (record === undefined) return;
  if (!isDeepStrictEqual(record, recordOf(number))) say(`record ${number} is another`);
  store.used(taskOf(number), keyOf(number));
  for (const { parts } of store.partsOf(taskOf(number), 1)) if (parts.size === 0) say('parts are missing');
  const contents = new ResultContents(store, record);
  for (const content of contentsOf(number)) {
    const oid = sha256(content);
    rmSync(to, { force: true });
    try {
      await contents.get(oid, to, 0o600);
      if (readFileSync(to, 'utf8') !== content) say(`content ${oid} is another`);
    } catch (error) {
      if (!(error instanceof DamagedBlob) || !error.message.endsWith('missing')) say(String(error));
    }
  }
}

/** A content that only this process puts, and that nobody names: as if it had been put long ago, and then again. */
async function putAgain(content: string, mayBeGone: boolean): Promise<void> {
  const oid = store.putBytes(Buffer.from(content));
  try {
    utimesSync(join(folder, blobPath(oid)), 1, 1);
  } catch {
    // Swept.
  }
  await turn();
  store.putBytes(Buffer.from(content));
  for (let looks = 0; looks < 3; looks += 1) {
    if (!mayBeGone && !(await isBack(oid, content.length))) say(`what was put just now is gone: ${content}`);
    await turn();
  }
}

WORK[what]?.()?.catch((error: unknown) => {
  say(String((error as Error).stack));
  process.exitCode = 1;
});

/** A sweep that finds it wanted after all puts it back at once. */
async function isBack(oid: string, size: number): Promise<boolean> {
  for (let looks = 0; looks < 200; looks += 1) {
    if (store.has(oid, size)) return true;
    await turn();
  }
  return false;
}
