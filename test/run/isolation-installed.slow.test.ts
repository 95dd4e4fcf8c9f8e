/** A worktree has what is installed in the user's folder, and is the user's folder in what git ignores and a task needs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { assertNothingLeft, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: installed');

const IGNORED = { '.gitignore': 'node_modules/\n.env*\ncerts/\n*.log\ndist/\n' };

const manifest = (name: string, more: object = {}): string => JSON.stringify({ name, ...more });

/** A workspace with two packages, of which one needs the other, and one package from elsewhere. */
const INSTALLED = {
  ...IGNORED,
  'package.json': manifest('top', { workspaces: ['packages/*'] }),
  'packages/a/package.json': manifest('@own/a', { main: 'index.js' }),
  'packages/a/index.js': "module.exports = 'a of ' + __dirname;\n",
  'packages/b/package.json': manifest('@own/b'),
  'packages/b/index.js': "console.log(require('@own/a'), require('other'), require('inner'));\n",
  'packages/b/node_modules/inner/index.js': "module.exports = 'inner';\n",
  'node_modules/.package-lock.json': '{}',
  'node_modules/@own/a': { symlink: '../../packages/a' },
  'node_modules/@own/b': { symlink: '../../packages/b' },
  'node_modules/other/index.js': "module.exports = 'other';\n",
  'node_modules/other/bin.js': { content: '#!/usr/bin/env node\nconsole.log("ran");\n', mode: 0o755 },
  'node_modules/.bin/tool': { symlink: '../other/bin.js' },
};

const isolated = (run: string, more: object = {}) => ({
  run,
  writes: ['out'],
  workspace: 'worktree',
  ...more,
});

test('packages are found, and those of the repository are the worktree’s own', async () => {
  const made = await ground(INSTALLED);
  const run = 'echo // more >> packages/a/index.js; node packages/b/index.js > out; tool >> out';
  const ran = await runIn(made.dir, { tasks: { t: isolated(run, { writes: ['out', 'packages/a/**'] }) } });
  assert.is(ran.report.status, 'complete', told(ran));
  const [first = '', ...more] = readFileSync(join(made.dir, 'out'), 'utf8').trim().split('\n');
  assert.match(first, /^a of .*repo\.t\/packages\/a other inner$/);
  assert.equal(more, ['ran']);
  await assertNothingLeft(made);
});

test('two tasks that need packages and write the same files pass out of the box', async () => {
  const made = await ground({ ...INSTALLED, 'src/x.js': 'one\ntwo\nthree\nfour\nfive\n' });
  const task = (line: string) => ({
    run: `tool > /dev/null && sed -i 's/${line}/${line}!/' src/x.js`,
    writes: ['src/**'],
  });
  const ran = await runIn(made.dir, { tasks: { a: task('one'), b: task('five') } });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.equal(
    ran.report.tasks.map(({ workspace }) => workspace),
    ['worktree', 'worktree'],
  );
  assert.is(readFileSync(join(made.dir, 'src/x.js'), 'utf8'), 'one!\ntwo\nthree\nfour\nfive!\n');
});

test('who empties the folder, or writes to its own files, leaves the user’s as they are', async () => {
  const made = await ground(INSTALLED);
  const before = rawTree(join(made.dir, 'node_modules'));
  const run =
    'echo x > node_modules/.package-lock.json; rm -rf node_modules/*; mkdir node_modules/new; echo y > node_modules/new/y; rm -rf packages/b/node_modules';
  for (const more of [{}, { needs: ['t'] }]) {
    const tasks = { t: isolated(run), u: isolated('tool > out; node packages/b/index.js', more) };
    const ran = await runIn(made.dir, { tasks });
    assert.is(ran.report.status, 'complete', told(ran));
    assert.equal(rawTree(join(made.dir, 'node_modules')), before);
    assert.ok(existsSync(join(made.dir, 'packages/b/node_modules/inner')));
  }
});

test('what a task declares to write in there is a copy, and comes back', async () => {
  const made = await ground({ ...INSTALLED, 'node_modules/.gen/old': 'old\n' });
  const run =
    'cat node_modules/.gen/old > node_modules/.gen/new; echo changed > node_modules/.gen/old; tool > out';
  const ran = await runIn(made.dir, {
    tasks: { t: isolated(run, { writes: ['out', 'node_modules/.gen/**'] }) },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.equal(rawTree(join(made.dir, 'node_modules/.gen')), { new: '644 old\n', old: '644 changed\n' });
});

test('what the config says of it comes first, and a setup that installs finds nothing', async () => {
  const made = await ground(INSTALLED);
  const look =
    'if [ -L node_modules ]; then echo link; elif [ -e node_modules ]; then ls -A node_modules; else echo none; fi';
  const said = async (worktrees: object, run = look): Promise<string> => {
    const ran = await runIn(made.dir, { worktrees, tasks: { t: isolated(`(${run}) > out`) } });
    assert.is(ran.report.status, 'complete', told(ran));
    return readFileSync(join(made.dir, 'out'), 'utf8').trim();
  };
  assert.is(await said({ link: ['node_modules'] }), 'link');
  assert.match(await said({}), /\.bin/);
  assert.match(await said({ setup: 'tool; npm run --if-present x' }), /other/);
  for (const setup of [
    'true || npm ci',
    'false && pnpm install; true',
    'true || yarn',
    'true || npm --silent i',
  ])
    assert.is(await said({ setup }), 'none', setup);
});

test('a config in a folder below has what is installed above it', async () => {
  const made = await ground({ ...INSTALLED, 'packages/b/sub/x': '' });
  const ran = await runIn(join(made.dir, 'packages/b'), {
    tasks: { t: isolated('node index.js > out; tool >> out') },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.match(
    readFileSync(join(made.dir, 'packages/b/out'), 'utf8'),
    /^a of .*repo\.t\/packages\/a other inner\nran\n$/,
  );
});

test('the files that `dotenv` names are there', async () => {
  const made = await ground({ ...IGNORED, '.env': 'ONE=1\n', '.env.other': 'TWO=2\n', '.envrc': 'x' });
  const ran = await runIn(made.dir, {
    dotenv: ['.env', './.env.other'],
    tasks: { t: isolated('ls -A .env* > out') },
  });
  assert.is(ran.report.status, 'complete', told(ran));
  assert.is(readFileSync(join(made.dir, 'out'), 'utf8'), '.env\n.env.other\n');
  assert.equal(readdirSync(made.dir).filter((name) => name.startsWith('.env')).length, 3);
});

test('a failure says what of the user’s ignored files was missing', async () => {
  const made = await ground({
    ...IGNORED,
    ...{ 'certs/dev.pem': 'x', '.env.local': 'x', 'a.log': 'x', 'dist/x': 'x', 'made/x': '' },
  });
  const reasonOf = async (run: string, more: object = {}): Promise<string | undefined> => {
    const ran = await runIn(made.dir, { tasks: { t: isolated(run, more) } });
    assert.is(ran.report.status, 'failed', told(ran));
    return ran.task('t').reason;
  };
  assert.is(
    await reasonOf('cat certs/dev.pem'),
    'exit code 1; certs/dev.pem is not in its worktree, since git ignores it: add it to `worktrees.copy`',
  );
  assert.match(
    String(await reasonOf('test -f .env.local')),
    /^exit code 1; \.env\.local is not in its worktree, since/,
  );
  assert.is(
    await reasonOf('exit 3'),
    'exit code 3; git ignores .env.local and certs/, so its worktree lacks them: `worktrees.copy` brings such files',
  );
  assert.is(await reasonOf('exit 3', { reads: ['certs/**', '.env.local'] }), 'exit code 3');
});
