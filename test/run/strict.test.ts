// Strict tasks: what they see, and what of their work reaches the user's files.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, tree, type Written, write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/strict');

/** A repository with nothing beside it. */
async function scene(files: Record<string, Written>): Promise<string> {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  return (await repo({ dir, files: { '.gitignore': 'node_modules\nignored\n', ...files } })).dir;
}

const run = (root: string, task: object, more: object = {}): Promise<Ran> =>
  runConfig(JSON.stringify({ tasks: { t: { strict: true, ...task } }, ...more }), { root });

const nothingBeside = (root: string): void => assert.equal(readdirSync(dirname(root)), ['repo']);

test('it sees what it declares to read, what it may write and what all cached tasks read, and nothing else', async () => {
  const root = await scene({
    'src/a': 'a',
    'src/sub/b': 'b',
    'tsconfig.json': '{}',
    'dist/old': 'old',
    'tools/version': '1',
    'tools/other': '2',
    'secret.txt': 'x',
  });
  const ran = await run(
    root,
    { run: 'find . -path ./.ptask -prune -o -type f -print | sort', reads: ['src/**'], writes: ['dist/**'] },
    { cache: { reads: ['tools/version'] } },
  );
  assert.is(ran.task('t').status, 'passed');
  assert.is(ran.output('t'), './dist/old\n./src/a\n./src/sub/b\n./tools/version\n');
  nothingBeside(root);
});

test('PTASK_ROOT is the folder as well', async () => {
  const root = await scene({ a: '1', b: '2' });
  const ran = await run(root, {
    run: 'ls "$PTASK_ROOT"; test "$PTASK_ROOT" = "$PTASK_WORKDIR"',
    reads: ['a'],
  });
  assert.is(ran.output('t'), 'a\n');
  assert.is(ran.task('t').status, 'passed');
});

test('no folder above it has files of the repository', async () => {
  const root = await scene({ a: '1', 'package.json': '{}' });
  const ran = await run(root, {
    run: 'd=$PWD; while [ "$d" != / ]; do d=$(dirname "$d"); test ! -e "$d/package.json" || echo "$d"; done',
    reads: ['a'],
  });
  assert.is(ran.output('t'), '');
});

test('what it changes of its writes comes to the files: contents, modes, deletions, links, empty folders', async () => {
  const root = await scene({
    'out/kept': 'kept',
    'out/changed': 'old',
    'out/gone/x': 'x',
    'out/file': 'a file',
    'out/folder/y': 'y',
    'out/locked': { content: 'l', mode: 0o444 },
    'out/run': 'r',
    other: 'mine',
  });
  mkdirSync(join(root, 'out/empty'));
  utimesSync(join(root, 'out/kept'), 1e9, 1e9);
  const ran = await run(root, {
    run: [
      'cd out; cat empty/* 2>/dev/null; test -d empty',
      'echo new > out/changed; rm -r out/gone; chmod +x out/run; rm -f out/locked',
      'rm out/file; mkdir out/file; echo in > out/file/inner',
      'rm -r out/folder; echo now > out/folder; rmdir out/empty; mkdir out/hollow; ln -s kept out/link',
      "echo odd > 'out/odd [name]\\'",
    ],
    writes: ['out/**'],
  });
  assert.is(ran.task('t').status, 'passed', ran.task('t').reason);
  assert.equal(tree(join(root, 'out')), {
    changed: 'new\n',
    'file/inner': 'in\n',
    folder: 'now\n',
    'hollow/': '',
    kept: 'kept',
    'link@': 'kept',
    'odd [name]\\': 'odd\n',
    'run*': 'r',
  });
  assert.is(lstatSync(join(root, 'out/kept')).mtimeMs, 1e12);
  assert.equal(
    ran.task('t').filesChanged.map(({ change, path }) => `${change} ${path}`),
    [
      ...['modified out/changed', 'deleted out/file', 'created out/file/inner', 'created out/folder'],
      ...['deleted out/folder/y', 'deleted out/gone/x', 'created out/link', 'deleted out/locked'],
      ...['created out/odd [name]\\', 'modified out/run'],
    ],
  );
  nothingBeside(root);
});

test('a folder whose files it deletes stays where it has left it', async () => {
  const root = await scene({ 'out/a': '1' });
  await run(root, { run: 'rm out/a', writes: ['out/**'] });
  assert.equal(tree(root, { skip: ['.ptask', '.gitignore'] }), { 'out/': '' });
});

test('an edit in place is none of the file that it was copied from', async () => {
  const root = await scene({ in: 'one\n', 'out/log': 'first\n' });
  const ran = await run(root, {
    run: 'echo two >> in; echo second >> out/log; exit 1',
    reads: ['in'],
    writes: ['out/**'],
    onFailure: 'rollback',
  });
  assert.is(ran.task('t').status, 'rolled-back');
  assert.is(readFileSync(join(root, 'in'), 'utf8'), 'one\n');
  assert.is(readFileSync(join(root, 'out/log'), 'utf8'), 'first\n');
});

test('what it changes beside its writes goes with the folder, and is told, or fails it', async () => {
  const root = await scene({ in: 'one\n' });
  const task = { run: 'echo two > in; echo > new; echo > out', reads: ['in'], writes: ['out'] };
  const ran = await run(root, task);
  assert.is(ran.task('t').status, 'passed');
  assert.equal(
    ran.task('t').strays.map(({ change, path, writes }) => `${change} ${path} ${writes}`),
    ['modified in in', 'created new new'],
  );
  assert.is(readFileSync(join(root, 'in'), 'utf8'), 'one\n');
  assert.not(exists(root, 'new'));
  const failed = await run(root, { ...task, strays: 'error' });
  assert.is(failed.task('t').reason, 'it changed in and 1 more outside of its writes');
  assert.equal((await run(root, { ...task, strays: 'ignore' })).task('t').strays, []);
});

test('when it fails and nothing is to be done about it, what it has written stays', async () => {
  const root = await scene({ a: '1' });
  const ran = await run(root, {
    run: 'echo report > junit.xml; exit 3',
    reads: ['a'],
    writes: ['junit.xml'],
  });
  assert.is(ran.task('t').status, 'failed');
  assert.is(readFileSync(join(root, 'junit.xml'), 'utf8'), 'report\n');
  nothingBeside(root);
});

test('an abort takes back what was applied', async () => {
  const root = await scene({ 'out/a': '1' });
  const ran = await runConfig(
    JSON.stringify({
      tasks: {
        t: { run: 'echo 2 > out/a; echo > out/b', writes: ['out/**'], strict: true },
        fails: { run: 'exit 1', needs: ['t'], onFailure: 'abort' },
      },
    }),
    { root },
  );
  assert.is(ran.task('t').status, 'rolled-back');
  assert.equal(tree(join(root, 'out')), { a: '1' });
});

test('links lead to what is there too, inside of the root, and are links', async () => {
  const root = await scene({
    'lib/x': 'x',
    'lib/y': 'y',
    'real.json': '{}',
    ln: { symlink: 'lib' },
    'conf.json': { symlink: 'real.json' },
    'src/a': 'a',
  });
  symlinkSync(join(root, 'lib'), join(root, 'absolute'));
  const ran = await run(root, {
    run: 'cat ln/x conf.json absolute/y; readlink ln conf.json; readlink -f absolute | grep -c strict; echo 2 > ln/x',
    reads: ['ln/**', 'conf.json', 'absolute/y'],
    writes: ['ln/**'],
  });
  assert.is(ran.task('t').status, 'passed', ran.output('t'));
  assert.is(ran.output('t'), 'x{}ylib\nreal.json\n1\n');
  assert.is(readFileSync(join(root, 'lib/x'), 'utf8'), '2\n');
  assert.is(readlinkSync(join(root, 'ln')), 'lib');
});

test('installed packages are there; those of the repository itself are what is declared of them', async () => {
  const root = await scene({ 'packages/own/index.js': 'own', 'packages/own/undeclared.js': '', 'app/a': '' });
  write(root, {
    'node_modules/dep/index.js': 'dep',
    'node_modules/@us/own': { symlink: '../../packages/own' },
    'node_modules/@us/dep': 'scoped',
    'node_modules/.cache/old': 'old',
    'app/node_modules/inner/index.js': 'inner',
  });
  const ran = await run(root, {
    run: [
      'cat node_modules/dep/index.js node_modules/@us/own/index.js node_modules/@us/dep app/node_modules/inner/index.js',
      'ls node_modules/@us/own/',
      'echo new > node_modules/.cache/new; rm node_modules/.cache/old',
    ],
    reads: ['app/**', 'packages/own/index.js'],
    writes: ['node_modules/.cache/**'],
  });
  assert.is(ran.task('t').status, 'passed', ran.output('t'));
  assert.is(ran.output('t'), 'depownscopedinnerindex.js\n');
  assert.equal(tree(join(root, 'node_modules/.cache')), { new: 'new\n' });
});

test('a failure says which files it did not see', async () => {
  const root = await scene({
    'src/a.js': "import './lib/b.js';\nimport '../tools/c.js';\n",
    'src/lib/b.js': '',
    'tools/c.js': '',
    'tsconfig.base.json': '{}',
    'fixtures/x': '',
    'package.json': '{"type":"module"}',
  });
  const reasonOf = async (command: string, reads = ['src/a.js', 'package.json']): Promise<string> =>
    (await run(root, { run: command, reads })).task('t').reason ?? '';
  const missing = (one: string): string =>
    `exit code 1; it saw only its declared reads; ${one} exists and is not among them: add it to its \`reads\``;
  assert.is(await reasonOf('cat tsconfig.base.json'), missing('tsconfig.base.json'));
  assert.is(await reasonOf('node src/a.js', ['src/**', 'package.json']), missing('tools/c.js'));
  assert.is(await reasonOf(`node -e "fs.readdirSync('fixtures')"`), missing('fixtures/**'));
  assert.is(
    await reasonOf('cat src/lib/b.js tools/c.js'),
    'exit code 1; it saw only its declared reads; src/lib/b.js and tools/c.js exist and are not among them: add them to its `reads`',
  );
  assert.is(await reasonOf('echo see src/a.js and nowhere.txt; exit 1'), 'exit code 1');
});

test('somebody edits a file that it has changed: nothing of it is applied, and it fails', async () => {
  const root = await scene({ 'out/a': '1', 'out/b': '1' });
  const ran = await run(root, {
    run: `echo 2 > out/a; echo 2 > out/b; echo mine > ${join(root, 'out/b')}`,
    writes: ['out/**'],
  });
  assert.is(ran.task('t').status, 'failed');
  assert.match(
    ran.task('t').reason ?? '',
    /^its changes were not applied: out\/b changed in the shared tree/,
  );
  assert.equal(ran.task('t').filesChanged, []);
  assert.equal(tree(join(root, 'out')), { a: '1', b: 'mine\n' });
});

test('tries again where it has begun, and after an answer anew', async () => {
  const root = await scene({ a: '1' });
  const ran = await run(root, {
    run: 'test -e out && echo again >> out || { echo first > out; exit 1; }',
    reads: ['a'],
    writes: ['out'],
    retry: { times: 1, delay: '1ms' },
  });
  assert.is(ran.task('t').attempts, 2);
  assert.is(readFileSync(join(root, 'out'), 'utf8'), 'first\nagain\n');
  let asked = 0;
  const yaml = {
    tasks: {
      t: {
        run: 'test ! -e made; echo > made; test -e marker',
        writes: ['made'],
        strict: true,
        onFailure: 'ask',
      },
    },
  };
  const asking = await runConfig(JSON.stringify(yaml), {
    root,
    async ask() {
      asked += 1;
      return asked === 1 ? 'retry' : 'rollback';
    },
  });
  assert.is(asked, 2);
  assert.is(asking.task('t').status, 'rolled-back');
  assert.not(exists(root, 'made'));
  nothingBeside(root);
});

test('a config in a folder below works in the same folder below, and in no repository too', async () => {
  const top = await scene({ 'pkg/a': 'a', above: '1' });
  write(top, { 'node_modules/dep/index.js': 'dep' });
  const root = join(top, 'pkg');
  const task = {
    run: 'basename "$PWD"; ls ..; cat ../node_modules/dep/index.js; cat "$PTASK_ROOT/a" > out',
    reads: ['a'],
    writes: ['out'],
  };
  const ran = await run(root, task);
  assert.is(ran.output('t'), 'pkg\nnode_modules\npkg\ndep');
  assert.is(readFileSync(join(root, 'out'), 'utf8'), 'a');
  nothingBeside(top);
  const bare = tempDir();
  write(bare, { a: 'b' });
  assert.is((await run(bare, { ...task, run: 'cat a > out' })).task('t').status, 'passed');
  assert.is(readFileSync(join(bare, 'out'), 'utf8'), 'b');
  assert.not(existsSync(`${bare}.strict.t`));
});

test('a folder of that name is left alone', async () => {
  const root = await scene({ a: '1' });
  mkdirSync(`${root}.strict.t`);
  writeFileSync(join(`${root}.strict.t`, 'mine'), '');
  const ran = await run(root, { run: 'basename "$PWD"', reads: ['a'] });
  assert.is(ran.output('t'), 'repo.strict.t.2\n');
  assert.equal(readdirSync(dirname(root)), ['repo', 'repo.strict.t']);
});

test('a file that it may not read is not there, and folders that are read-only are filled', async () => {
  const root = await scene({ 'in/closed/a': 'a', 'out/x': 'x' });
  chmodSync(join(root, 'in/closed'), 0o555);
  const ran = await run(root, { run: 'cat in/closed/a > out/x', reads: ['in/**'], writes: ['out/**'] });
  chmodSync(join(root, 'in/closed'), 0o755);
  assert.is(ran.task('t').status, 'passed');
  assert.is(readFileSync(join(root, 'out/x'), 'utf8'), 'a');
});

test('names of any bytes come and go, and what is no file is left alone', async () => {
  const root = await scene({ 'out/a': 'a' });
  const odd = Buffer.concat([Buffer.from(`${root}/out/`), Buffer.from([0x66, 0xff])]);
  writeFileSync(odd, 'odd');
  await run(root, { run: 'mkfifo out/pipe', writes: ['out/**'], strict: false });
  const ran = await run(root, {
    run: 'cat out/f* > out/a; printf two > "$(printf \'out/f\\376\')"; rm "$(printf \'out/f\\377\')"',
    writes: ['out/**'],
  });
  assert.is(ran.task('t').status, 'passed', ran.task('t').reason);
  assert.is(readFileSync(join(root, 'out/a'), 'utf8'), 'odd');
  assert.equal(
    readdirSync(join(root, 'out'), 'latin1').map((name) => name),
    ['a', 'f\xfe', 'pipe'],
  );
});

test('strict tasks take turns for a file, and are never in a worktree', async () => {
  const root = await scene({ a: '1' });
  const ran = await runConfig(
    JSON.stringify({
      tasks: {
        one: { run: 'echo 1 >> log', writes: ['log'], strict: true },
        two: { run: 'echo 2 >> log', writes: ['log'] },
      },
    }),
    { root },
  );
  assert.is(readFileSync(join(root, 'log'), 'utf8'), '1\n2\n');
  assert.equal(
    ran.report.tasks.map(({ workspace }) => workspace),
    ['shared', 'shared'],
  );
});
