// A git that stays: answers in order, of any size, and again after it has ended.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitError } from '../../src/git/git.ts';
import { blobContent, putBlob, readObject, resolveObject } from '../../src/git/objects.ts';
import { changeRefs, noneLike, refAt, refsIn } from '../../src/git/refs.ts';
import { endSessions, session } from '../../src/git/session.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { repositoryAt } from './rig.ts';

const test = suite('git/session');

test('answers of any size come in order, whoever asks at once', async () => {
  const made = await repo({ files: { a: '1' } });
  const repository = repositoryAt(made.dir);
  const contents = [0, 1, 70_000, 3, 2_000_000].map((size, at) => Buffer.alloc(size, String(at)));
  const oids = await Promise.all(contents.map((content) => putBlob(repository, content)));
  const found = await Promise.all(oids.map((oid) => blobContent(repository, oid)));
  assert.ok(found.every((content, at) => content.equals(contents[at] as Buffer)));
  assert.is(await resolveObject(made.dir, 'HEAD'), await made.head());
  assert.is(await resolveObject(made.dir, 'refs/heads/none'), undefined);
  // What another git has put there since.
  writeFileSync(join(made.dir, 'b'), 'late');
  const late = await made.git('hash-object', '-w', 'b');
  assert.is((await blobContent(repository, late)).toString(), 'late');
  await made.git('repack', '-adq');
  assert.is((await readObject(made.dir, 'HEAD^{tree}')).type, 'tree');
});

test('one that has ended, by itself or killed, is started anew; what it could not answer fails', async () => {
  const made = await repo({ files: { a: '1' } });
  const bin = tempDir();
  const log = join(tempDir(), 'pids');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho $$ >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = `${bin}:${path}`;
  try {
    const asked = session(made.dir, ['cat-file', '--batch-command']);
    const head = await made.head();
    const { line } = await asked.ask('info HEAD\n');
    assert.match(line, head);
    const [before, bad, after] = await Promise.allSettled(
      ['info HEAD\n', 'nonsense\n', 'info HEAD\n'].map((each) => asked.ask(each)),
    );
    assert.is(before?.status, 'fulfilled');
    assert.is(after?.status, 'fulfilled', 'it stood behind the one that git died of');
    assert.instance((bad as PromiseRejectedResult).reason, GitError);
    assert.match((bad as PromiseRejectedResult).reason.message, /unknown command/);
    const noAnswer = asked.ask('info HEAD\n', { bodyAfter: () => undefined });
    assert.instance(await noAnswer.catch((error: Error) => error), GitError);
    assert.match((await asked.ask('info HEAD\n')).line, head);
    const last = execFileSync('tail', ['-1', log], { encoding: 'utf8' }).trim();
    process.kill(Number(last), 'SIGKILL');
    assert.match((await asked.ask('info HEAD\n')).line, head);
  } finally {
    process.env.PATH = path;
    await endSessions();
  }
});

test('refs move all or none, one transaction after the other', async () => {
  const made = await repo({ files: { a: '1' } });
  const repository = repositoryAt(made.dir);
  const oid = await made.head();
  const [one, two] = ['refs/heads/one', 'refs/ptask/x/two'];
  await changeRefs(repository, [
    { ref: one, to: oid, from: noneLike(oid) },
    { ref: two, to: oid },
  ]);
  await changeRefs(repository, [{ ref: two, to: oid }]);
  try {
    await changeRefs(repository, [
      { ref: two, to: undefined },
      { ref: one, to: oid, from: noneLike(oid) },
    ]);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /git update-ref: .*already exists/);
  }
  assert.is(await refAt(repository, two), oid);
  await made.git('pack-refs', '--all');
  await made.git('branch', 'three');
  assert.equal((await refsIn(repository, 'refs/heads')).sort(), ['refs/heads/main', one, 'refs/heads/three']);
  await changeRefs(repository, [
    { ref: one, to: undefined, from: oid },
    { ref: two, to: undefined },
  ]);
  assert.equal(await refsIn(repository, 'refs/ptask'), []);
});
