// A report goes to whatever stands at its path, and what stands there stays what it is.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGiven } from '../../src/base/given-file.ts';
import { expectCode, type Project, project, ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';

const test = suite('cli/report-files');
const SLOW = { timeout: 60_000 };
const CONFIG = 'tasks:\n  a: { run: echo said }\n';

async function ran(): Promise<Project> {
  const made = project(CONFIG);
  expectCode(await made.ptask('run', '--reporter', 'silent'), 0);
  return made;
}

/** Both ways to write one. */
const WAYS = {
  'run --report': (file: string) => ['run', '--reporter', 'silent', '--quiet', '--report', `junit=${file}`],
  'report --output': (file: string) => ['report', '--format', 'junit', '--output', file],
};

for (const [name, words] of Object.entries(WAYS)) {
  test(
    `${name}: a link stays a link, a mode is kept, and a new file has the one of the umask`,
    SLOW,
    async () => {
      const made = await ran();
      write(made.dir, {
        'private.xml': { content: 'old', mode: 0o600 },
        'real/far.xml': 'old',
        'near.xml': { symlink: 'real/far.xml' },
        'twice.xml': { symlink: 'near.xml' },
        'dangling.xml': { symlink: 'real/none.xml' },
      });
      for (const file of ['private.xml', 'twice.xml', 'dangling.xml', 'new/er.xml'])
        expectCode(await made.ptask(...words(file)), 0);
      assert.is(statSync(join(made.dir, 'private.xml')).mode & 0o7777, 0o600);
      assert.equal(
        [readlinkSync(join(made.dir, 'near.xml')), readlinkSync(join(made.dir, 'twice.xml'))],
        ['real/far.xml', 'near.xml'],
      );
      assert.is(readlinkSync(join(made.dir, 'dangling.xml')), 'real/none.xml');
      for (const file of ['private.xml', 'real/far.xml', 'real/none.xml', 'new/er.xml'])
        assert.match(readFileSync(join(made.dir, file), 'utf8'), /<testsuites/, file);
      assert.is(statSync(join(made.dir, 'new/er.xml')).mode & 0o7777, 0o666 & ~process.umask());
    },
  );

  test(`${name}: a device and a FIFO are written to`, SLOW, async () => {
    if (process.platform === 'win32') return;
    const made = await ran();
    const before = lstatSync('/dev/null').ino;
    expectCode(await made.ptask(...words('/dev/null')), 0);
    assert.is(lstatSync('/dev/null').ino, before);
    assert.ok(lstatSync('/dev/null').isCharacterDevice());
    const fifo = join(made.dir, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = spawn('cat', [fifo], { stdio: ['ignore', 'pipe', 'ignore'] });
    let heard = '';
    reader.stdout.on('data', (chunk: Buffer) => {
      heard += chunk;
    });
    const ended = new Promise((done) => reader.on('close', done));
    expectCode(await made.ptask(...words(fifo)), 0);
    await ended;
    assert.match(heard, /<testsuites[\s\S]*<\/testsuites>/);
    assert.ok(lstatSync(fifo).isFIFO());
  });

  test(
    `${name}: /dev/stdout is what stdout is: a pipe, or a file that goes on where it was`,
    SLOW,
    async () => {
      if (process.platform !== 'linux') return;
      const made = await ran();
      for (const file of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])
        assert.match(
          expectCode(await made.ptask(...words(file)), 0).stdout,
          name === 'report --output' ? /^<\?xml[\s\S]*<\/testsuites>\n$/ : /<testsuites[\s\S]*<\/testsuites>/,
          file,
        );
      const all = [
        '-c',
        'echo before; "$@"; echo after',
        'sh',
        process.execPath,
        ptaskBin,
        ...words('/dev/stdout'),
      ];
      const [log, env] = [join(made.dir, 'log'), hermeticEnv()];
      execFileSync('sh', ['-c', 'exec sh "$@" > log', 'sh', ...all], { cwd: made.dir, env });
      assert.match(
        readFileSync(log, 'utf8'),
        /^before\n[\s\S]*<testsuites[\s\S]*<\/testsuites>[\s\S]*after\n$/,
      );
      assert.not(lstatSync('/dev/stdout').isFile());
    },
  );

  test(`${name}: where nothing can be written there is a sentence`, SLOW, async () => {
    const made = await ran();
    write(made.dir, {
      'folder/': '',
      'loop.xml': { symlink: 'loop.xml' },
      'far.xml': { symlink: 'no/such/x' },
    });
    for (const file of ['folder', 'loop.xml', 'far.xml']) {
      const { stderr, code } = await made.ptask(...words(file));
      assert.match(stderr, /cannot be written/, file);
      assert.not.match(stderr, /\n\s+at /, file);
      assert.is(code, name === 'run --report' ? 0 : 2);
    }
  });
}

test('two names of a file stay names of one, and another owner stays', async () => {
  const dir = tempDir();
  const [one, other] = [join(dir, 'one'), join(dir, 'other')];
  writeFileSync(one, 'old, and longer');
  linkSync(one, other);
  await writeGiven(one, 'new');
  assert.is(readFileSync(other, 'utf8'), 'new');
  if (process.getuid?.() !== 0) return;
  const theirs = join(dir, 'theirs');
  writeFileSync(theirs, 'old');
  execFileSync('chown', ['12345:12345', theirs]);
  chmodSync(theirs, 0o4640);
  await writeGiven(theirs, 'new');
  const { uid, gid, mode } = statSync(theirs);
  assert.equal([uid, gid, mode & 0o7777], [12345, 12345, 0o4640]);
});

test('nothing is left beside the file, whatever the length of its name', async () => {
  const dir = tempDir();
  const name = 'x'.repeat(250);
  await writeGiven(join(dir, name), 'text');
  assert.is(readFileSync(join(dir, name), 'utf8'), 'text');
  assert.equal(exists(dir, name), true);
  assert.equal(execFileSync('ls', ['-A', dir], { encoding: 'utf8' }), `${name}\n`);
});
