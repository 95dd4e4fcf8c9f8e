import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart, thisProcess } from '../../src/base/liveness.ts';
import { holderOf, Lock, NoLock } from '../../src/base/lock.ts';
import { program } from '../support/program.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';

const test = suite('base/lock');

/** Whoever has started the tests. */
const living = { ...thisProcess(), pid: process.ppid, started: processStart(process.ppid) };

const holder = (over: object): string =>
  JSON.stringify({ ...living, what: 'somebody', since: '2024-01-02T03:04:05.000Z', ...over });

/** A folder with a lock whose file says this, and was touched so many milliseconds ago. */
function lockOf(content: string, age = 0): string {
  const folder = tempDir();
  writeFileSync(join(folder, 'lock-7'), content);
  const then = new Date(Date.now() - age);
  utimesSync(join(folder, 'lock-7'), then, then);
  return folder;
}

/** Whether the lock can be had at once. */
function canBeHad(content: string, age = 0): boolean {
  const lock = new Lock(lockOf(content, age)).take('me');
  if (lock.ok) lock.release();
  return lock.ok;
}

/** A clock for the watcher alone. */
async function inTime<T>(work: (pass: (ms: number) => void) => T | Promise<T>): Promise<T> {
  const uptime = process.uptime.bind(process);
  let passed = 0;
  process.uptime = () => uptime() + passed / 1_000;
  try {
    return await work((ms) => {
      passed += ms;
    });
  } finally {
    process.uptime = uptime;
  }
}

const ELSEWHERE = [
  ['another machine', { host: 'elsewhere' }],
  ['another pid namespace', { place: thisProcess().place.replace(/pid:\[\d+\]/, 'pid:[1]') }],
  ['this machine before it was started anew', { place: 'another-boot' }],
  ['somewhere that cannot be told', { place: '' }],
] as const;

test('held once, and free again after that', () => {
  const folder = join(tempDir(), 'not/there/yet');
  assert.is(holderOf(folder), undefined);
  const one = new Lock(folder).take('one');
  assert.ok(one.ok);
  assert.is(holderOf(folder)?.what, 'one');
  const two = new Lock(folder).take('two');
  assert.is(two.ok === false && two.holder.what, 'one');
  assert.is(two.ok === false && two.isUnseen, false);
  if (one.ok) one.release();
  assert.is(holderOf(folder), undefined);
  const three = new Lock(folder).take('three');
  assert.ok(three.ok);
  if (three.ok) three.release();
  assert.equal(readdirSync(folder), ['lock-2']);
});

test('what this process could not let go of is free again', () => {
  const folder = lockOf(holder(thisProcess()));
  const one = new Lock(folder).take('one');
  assert.ok(one.ok);
  const byALink = join(tempDir(), 'link');
  symlinkSync(folder, byALink);
  assert.not.ok(new Lock(byALink).take('two').ok);
  one.release();
  const two = new Lock(byALink).take('two');
  assert.ok(two.ok);
  two.release();
});

test('only a holder that lives has it', () => {
  assert.is(canBeHad(holder({})), false);
  assert.is(canBeHad(holder({ pid: 2 ** 22 + 1 })), true, 'dead');
  assert.is(canBeHad(holder({ started: 'earlier' })), true, 'the number is somebody else’s by now');
});

for (const [where, over] of ELSEWHERE)
  test(`a holder of ${where} has it whatever its clock shows, as long as it shows signs of life`, () =>
    inTime(async (pass) => {
      // Its number is nobody's here, and it is as it was before.
      const folder = lockOf(holder({ pid: 2 ** 22 + 1, ...over }), 70_000);
      const lock = new Lock(folder);
      for (let beat = 1; beat <= 10; beat += 1) {
        const at = new Date(Date.now() + (beat % 2 === 0 ? 70_000 : -70_000) + beat);
        utimesSync(join(folder, 'lock-7'), at, at);
        for (let look = 0; look < 10; look += 1) {
          pass(900);
          const taken = lock.take('me');
          assert.is(taken.ok, false);
          assert.is(taken.ok === false && taken.isUnseen, true);
        }
      }
      // From here on it is silent.
      let looks = 0;
      let taken = lock.take('me');
      for (; !taken.ok; taken = lock.take('me')) {
        pass(900);
        looks += 1;
      }
      // Its signs of life would make the folder again.
      taken.release();
      // Of the 30 s it was heard of during the first 8.
      assert.ok(looks > 20 && looks < 30, `${looks} looks`);
    }));

test('who was stopped together with the holder has not listened meanwhile', () =>
  inTime((pass) => {
    const lock = new Lock(lockOf(holder({ host: 'elsewhere' })));
    assert.not(lock.take('me').ok);
    pass(3_600_000);
    assert.not(lock.take('me').ok);
  }));

test('what makes no sense is nobody’s; what is empty is about to be written', () =>
  inTime((pass) => {
    for (const content of ['garbage', '[]', 'null', '{"pid":', '{"pid":"x"}', '{"pid":0}', '{"pid":-1}'])
      assert.is(canBeHad(content), true, content);
    const lock = new Lock(lockOf('', 70_000));
    assert.not(lock.take('me').ok);
    pass(1_000);
    assert.not(lock.take('me').ok);
    for (let look = 0; look < 2; look += 1) {
      pass(1_000);
      const taken = lock.take('me');
      if (taken.ok) taken.release();
      assert.is(taken.ok, look === 1);
    }
  }));

const MADE: [what: string, make: (path: string) => void | Promise<void>][] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a symbolic link', (path) => symlinkSync('/etc/hostname', path)],
  ['a symbolic link', (path) => symlinkSync('nowhere', path)],
  [
    'a named pipe',
    (path) =>
      new Promise((done) => {
        spawn('mkfifo', [path]).on('close', () => done());
      }),
  ],
];

test('what stands in its place and is no lock is an error, and stays', async () => {
  for (const [what, make] of MADE) {
    const folder = tempDir();
    await make(join(folder, 'lock-7'));
    assert.throws(
      () => new Lock(folder).take('me'),
      (error: Error) => error instanceof NoLock && error.message === `${join(folder, 'lock-7')} is ${what}`,
    );
    assert.is(holderOf(folder), undefined);
    assert.equal(readdirSync(folder), ['lock-7']);
  }
  for (const number of ['9007199254740992', '9007199254740991', '99999999999999999999999']) {
    const folder = tempDir();
    writeFileSync(join(folder, `lock-${number}`), '{}');
    assert.throws(() => new Lock(folder).take('me'), /has a number that ptask gives to no lock/);
  }
  const file = join(tempDir(), 'file');
  writeFileSync(file, '');
  assert.throws(() => new Lock(file).take('me'), /is not a folder/);
});

test('a folder among the numbers of before is in nobody’s way', () => {
  const folder = lockOf('{}');
  mkdirSync(join(folder, 'lock-3'));
  const lock = new Lock(folder).take('me');
  assert.ok(lock.ok);
  assert.equal(readdirSync(folder).sort(), ['lock-3', 'lock-8']);
  if (lock.ok) lock.release();
});

test('what killed processes have left of drafts goes, others stay', () => {
  const folder = tempDir();
  for (const name of ['draft-old', 'draft-new']) writeFileSync(join(folder, name), '');
  const then = new Date(Date.now() - 48 * 3_600_000);
  utimesSync(join(folder, 'draft-old'), then, then);
  const lock = new Lock(folder).take('me');
  assert.equal(readdirSync(folder).sort(), ['draft-new', 'lock-1']);
  if (lock.ok) lock.release();
});

test('of many that wait for a dead one each gets it once, never two at a time', {
  timeout: 60_000,
}, async () => {
  const folder = tempDir();
  mkdirSync(join(folder, 'inside'));
  writeFileSync(join(folder, 'lock-3'), holder({ pid: 2 ** 22 + 1 }));
  const taker = await program('support/lock-child.ts');
  const children = Array.from(
    { length: 10 },
    () =>
      new Promise<string>((done) => {
        const child = spawn(process.execPath, [taker, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
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

test('a lock that was let go of while drafts were tidied up is free', async () => {
  const folder = tempDir();
  const lock = new Lock(folder).take('me');
  await sleep(1);
  if (lock.ok) lock.release();
  assert.is(holderOf(folder), undefined);
  assert.ok(exists(folder, 'lock-1'));
});
