// A task that fills the disk on which everything lies: what it has made is removed all the same, and the space is there again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, projectAt } from '../support/cli.ts';
import { repo } from '../support/git.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('run/full-disk');

const MEGABYTE = 1024 ** 2;
const GREEDY = 'dd if=/dev/zero of=FILE bs=64k 2>/dev/null';

/** Deeds that leave no byte, with what they write to. */
const DEEDS = {
  'a new file': `echo bad > a; mkdir -p out; ${GREEDY.replace('FILE', 'out/fill')}`,
  'a file that grows': 'yes >> a 2>/dev/null',
  'a large file that was there': GREEDY.replace('FILE', 'large'),
  'a thousand files':
    'mkdir -p out; for n in $(seq 1 2000); do head -c 4096 /dev/zero > out/$n || break; done 2>/dev/null',
};

interface Scene {
  disk: SmallDisk;
  dir: string;
  ptask: ReturnType<typeof projectAt>['ptask'];
  /** Every file is as it was, and what was free is free. */
  isAsBefore(): void;
}

async function scene(tasks: object, { isRepository = true } = {}): Promise<Scene | undefined> {
  const disk = smallDisk(4);
  if (disk === undefined) return undefined;
  const dir = disk.folder;
  const large = Buffer.alloc(700 * 1024, 'large');
  const files = {
    a: 'before\n',
    large,
    '.gitignore': 'there\n',
    'parallel.config.json': JSON.stringify({ tasks }),
  };
  if (isRepository) await repo({ dir, files });
  else write(dir, files);
  const isAsBefore = (): void => {
    assert.is(readFileSync(join(dir, 'a'), 'utf8'), 'before\n');
    assert.ok(readFileSync(join(dir, 'large')).equals(large));
    assert.not(existsSync(join(dir, 'out')));
    assert.ok(disk.free() > MEGABYTE / 2, `${disk.free()} bytes are free`);
  };
  return { disk, dir, ptask: projectAt(dir).ptask, isAsBefore };
}

const WRITES = ['a', 'large', 'out/**'];

for (const [name, deed] of Object.entries(DEEDS)) {
  test(`${name}, rolled back`, { timeout: 60_000 }, async () => {
    const made = await scene({
      fill: { run: `${deed}; exit 1`, writes: WRITES, onFailure: 'rollback' },
      after: { run: 'echo 1 > out', writes: ['out'], needs: ['fill'] },
    });
    if (made === undefined) return;
    const ran = expectCode(await made.ptask('run'), 1);
    expectOutput(ran, /1 rolled back/);
    made.isAsBefore();
    expectOutput(expectCode(await made.ptask('clean'), 0), /nothing to clean up/);
    expectOutput(expectCode(await made.ptask('report'), 0), /rolled back/);
  });

  test(`${name}, undone later`, { timeout: 60_000 }, async () => {
    const made = await scene({ fill: { run: `${deed}; exit 1`, writes: WRITES } });
    if (made === undefined) return;
    const ran = expectCode(await made.ptask('run'), 1);
    assert.not.match(ran.all, /internal error/);
    expectCode(await made.ptask('clean'), 0);
    expectOutput(expectCode(await made.ptask('undo'), 0), /undid run/);
    made.isAsBefore();
  });

  test(`${name}, and killed`, { timeout: 60_000 }, async () => {
    const made = await scene({ fill: { run: `${deed}; kill -9 $PPID; sleep 60`, writes: WRITES } });
    if (made === undefined) return;
    assert.is((await made.ptask('run')).signal, 'SIGKILL');
    expectOutput(expectCode(await made.ptask('clean'), 0), /to before fill/);
    made.isAsBefore();
  });
}

test('an abort, and the config asks for it', { timeout: 60_000 }, async () => {
  const made = await scene({
    first: { run: 'echo after > a', writes: ['a'] },
    fill: { run: `${DEEDS['a new file']}; exit 1`, writes: WRITES, needs: ['first'], onFailure: 'abort' },
  });
  if (made === undefined) return;
  const ran = expectCode(await made.ptask('run'), 1);
  assert.not.match(ran.all, /internal error/);
  made.isAsBefore();
});

test('without a repository, and Ctrl-C', { timeout: 60_000 }, async () => {
  const made = await scene(
    { fill: { run: `${DEEDS['a new file']}; touch there; kill -INT $PPID; sleep 60`, writes: WRITES } },
    { isRepository: false },
  );
  if (made === undefined) return;
  const ran = await made.ptask('run');
  assert.not.match(ran.all, /internal error/);
  made.isAsBefore();
});

test('what nobody may remove stays, is told, and is put right once there is space', {
  timeout: 60_000,
}, async () => {
  // Undeclared, so that it is not ours to remove; and what was there before does not fit beside it any more.
  const made = await scene({
    fill: {
      run: `: > large; ${GREEDY.replace('FILE', 'undeclared')}; exit 1`,
      writes: WRITES,
      onFailure: 'rollback',
    },
  });
  if (made === undefined) return;
  const ran = expectCode(await made.ptask('run'), 1);
  assert.not.match(ran.all, /internal error/);
  expectOutput(ran, /could not be undone: ENOSPC.*then run ptask clean/s);
  writeFileSync(join(made.dir, 'undeclared'), '');
  expectOutput(expectCode(await made.ptask('clean'), 0), /to before fill/);
  made.isAsBefore();
});
