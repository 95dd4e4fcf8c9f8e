/** The script that a task is on another machine, run here by the system's own shell. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Shell } from '../../src/config/config.ts';
import { shellCall } from '../../src/run/process/platform.ts';
import { failedPart, OWN_FILES, type ScriptOptions, scriptOf } from '../../src/run/remote/script.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';

const test = suite('run/remote/script');

const ROOT = "/home/it's me/repo";

function ran(task: Partial<ScriptOptions['task']>, more: Partial<ScriptOptions> = {}) {
  const { script, environment } = scriptOf({
    task: { shell: 'sh', run: [], verify: [], cwd: '.', ...task },
    ...{ setup: [], setupShell: 'sh', env: {}, root: ROOT, looked: [] },
    ...more,
  });
  const dir = tempDir();
  write(dir, {
    'tree/node_modules/.bin/tool': { content: '#!/bin/sh\necho tool\n', mode: 0o755 },
    'tree/a/': '',
  });
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: dir, env, encoding: 'utf8' });
  assert.is(stderr, '', 'one stream');
  const failed = join(dir, OWN_FILES.failed);
  return { dir, status, stdout, part: exists(failed) ? failedPart(readFileSync(failed, 'utf8')) : undefined };
}

test('commands run one after the other until one fails, and it is told which', () => {
  const { status, stdout, part } = ran({
    run: ['echo "it\'s a"', 'echo b >&2; exit 7', 'echo c'],
    verify: ['echo d'],
  });
  assert.equal([status, stdout, part], [7, "it's a\nb\n", 'run']);
  const checked = ran({ run: ['true'], verify: ['exit 3'] });
  assert.equal([checked.status, checked.part], [3, 'verify']);
  const setUp = ran({ run: ['echo no'] }, { setup: ['false'] });
  assert.equal([setUp.status, setUp.stdout, setUp.part], [1, '', 'setup']);
  assert.equal(ran({ run: ['true'], verify: ['true'] }).part, undefined);
});

test('each has a shell of its own', () => {
  assert.is(
    ran({ run: ['cd a; X=1; exit 0', 'echo "$PWD ${X-unset}" | sed "s/.*tree/tree/"'] }).stdout,
    'tree unset\n',
  );
});

test('what names the repository here names it there; the rest is as it is', () => {
  const env = { PTASK_ROOT: ROOT, MIX: `${ROOT}/a:${ROOT}/b c`, PLAIN: "q'x", PTASK_OUTPUT: '/here/out' };
  const { dir, stdout } = ran(
    { run: ['echo "$PTASK_ROOT|$MIX|$PLAIN"; echo v=1 > "$PTASK_OUTPUT"'] },
    { env },
  );
  assert.is(stdout, `${dir}/tree|${dir}/tree/a:${dir}/tree/b c|q'x\n`);
  assert.is(readFileSync(join(dir, OWN_FILES.output), 'utf8'), 'v=1\n');
});

test('it works in its folder, finds what is installed, and has nothing to read', () => {
  assert.is(ran({ cwd: 'a', run: ['tool; cat; pwd | sed "s/.*tree/tree/"'] }).stdout, 'tool\ntree/a\n');
});

/** Commands, and whether they end well, wherever they run. */
const COMMANDS: [Shell, string, boolean][] = [
  ['sh', 'false\necho went on', false],
  ['sh', 'false; echo went on', true],
  ['sh', 'false | cat', true],
  ['bash', 'false | cat', false],
  ['bash', 'true |\ncat', true],
  ['bash', 'false\ntrue', false],
  ['sh', '-no-command', false],
  ['sh', 'test "$0" = sh', true],
  ['bash', 'test "$0" = bash', true],
];

test('a command passes or fails as at home', () => {
  for (const [shell, command, passes] of COMMANDS) {
    const call = shellCall(command, shell, tempDir(), { PATH: process.env.PATH });
    const here = spawnSync(call?.file ?? '', call?.args, { encoding: 'utf8' });
    const lists = [{ run: [command] }, { run: ['true'], verify: [command] }];
    const all = [
      ...lists.map((list) => ran({ shell, ...list })),
      ran({}, { setup: [command], setupShell: shell }),
    ];
    for (const there of all) {
      assert.is(there.status, here.status, `${shell} -c ${command}`);
      assert.is(there.stdout.includes('went on'), here.stdout.includes('went on'), command);
      assert.is(there.status === 0, passes, command);
    }
  }
});

test('that it has ended is written down, with its code', () => {
  const codeOf = (dir: string): string => readFileSync(join(dir, OWN_FILES.done), 'utf8');
  assert.is(codeOf(ran({ run: ['true'] }).dir), '0\n');
  assert.is(codeOf(ran({ run: ['exit 7'] }).dir), '7\n');
  assert.is(codeOf(ran({ cwd: 'a', run: ['true'], verify: ['exit 3'] }).dir), '3\n');
});

test('what only begins or ends like the repository is as it is', () => {
  const root = '/w/a.b';
  const kept = ['/w/a.b-other/z', '/w/a.bc', '/x/w/a.b', '/w/aXb/z', '/w/a.b.old'];
  const env = Object.fromEntries(kept.map((value, at) => [`V${at}`, value]));
  const script = scriptOf({
    ...{
      task: { shell: 'sh', run: [], verify: [], cwd: '.' },
      setup: [],
      setupShell: 'sh',
      looked: [],
      root,
    },
    env: { ...env, LIST: '/bin:/w/a.b/x:/w/a.b', OPTION: '-I/w/a.b/inc', LINK: 'file:///w/a.b/x' },
  });
  assert.equal(script.environment, env);
  for (const name of ['LIST', 'OPTION', 'LINK'])
    assert.not.match(script.script.match(new RegExp(`^export ${name}=.*$`, 'm'))?.[0] ?? root, /w.a\.b/);
});

test('outputs that are links are put aside, and others stay', () => {
  const run = ['ln -s a lnk; ln -s gone dangling; echo x > file'];
  const { dir, status } = ran({ run }, { looked: ['a', 'dangling', 'file', 'lnk', 'none'] });
  assert.is(status, 0);
  assert.is(readlinkSync(join(dir, OWN_FILES.links, '3')), 'a');
  assert.is(readlinkSync(join(dir, OWN_FILES.links, '1')), 'gone');
  assert.equal(readdirSync(join(dir, 'tree')).sort(), ['a', 'file', 'node_modules']);
  assert.equal(readdirSync(join(dir, OWN_FILES.links)), ['1', '3']);
});

if (process.platform === 'linux')
  test('what a command leaves running is ended with it, and nothing else', async () => {
    const pid = join(tempDir(), 'pid');
    const run = [
      `(echo $$; exec sleep 4713) > ${pid} & until test -s ${pid}; do :; done; sleep 4714 & echo $! > ${pid}2; exit 3`,
    ];
    const { status } = ran({ run });
    assert.is(status, 3);
    for (const file of ['', '2']) {
      const left = Number(readFileSync(`${pid}${file}`, 'utf8'));
      while (isRunning(left)) await new Promise((next) => setTimeout(next, 20));
    }
  });

/** Also what nobody has buried yet is over. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
