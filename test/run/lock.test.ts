import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processStart } from '../../src/run/process-table.ts';
import { acquireLock, holderOf } from '../../src/run/recovery/lock.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/lock');

const holder = (over: object): string =>
  JSON.stringify({
    ...{ pid: process.pid, started: processStart(process.pid), host: hostname() },
    ...{ what: 'somebody', since: '2024-01-02T03:04:05.000Z', ...over },
  });

/** Whether the lock can be had where this is what the lock's file says. */
function canBeHad(content: string, age = 0): boolean {
  const folder = tempDir();
  writeFileSync(join(folder, 'lock-7'), content);
  const then = new Date(Date.now() - age);
  utimesSync(join(folder, 'lock-7'), then, then);
  const lock = acquireLock(folder, 'me');
  if (lock.ok) lock.release();
  return lock.ok;
}

test('held once, and free again after that', () => {
  const folder = join(tempDir(), 'not/there/yet');
  assert.is(holderOf(folder) !== undefined, false);
  const one = acquireLock(folder, 'one');
  assert.ok(one.ok);
  assert.is(holderOf(folder) !== undefined, true);
  const two = acquireLock(folder, 'two');
  assert.is(two.ok === false && two.holder.what, 'one');
  if (one.ok) one.release();
  assert.is(holderOf(folder) !== undefined, false);
  const three = acquireLock(folder, 'three');
  assert.ok(three.ok);
  if (three.ok) three.release();
  assert.equal(readdirSync(folder), ['lock-2']);
});

test('only a holder that lives has it', () => {
  assert.is(canBeHad(holder({})), false);
  assert.is(canBeHad(holder({ pid: 2 ** 22 + 1 })), true, 'dead');
  assert.is(canBeHad(holder({ started: 'earlier' })), true, 'the number is somebody else’s by now');
});

test('somebody on another machine has it as long as he shows signs of life', () => {
  assert.is(canBeHad(holder({ host: 'elsewhere' })), false);
  assert.is(canBeHad(holder({ host: 'elsewhere' }), 50_000), false);
  assert.is(canBeHad(holder({ host: 'elsewhere' }), 100_000), true);
});

test('what cannot be read is nobody’s, unless it is about to be written', () => {
  for (const content of ['garbage', '[]', 'null', '{"pid":', '{"pid":"x"}'])
    assert.is(canBeHad(content), true, content);
  assert.is(canBeHad(''), false);
  assert.is(canBeHad('', 10_000), true);
});

test('what killed processes have left of drafts goes, others stay', () => {
  const folder = tempDir();
  for (const name of ['draft-old', 'draft-new']) writeFileSync(join(folder, name), '');
  const then = new Date(Date.now() - 120_000);
  utimesSync(join(folder, 'draft-old'), then, then);
  const lock = acquireLock(folder, 'me');
  assert.equal(readdirSync(folder).sort(), ['draft-new', 'lock-1']);
  if (lock.ok) lock.release();
});

test('of many that wait for a dead one each gets it once, never two at a time', {
  timeout: 60_000,
}, async () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'inside'));
  writeFileSync(join(folder, 'lock-3'), holder({ pid: 2 ** 22 + 1 }));
  const script = `
    import { mkdirSync, rmdirSync } from 'node:fs';
    const { acquireLock } = await import(${JSON.stringify(join(repositoryRoot, 'src/run/recovery/lock.ts'))});
    for (let times = 0; times < 5; ) {
      const lock = acquireLock(${JSON.stringify(folder)}, 'child');
      if (!lock.ok) { await new Promise((done) => setTimeout(done, 1)); continue; }
      // Throws where somebody else is in.
      mkdirSync(${JSON.stringify(join(folder, 'inside/one'))});
      await new Promise((done) => setTimeout(done, 1));
      rmdirSync(${JSON.stringify(join(folder, 'inside/one'))});
      lock.release();
      times += 1;
    }`;
  const children = Array.from(
    { length: 10 },
    () =>
      new Promise<string>((done) => {
        const args = ['--import', 'tsx', '--input-type=module', '-e', script];
        const child = spawn(process.execPath, args, {
          cwd: repositoryRoot,
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr.on('data', (chunk) => {
          said += chunk;
        });
        child.on('close', (code) => done(code === 0 ? '' : said || `code ${code}`));
      }),
  );
  assert.equal(
    await Promise.all(children),
    Array.from({ length: 10 }, () => ''),
  );
  assert.equal(readdirSync(folder).length, 2);
});
