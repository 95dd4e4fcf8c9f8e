/** The bytes of the user's files are what tasks find and leave, whatever git makes of them on the way to a commit. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ptaskBin } from '../support/cli.ts';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { assertNothingLeft, filesOf, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: attributes');

const LINES = ['first', 'b', 'c', 'd', 'e', 'last'];
const both = (writes: string, first: string, last: string) => ({
  conflicts: 'isolate',
  tasks: {
    x: { run: first, writes: [writes] },
    y: { run: last, writes: [writes] },
  },
});

/** Two tasks change one file in parallel; in a copy one after the other. */
async function sameAsInOrder(made: Repo, config: object) {
  const copy = join(tempDir(), 'repo');
  execFileSync('cp', ['-a', made.dir, copy]);
  const inOrder = await runIn(copy, config, { strategy: 'sequential' });
  assert.is(inOrder.report.status, 'complete', told(inOrder));
  const ran = await runIn(made.dir, config);
  assert.is(ran.report.status, 'complete', told(ran));
  assert.equal([...ran.report.integration.merged].sort(), ['x', 'y']);
  assert.equal(filesOf(made.dir), filesOf(copy));
  await assertNothingLeft(made);
  return ran;
}

async function mergedAsInOrder(made: Repo, config: object): Promise<void> {
  const ran = await sameAsInOrder(made, config);
  assert.equal(ran.report.integration.conflicts, [], 'it was merged');
}

const EDIT_BOTH = both('f.txt', 'sed -i s/first/one/ f.txt', 'sed -i s/last/two/ f.txt');

test('a filter driver: what it would make of the files does not matter, nor whether it is there', {
  timeout: 60_000,
}, async () => {
  const made = await ground({});
  await made.git('config', 'filter.shout.clean', 'tr a-z A-Z');
  await made.git('config', 'filter.shout.smudge', 'tr A-Z a-z');
  await made.commit({ '.gitattributes': '*.txt filter=shout\n', 'f.txt': `${LINES.join('\n')}\nMiXeD\n` });
  assert.match(await made.git('cat-file', 'blob', 'HEAD:f.txt'), 'FIRST');
  await mergedAsInOrder(made, EDIT_BOTH);
  assert.is(readFileSync(join(made.dir, 'f.txt'), 'utf8'), 'one\nb\nc\nd\ne\ntwo\nMiXeD\n');
  await made.git('config', 'filter.shout.required', 'true');
  await made.git('config', 'filter.shout.smudge', 'no-such-program');
  await mergedAsInOrder(made, both('f.txt', 'sed -i s/one/first/ f.txt', 'sed -i s/two/last/ f.txt'));
});

test('line ends are those on the disk: of eol=crlf, of core.autocrlf, and of a user who has others', {
  timeout: 90_000,
}, async () => {
  for (const [attributes, autocrlf, end] of [
    ['*.txt text eol=crlf\n', 'false', '\r\n'],
    ['*.txt text\n', 'true', '\r\n'],
    ['*.txt text eol=crlf\n', 'false', '\n'],
    ['', 'true', '\n'],
    ['', 'input', '\r\n'],
  ] as const) {
    const made = await ground({});
    await made.git('config', 'core.autocrlf', autocrlf);
    await made.git('config', 'core.safecrlf', 'false');
    const script = { content: `#!/bin/sh${end === '\n' ? '\ntrue' : ''}\n`, mode: 0o755 };
    await made.commit({
      '.gitattributes': attributes,
      'f.txt': LINES.map((line) => line + end).join(''),
      run: script,
    });
    assert.not.match(await made.git('cat-file', 'blob', 'HEAD:f.txt'), '\r');
    await mergedAsInOrder(
      made,
      both('f.txt', './run && sed -i s/first/one/ f.txt', './run && sed -i s/last/two/ f.txt'),
    );
    assert.is(readFileSync(join(made.dir, 'f.txt'), 'utf8'), `one b c d e two `.replaceAll(' ', end));
    assert.equal(await made.status(), [' M f.txt']);
  }
});

test('core.fileMode=false: who may execute a file says the disk', async () => {
  const made = await ground({ 'f.txt': `${LINES.join('\n')}\n` });
  await made.git('config', 'core.fileMode', 'false');
  await made.commit({ run: { content: '#!/bin/sh\n', mode: 0o755 } });
  assert.match(await made.git('ls-files', '-s', 'run'), '100644');
  await mergedAsInOrder(
    made,
    both('**', './run && sed -i s/first/one/ f.txt; chmod +x f.txt', './run && sed -i s/last/two/ f.txt'),
  );
  for (const path of ['run', 'f.txt']) assert.is(statSync(join(made.dir, path)).mode & 0o111, 0o111, path);
});

test('an encoding of the work tree', { timeout: 60_000 }, async () => {
  const made = await ground({});
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const text = `${LINES.join('\n')}\n`;
  await made.commit({ '.gitattributes': '*.txt working-tree-encoding=UTF-16LE\n', 'f.txt': utf16(text) });
  const edit = (from: string, to: string) =>
    `node -e "const fs = require('fs'); fs.writeFileSync('f.txt', fs.readFileSync('f.txt', 'utf16le').replace('${from}', '${to}'), 'utf16le')"`;
  await sameAsInOrder(made, both('f.txt', edit('first', 'one'), edit('last', 'two')));
  assert.is(readFileSync(join(made.dir, 'f.txt'), 'utf16le'), 'one\nb\nc\nd\ne\ntwo\n');
});

test('what is committed is as git would commit it from the disk', async () => {
  const made = await ground({});
  await made.git('config', 'core.autocrlf', 'true');
  await made.git('config', 'core.fileMode', 'false');
  await made.git('config', 'filter.shout.clean', 'tr a-z A-Z');
  const lines = LINES.map((line) => `${line}\r\n`).join('');
  await made.commit({ '.gitattributes': '*.up filter=shout -text\n', 'f.txt': lines });
  const config = {
    integrate: 'merge',
    ...both('**', 'sed -i s/first/one/ f.txt; echo new > n.up; chmod +x n.up', 'sed -i s/last/two/ f.txt'),
  };
  const ran = await runIn(made.dir, config);
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(await made.git('show', 'HEAD:f.txt'), 'one\nb\nc\nd\ne\ntwo');
  assert.is(await made.git('show', 'HEAD:n.up'), 'NEW');
  assert.is(readFileSync(join(made.dir, 'f.txt'), 'utf8'), 'one\r\nb\r\nc\r\nd\r\ne\r\ntwo\r\n');
  assert.is(readFileSync(join(made.dir, 'n.up'), 'utf8'), 'new\n');
  assert.equal(await made.status(), []);
});

test('merge=union keeps the lines of both where git alone would see a conflict', async () => {
  const made = await ground({});
  await made.commit({ '.gitattributes': 'log.txt merge=union\n', 'log.txt': 'begin\n' });
  await mergedAsInOrder(made, both('log.txt', 'echo of x >> log.txt', 'echo of y >> log.txt'));
  assert.is(readFileSync(join(made.dir, 'log.txt'), 'utf8'), 'begin\nof x\nof y\n');
});

test('a merge driver of the repository decides', async () => {
  const made = await ground({});
  await made.git('config', 'merge.lines.driver', 'sort -u -o %A %A %B');
  await made.commit({ '.gitattributes': 'set merge=lines\n', set: 'a\n' });
  const ran = await runIn(made.dir, both('set', 'echo x >> set', 'echo y >> set'));
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(readFileSync(join(made.dir, 'set'), 'utf8'), 'a\nx\ny\n');
});

test('$Id$ stays as the files have it', async () => {
  const made = await ground({});
  await made.commit({ '.gitattributes': '*.c ident\n', 'f.c': `// $Id: mine $\n${LINES.join('\n')}\n` });
  await mergedAsInOrder(made, both('f.c', 'sed -i s/first/one/ f.c', 'sed -i s/last/two/ f.c'));
  assert.match(readFileSync(join(made.dir, 'f.c'), 'utf8'), '$Id: mine $');
});

test('attributes that a task brings count for what it makes', async () => {
  const made = await ground({ 'f.txt': `${LINES.join('\n')}\n` });
  await mergedAsInOrder(
    made,
    both(
      '**',
      "echo '*.dat -text' > .gitattributes; printf 'a\\r\\n' > n.dat; sed -i s/first/one/ f.txt",
      'sed -i s/last/two/ f.txt',
    ),
  );
  assert.is(readFileSync(join(made.dir, 'n.dat'), 'utf8'), 'a\r\n');
});

/** Nobody is hindered by permissions as root is not; then the command runs as somebody else, from a copy he can read. */
test('a .git that may not be written: one after the other, and the plan says why', async () => {
  const made = await repo({ files: { f: `${LINES.join('\n')}\n` } });
  const config = both('f', 'sed -i s/first/one/ f', 'sed -i s/last/two/ f');
  write(made.dir, { 'parallel.config.yaml': JSON.stringify(config) });
  const isRoot = process.geteuid?.() === 0;
  const copy = tempDir();
  for (const name of ['bin', 'dist'])
    cpSync(join(ptaskBin, '../..', name), join(copy, name), { recursive: true });
  cpSync(join(repositoryRoot, 'package.json'), join(copy, 'package.json'));
  execFileSync('chmod', ['-R', 'a+rX', copy, made.dir]);
  // What the test's own folders lie in is its user's alone.
  for (const folder of [copy, made.dir])
    execFileSync('chmod', ['a+x', dirname(folder), dirname(dirname(folder))]);
  execFileSync('chmod', ['-R', 'a-w', join(made.dir, '.git')]);
  try {
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', made.dir]);
    const who = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const args = [join(copy, 'bin/ptask.cjs'), 'run', '--json'];
    const ran = spawnSync(process.execPath, args, {
      cwd: made.dir,
      env: hermeticEnv(),
      encoding: 'utf8',
      ...who,
    });
    assert.is(ran.status, 0, ran.stderr);
    assert.is(JSON.parse(ran.stdout).strategy.letter, 'D');
    assert.is(readFileSync(join(made.dir, 'f'), 'utf8'), 'one\nb\nc\nd\ne\ntwo\n');
    const plan = spawnSync(process.execPath, [...args.slice(0, 1), 'plan'], {
      cwd: made.dir,
      env: hermeticEnv(),
      encoding: 'utf8',
      ...who,
    });
    assert.match(plan.stdout, /\.git cannot be written/);
  } finally {
    execFileSync('chmod', ['-R', 'u+w', join(made.dir, '.git')]);
    chmodSync(made.dir, 0o755);
  }
});
