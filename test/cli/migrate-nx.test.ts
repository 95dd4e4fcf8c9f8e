// `ptask migrate nx` asks the nx of the repository, here a program that stands in for it, and leaves nothing of that behind.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from '../../src/cli/ask-nx.ts';
import { expectCode, expectSignal, project } from '../support/cli.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/migrate-nx');

const graph = {
  graph: {
    nodes: {
      a: {
        name: 'a',
        data: {
          root: 'a',
          targets: {
            lint: { executor: 'nx:run-commands', cache: true, options: { command: 'eslint .', cwd: 'a' } },
          },
        },
      },
    },
    dependencies: { a: [] },
  },
};

const withNx = (code: string, others: Record<string, string> = {}): ReturnType<typeof project> =>
  project({
    files: {
      'nx.json': JSON.stringify({ plugins: ['@nx/eslint/plugin'] }),
      'a/project.json': JSON.stringify({ name: 'a', targets: { build: { command: 'node b.js' } } }),
      'node_modules/nx/package.json': JSON.stringify({ version: '22.0.0', bin: { nx: './nx.js' } }),
      'node_modules/nx/nx.js': code,
      ...others,
    },
  });

const ANSWERS = `
  const { NX_DAEMON, NX_NO_CLOUD, NX_WORKSPACE_DATA_DIRECTORY: data } = process.env;
  const file = process.argv[3].replace('--file=', '');
  require('node:fs').mkdirSync(data, { recursive: true });
  require('node:fs').writeFileSync('seen.json', JSON.stringify({ NX_DAEMON, NX_NO_CLOUD, data, file, command: process.argv[2] }));
  require('node:fs').writeFileSync(file, ${JSON.stringify(JSON.stringify(graph))});
`;

test('its answer is what counts, without its daemon and cloud, and its own files go with it', async () => {
  const made = withNx(ANSWERS);
  const shown = expectCode(await made.ptask('migrate', 'nx'), 0);
  assert.match(shown.stdout, /\n {2}a:lint:\n {4}cwd: a\n {4}run: eslint \.\n/);
  assert.not.match(shown.stdout, /build/);
  assert.match(shown.stderr, /^asking nx for its projects \(nx graph\), which runs its plugins\n/);
  const seen = JSON.parse(readFileSync(join(made.dir, 'seen.json'), 'utf8')) as Record<string, string>;
  assert.equal([seen.command, seen.NX_DAEMON, seen.NX_NO_CLOUD], ['graph', 'false', 'true']);
  for (const path of [seen.data, seen.file]) {
    assert.not.ok(path?.startsWith(made.dir));
    assert.not.ok(existsSync(path as string), path);
  }
});

test('init runs nothing, and neither does migrate where there are no plugins', async () => {
  const made = withNx(ANSWERS);
  expectCode(await made.ptask('init'), 0);
  const plain = withNx(ANSWERS, { 'nx.json': '{}' });
  expectCode(await plain.ptask('migrate', 'nx'), 0);
  assert.equal(
    [existsSync(join(made.dir, 'seen.json')), existsSync(join(plain.dir, 'seen.json'))],
    [false, false],
  );
});

test('an nx that fails, or answers something else, leaves what files say, and a note', async () => {
  for (const [code, why] of [
    [
      'console.log("\\n NX   Plugin not found\\n\\nmore"); process.exit(1)',
      'nx graph failed: Plugin not found',
    ],
    ['process.exit(3)', 'nx graph failed: exit code 3'],
    ['process.kill(process.pid, "SIGKILL")', 'nx graph failed: SIGKILL'],
    [
      'require("node:fs").writeFileSync(process.argv[3].slice(7), "[]")',
      'nx graph wrote no graph of projects',
    ],
  ] as const) {
    const { stdout, stderr } = expectCode(await withNx(code).ptask('migrate', 'nx'), 0);
    assert.match(stdout, /\n {2}a:build:\n/);
    assert.ok(stderr.replace(/\s+/g, ' ').includes(`(@nx/eslint/plugin) are not in it: ${why}`), stderr);
  }
});

test('without nx the way out is named', async () => {
  const made = withNx('', { 'node_modules/nx/package.json': '{}' });
  const { stderr } = expectCode(await made.ptask('migrate', 'nx'), 0);
  assert.match(
    stderr.replace(/\s+/g, ' '),
    /not in it: nx is not installed here; install it, and run this command again/,
  );
});

/** An nx that starts a program and ends with it. */
const runs = (command: string): string =>
  `process.exitCode = require('node:child_process').spawnSync(${JSON.stringify(command)}, { shell: true, stdio: 'inherit' }).status ?? 1;`;

test('when its time is up all that it has started ends, and nobody waits for who holds its output', async () => {
  const rig = await puppets();
  const made = withNx(runs(rig.command('worker')));
  const late = new AbortController();
  const program = { file: join(made.dir, 'node_modules/nx/nx.js'), version: '22.0.0' };
  const answer = answerOf(program, made.dir, { stop: new AbortController().signal, kill: late.signal });
  const worker = await rig.nextInvocation('worker');
  // In a session of its own, as a daemon: nobody ends it, and it has the output open.
  const daemon = await worker.spawnOrphan({ detached: true, holdOutput: true });
  await worker.ignoreSigterm();
  late.abort();
  assert.ok('problem' in (await answer));
  await worker.ended;
  await rig.close();
  assert.not.ok(daemon.alive());
});

test('a signal is for nx as well, and whoever of it does not heed that is killed', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const rig = await puppets();
    const made = withNx(runs(rig.command('worker')));
    const running = made.start('migrate', 'nx', '--yes');
    const worker = await rig.nextInvocation('worker');
    await worker.ignoreSigterm();
    running.kill(signal);
    assert.is(await worker.signalled, 'SIGTERM');
    const ended = expectSignal(await running.result, signal);
    assert.is(ended.stdout, '');
    await worker.ended;
    assert.not.ok(existsSync(join(made.dir, 'parallel.config.yaml')));
  }
});
