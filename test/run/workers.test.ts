/** Commands by way of shells that stay, and commands each by a process of its own: nobody can tell the difference. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from '../../src/base/liveness.ts';
import type { CommandResult } from '../../src/run/process/executor.ts';
import { openPipes } from '../../src/run/process/pipes.ts';
import { runCommand } from '../../src/run/process/process.ts';
import type { ProcessesOptions } from '../../src/run/process/supervision.ts';
import { WorkerCommands } from '../../src/run/process/worker-commands.ts';
import { isBuiltin, jobScript, readStatus } from '../../src/run/process/worker-script.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/workers');

const ENV = { PATH: process.env.PATH, HOME: '/nowhere', PTASK_STACK: 'run/task', EMPTY: '' };

interface Way {
  run(
    command: string,
    more?: {
      env?: Record<string, string | undefined>;
      cwd?: string;
      stop?: AbortSignal;
      onOutput?: (text: string) => void;
    },
  ): Promise<{
    result: object | undefined;
    output: string;
  }>;
  /** Whether the last one was known to have left nothing. */
  isAllOver: boolean | undefined;
  groups: number[];
}

/** Both ways, each with what it takes, until the test is over. */
async function bothWays(
  work: (ways: { worker: Way; own: Way; dir: string }) => Promise<void>,
): Promise<void> {
  const closePipes = openPipes();
  const dir = tempDir();
  const optionsFor = (groups: number[]): ProcessesOptions => ({
    kill: new AbortController().signal,
    graceMs: 5_000,
    onGroup: () => (pid) => groups.push(pid),
    onRaw() {},
  });
  const way = (
    run: (
      options: ProcessesOptions,
    ) => (command: Parameters<typeof runCommand>[0]) => Promise<CommandResult | undefined>,
  ): Way => {
    const groups: number[] = [];
    const start = run(optionsFor(groups));
    return {
      groups,
      isAllOver: undefined,
      async run(command, { env = ENV, cwd = dir, stop = new AbortController().signal, onOutput: hear } = {}) {
        let output = '';
        const onOutput = (chunk: Buffer): void => {
          output += chunk;
          hear?.(String(chunk));
        };
        const told = await start({ command, shell: 'sh', cwd, env, stop, onOutput });
        if (told === undefined) return { result: undefined, output };
        const { isAllOver, ...result } = told;
        this.isAllOver = isAllOver;
        return { result, output };
      },
    };
  };
  let close = (): void => {};
  try {
    await work({
      dir,
      worker: way((options) => {
        const workers = new WorkerCommands(options);
        close = () => workers.close();
        return (command) => workers.run(command);
      }),
      own: way((options) => (command) => runCommand(command, options)),
    });
  } finally {
    close();
    closePipes();
  }
}

const COMMANDS = [
  'true',
  'false',
  ':',
  'echo one two',
  '/bin/echo a b=c',
  'exit 3',
  'exit 137',
  'nosuchprogram',
  './nosuchfile',
  ...['SIGKILL', 'SIGTERM', 'SIGSEGV'].map((signal) => `node -e "process.kill(process.pid, '${signal}')"`),
  'kill -9 0',
  'echo out; echo err >&2',
  'printf "no newline"',
  'echo \'a  b\' "$HOME" `echo c`',
  'echo "unbalanced',
  'echo )',
  'if',
  'set -e; false; echo never',
  'false\necho never',
  'cat <<EOF\nhere\nEOF\necho more',
  'trap "echo bye" EXIT; exit 2',
  'exec /bin/sh -c "exit 4"',
  'cat',
  'pwd',
  'cd / && pwd',
  'env | grep -v "^_=\\|^PTASK_STACK=" | sort',
  'umask 077; umask',
  'echo >/dev/stderr named',
  '-x',
  'echo ümläut ☃',
  '(exit 5)',
  'sleep 0.01 & wait; echo waited',
  'readonly PATH; exit 6',
  'exec >/dev/null; echo lost',
  'echo $0 $#',
  '#',
  '',
];

test('each command ends and prints the same, whatever came before it', { timeout: 120_000 }, async () => {
  await bothWays(async ({ worker, own }) => {
    for (const command of COMMANDS) {
      const expected = await own.run(command);
      for (const turn of [1, 2]) assert.equal(await worker.run(command), expected, `${command} (${turn})`);
    }
  });
});

test('variables, folders', async () => {
  await bothWays(async ({ worker, own, dir }) => {
    const below = join(dir, 'with space');
    mkdirSync(below);
    for (const [env, cwd] of [
      [{ ...ENV, A: "it's\nso" }, dir],
      [{ ...ENV, HOME: undefined, A: '' }, below],
      [{ PATH: ENV.PATH }, dir],
      [{ ...ENV, IFS: 'x', 'a.b': '1' }, below],
    ] as const) {
      const command = 'env | grep -v "^_=\\|^PTASK_STACK=" | sort; pwd';
      const expected = await own.run(command, { env, cwd });
      const told = await worker.run(command, { env, cwd });
      if (told.result !== undefined) assert.equal(told, expected);
    }
  });
});

test('one shell serves one command after the other, and another where it was killed', async () => {
  await bothWays(async ({ worker }) => {
    for (let turn = 0; turn < 5; turn++) await worker.run('/bin/true');
    assert.is(worker.groups.length, 1);
    await worker.run('kill -9 0');
    await worker.run('/bin/true');
    assert.is(worker.groups.length, 2);
    await Promise.all([worker.run('sleep 0.2'), worker.run('sleep 0.2'), worker.run('sleep 0.2')]);
    assert.is(worker.groups.length, 4);
  });
});

test('what a command leaves behind in its group is ended before the command is', async () => {
  await bothWays(async ({ worker, dir }) => {
    const file = join(dir, 'pid');
    for (const command of [
      `sleep 60 & echo $! > ${file}`,
      `sleep 60 >/dev/null 2>&1 & echo $! > ${file}`,
      `(sleep 60 & echo $! > ${file})`,
    ]) {
      await worker.run(command);
      const pid = Number(readFileSync(file, 'utf8'));
      assert.is(processStart(pid), undefined, command);
    }
  });
});

test('what may go on somewhere else is told', { timeout: 30_000 }, async () => {
  await bothWays(async ({ worker, own }) => {
    for (const daemon of ['setsid sleep 1 &', 'setsid sh -c "sleep 1 & exit" & wait']) {
      await worker.run(daemon);
      assert.not.ok(worker.isAllOver, daemon);
    }
    await own.run('true');
    assert.not.ok(own.isAllOver);
    // Whatever else begins on the machine may be of it.
    for (let turn = 0; turn < 500 && !worker.isAllOver; turn++) await worker.run('/bin/true');
    assert.ok(worker.isAllOver);
  });
});

test('its output is its own, also where somebody outside still has it open', {
  timeout: 30_000,
}, async () => {
  await bothWays(async ({ worker }) => {
    const daemon = "setsid sh -c 'sleep 3; echo late' & echo first";
    assert.is((await worker.run(daemon)).output, 'first\n');
    for (let turn = 0; turn < 20; turn++) {
      assert.is((await worker.run('echo next')).output, 'next\n');
      await sleep(10);
    }
  });
});

test('what it prints comes while it runs, and all of it where that is much', {
  timeout: 30_000,
}, async () => {
  await bothWays(async ({ worker, dir }) => {
    const go = join(dir, 'go');
    let told = '';
    const stop = new AbortController();
    const waits = `printf early; until test -e ${go}; do sleep 0.01; done; printf late`;
    const ran = worker.run(waits, {
      stop: stop.signal,
      onOutput(text) {
        told += text;
        if (told === 'early') writeFileSync(go, '');
      },
    });
    assert.equal(await ran, { result: { exitCode: 0 }, output: 'earlylate' });
    for (const bytes of [1, 65_534, 65_536, 65_537, 3_000_000]) {
      const { output } = await worker.run(`head -c ${bytes} /dev/zero`);
      assert.is(output.length, bytes);
    }
  });
});

test('it is stopped in good order', { timeout: 30_000 }, async () => {
  await bothWays(async ({ worker, own, dir }) => {
    const ready = join(dir, 'ready');
    for (const way of [own, worker]) {
      writeFileSync(ready, '');
      const stop = new AbortController();
      const command = `trap 'echo stopped; exit 7' TERM; echo yes > ${ready}; while :; do :; done`;
      const ran = way.run(command, { stop: stop.signal });
      while (readFileSync(ready, 'utf8') === '') await sleep(10);
      stop.abort();
      assert.equal(await ran, { result: { exitCode: 7 }, output: 'stopped\n' });
    }
  });
});

test('it is stopped by who hears what it prints', { timeout: 30_000 }, async () => {
  await bothWays(async ({ worker, own }) => {
    for (const way of [own, worker]) {
      const stop = new AbortController();
      const onOutput = (): void => stop.abort();
      const ran = await way.run('echo up; sleep 60', { stop: stop.signal, onOutput });
      assert.equal(ran, { result: { exitCode: null, signal: 'SIGTERM' }, output: 'up\n' });
    }
  });
});

test('who prints without end keeps nobody from anything', { timeout: 30_000 }, async () => {
  await bothWays(async ({ worker }) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    const { result } = await worker.run('yes', { stop: stop.signal });
    assert.equal(result, { exitCode: null, signal: 'SIGTERM' });
    await worker.run('setsid timeout 3 yes &');
  });
});

test('it is stopped at whatever moment that is asked for', { timeout: 60_000 }, async () => {
  await bothWays(async ({ worker, dir }) => {
    await worker.run(':');
    // Before its shell has heard of it, while that starts it, and once it runs.
    for (let turn = 0; turn < 60; turn++) {
      const stop = new AbortController();
      const ran = worker.run(`sleep 3; echo > ${join(dir, 'late')}`, { stop: stop.signal });
      for (let wait = 0; wait < turn % 12; wait++) await (turn < 30 ? sleep(1) : Promise.resolve());
      stop.abort();
      assert.equal((await ran).result, { exitCode: null, signal: 'SIGTERM' }, `turn ${turn}`);
    }
    assert.not.ok(existsSync(join(dir, 'late')));
  });
});

test('what goes another way', async () => {
  await bothWays(async ({ worker, dir }) => {
    const nothing = { result: undefined, output: '' };
    await worker.run('true');
    assert.equal(await worker.run('true', { cwd: join(dir, 'none') }), nothing);
    for (const asks of ['echo $$', 'kill $PPID', 'node -e "process.ppid"'])
      assert.equal(await worker.run(asks), nothing, asks);
    assert.equal(await worker.run('true', { env: { ...ENV, LONG: 'x'.repeat(100_000) } }), nothing);
  });
});

test('scripts', () => {
  const call = { file: '/bin/sh', args: ['-c', '--', 'a "b"', 'sh'], detached: true, verbatim: false };
  const base = { cwd: '/a', env: { A: '1', B: '2' } };
  const script = (command: string, cwd = '/a', env: Record<string, string> = { A: '1', B: '2' }) =>
    jobScript({ call, command, cwd, env, stack: undefined, output: '/o' }, base, (word) => word === 'prog');
  const quick = 'trap : HUP INT QUIT TERM; ( ';
  const begin = 'trap : HUP INT QUIT TERM; ( echo +; ';
  const end = ` ) </dev/null >'/o' 2>&1; s=$?; trap - HUP INT QUIT TERM; echo "=$s" >&2
`;
  const fresh = `exec '/bin/sh' '-c' '--' 'a "b"' 'sh'`;
  const level = 'unset SHLVL; ';
  assert.is(script('prog --x=1'), `${begin}${level}prog --x=1${end}`);
  assert.is(script('true'), `${quick}${level}true${end}`);
  assert.is(script('other'), `${begin}${level}${fresh}${end}`);
  assert.is(script('prog *'), `${begin}${level}${fresh}${end}`);
  assert.is(
    script('prog', '/b', { A: "it's" }),
    `${begin}cd '/b'; unset OLDPWD; unset B; export A='it'\\''s'; ${level}prog${end}`,
  );
  assert.is(script('prog', '/a', { A: '1', B: '2', 'x.y': '' }), undefined);
  assert.is(script('prog', '/a', { A: '1', B: '2', IFS: ':' }), undefined);
});

test('which commands start nothing', () => {
  for (const command of ['true', 'echo a b', ':']) assert.ok(isBuiltin(command), command);
  for (const command of ['trueish', 'echo $(x)', 'true; x', 'A=1 true', 'true &', 'echo `x`', 'true\nx'])
    assert.not.ok(isBuiltin(command), command);
});

test('a status is read once it is all there', () => {
  assert.is(readStatus(''), undefined);
  assert.is(readStatus('=1'), undefined);
  assert.is(readStatus('Killed\n'), undefined);
  assert.equal(readStatus('=0\n'), { code: 0, said: '' });
  assert.equal(readStatus('Killed\n=137\n'), { code: 137, said: 'Killed' });
});
