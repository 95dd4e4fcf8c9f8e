// Turns that processes take in a repository.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart, thisProcess } from '../../src/base/liveness.ts';
import { locked } from '../../src/git/lock.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('git/lock');

/** By whoever has started the tests. */
const HELD = { ...thisProcess(), pid: process.ppid, started: processStart(process.ppid), what: 'ptask' };

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: Error) => error.message,
  );

for (const [who, holder, said] of [
  ['lives', HELD, `process ${process.ppid} on ${HELD.host}`],
  ['cannot be seen', { ...HELD, host: 'elsewhere', pid: 7 }, 'process 7 on elsewhere'],
] as const)
  test(`who waits for one that ${who} says so once, and hears the end`, async () => {
    const folder = tempDir();
    write(folder, { 'lock-2': JSON.stringify(holder) });
    const told: string[] = [];
    const stop = new AbortController();
    const waiting = {
      signal: stop.signal,
      onWait(until: string) {
        told.push(until);
        setTimeout(() => stop.abort(), 50);
      },
    };
    const waits = [1, 2].map(() => failure(locked(folder, waiting, async () => assert.unreachable())));
    for (const message of await Promise.all(waits)) assert.match(message, 'it was stopped while it waited');
    assert.equal(told, [`${said} has made its worktrees in this repository`]);
  });

test('one after the other, whatever becomes of the ones before', async () => {
  const folder = join(tempDir(), 'not/there');
  const done: number[] = [];
  const all = [1, 2, 3, 4].map((number) =>
    failure(
      locked(folder, {}, async () => {
        done.push(number);
        await sleep(5);
        done.push(number);
        if (number % 2 === 0) throw new Error('it fails');
      }),
    ),
  );
  assert.equal(await Promise.all(all), ['', 'it fails', '', 'it fails']);
  assert.equal(done, [1, 1, 2, 2, 3, 3, 4, 4]);
});

test('a folder in its place is said', async () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'lock-1'));
  assert.match(await failure(locked(folder, {}, async () => {})), 'lock-1 is a folder');
});
