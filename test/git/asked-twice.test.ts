// A question asked twice of one process: each answer is what git says then, also where that process is gone, or git fails.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AskedTwice } from '../../src/git/asked-twice.ts';
import { GitError, records } from '../../src/git/git.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('git/asked-twice');

const STATUS = ['status', '--porcelain', '-z', '--untracked-files=all'];
const said = async (answer: Promise<Buffer>): Promise<string[]> => records(await answer).sort();

/** A git that writes down, for each start, who has started it and itself. */
async function withLoggingGit(work: (starts: () => [parent: number, pid: number][]) => Promise<void>) {
  const bin = tempDir();
  const log = join(bin, 'log');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(log, '');
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho $PPID $$ >> '${log}'\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  const path = process.env.PATH;
  process.env.PATH = `${bin}:${path}`;
  try {
    await work(() =>
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' ').map(Number) as [number, number]),
    );
  } finally {
    process.env.PATH = path;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('both answers are of their time, whatever files are called, and one process gives them', async () => {
  const { dir } = await repo({ files: { a: '1', b: '1' } });
  await withLoggingGit(async (starts) => {
    const status = new AskedTwice(dir, STATUS);
    assert.equal(await said(status.first()), [], 'nothing to tell');
    writeFileSync(join(dir, '=0\n'), '');
    rmSync(join(dir, 'b'));
    assert.equal(await said(status.again()), [' D b', '?? =0\n']);
    const [[parent, first], [, second]] = starts() as [[number, number], [number, number]];
    assert.is(parent, second, 'the shell that has started the first is the second');
    assert.is.not(first, second);
  });
});

test('an answer of many pieces ends where it ends', async () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `${'long-'.repeat(20)}${at}\n=0\n`);
  const { dir } = await repo({ files: { a: '1' } });
  for (const name of names) writeFileSync(join(dir, name), '');
  const status = new AskedTwice(dir, STATUS);
  const expected = names.map((name) => `?? ${name}`).sort();
  assert.equal(await said(status.first()), expected);
  assert.equal(await said(status.again()), expected);
});

test('where the process is gone meanwhile, another one answers', async () => {
  const { dir } = await repo({ files: { a: '1' } });
  await withLoggingGit(async (starts) => {
    const status = new AskedTwice(dir, STATUS);
    assert.equal(await said(status.first()), []);
    process.kill(starts()[0]?.[0] as number, 'SIGKILL');
    writeFileSync(join(dir, 'new'), '');
    assert.equal(await said(status.again()), ['?? new']);
  });
});

test('a git that fails says why, both times', async () => {
  const { dir } = await repo({ files: { a: '1' } });
  const index = join(dir, '.git/index');
  const good = readFileSync(index);
  const status = new AskedTwice(dir, STATUS);
  const fails = async (asked: Promise<unknown>): Promise<void> => {
    const error = await asked.then(
      () => undefined,
      (thrown) => thrown,
    );
    assert.instance(error, GitError);
    assert.match(error.message, /^git status: .*index/);
  };
  writeFileSync(index, 'no index');
  await fails(status.first());
  await fails(status.again());
  const later = new AskedTwice(dir, STATUS);
  writeFileSync(index, good);
  assert.equal(await said(later.first()), []);
  writeFileSync(index, 'no index');
  await fails(later.again());
});

test('one that nobody asks any more ends', { timeout: 30_000 }, async () => {
  const { dir } = await repo({ files: { a: '1' } });
  await withLoggingGit(async (starts) => {
    const status = new AskedTwice(dir, STATUS);
    await status.first();
    status.close();
    const shell = starts()[0]?.[0] as number;
    while (isThere(shell)) await sleep(5);
  });
});
