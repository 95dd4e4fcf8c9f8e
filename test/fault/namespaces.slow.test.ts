// Two ptasks that cannot see each other: in pid namespaces of their own, as in two containers, or on two machines.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { thisProcess } from '../../src/base/liveness.ts';
import { atOnce } from '../support/at-once.ts';
import { atEnd } from '../support/cleanup.ts';
import { expectCode, expectOutput, gitProject, type Project, ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';
import { write } from '../support/tmp.ts';

const test = suite('fault/namespaces');

const APART = ['--pid', '--fork', '--kill-child'];
const canUnshare = spawnSync('unshare', [...APART, '--mount-proc', 'true']).status === 0;

/** Half a minute of silence is what most of them wait for. */
const waiting = atOnce(test);
/** Tests that need a namespace of their own. */
const apart: typeof waiting = canUnshare
  ? waiting
  : (name) => test.skip(name, 'this machine does not let us make pid namespaces');

interface Apart {
  pid: number;
  output(): string;
  ended: Promise<number | null>;
  kill(): void;
}

/** A command in a pid namespace of its own. @param more more flags of unshare */
function runApart(cwd: string, command: string[], more: string[] = ['--mount-proc']): Apart {
  const child = spawn('unshare', [...APART, ...more, ...command], {
    ...{ cwd, env: hermeticEnv(), stdio: ['ignore', 'pipe', 'pipe'] as const },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  atEnd('end what runs apart', async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { pid: child.pid as number, output: () => output, ended, kill: () => child.kill('SIGKILL') };
}

const ptaskApart = (cwd: string, args: string[], more?: string[]): Apart =>
  runApart(cwd, [process.execPath, ptaskBin, ...args], more);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

/** Its first task writes one half, waits for `go`, and writes the other. */
const halves = (): Promise<Project> =>
  gitProject({
    config: JSON.stringify({
      tasks: {
        halves: {
          run: 'echo half > out; touch begun; until [ -e go ]; do sleep 0.05; done; echo whole >> out',
          writes: ['out'],
        },
        quick: { run: 'echo quick > quick', writes: ['quick'] },
      },
    }),
    files: { out: 'before\n', '.gitignore': 'begun\ngo\n' },
  });

const begun = ({ dir }: Project) => until(() => existsSync(join(dir, 'begun')));
const outOf = ({ dir }: Project): string => readFileSync(join(dir, 'out'), 'utf8');

for (const [what, more] of [
  ['with a /proc of its own', ['--mount-proc']],
  ['with the /proc of around it', []],
] as const)
  apart(`a run in another namespace ${what} waits for one that lives`, {}, async () => {
    const made = await halves();
    const first = made.start('run', 'halves');
    await begun(made);
    for (const command of [['run', 'quick'], ['clean'], ['undo']]) {
      const refused = ptaskApart(made.dir, command, [...more]);
      await until(() =>
        /waiting for PARALLEL-\S+ \(pid \d+ on \S+\) in this work tree/.test(refused.output()),
      );
      refused.kill();
      await refused.ended;
    }
    const second = ptaskApart(made.dir, ['run', 'quick'], [...more]);
    await until(() => /waiting for/.test(second.output()));
    // Longer than a look, and than a heartbeat.
    await sleep(6_000);
    assert.not.ok(existsSync(join(made.dir, 'quick')));
    assert.is(outOf(made), 'half\n');
    write(made.dir, { go: '' });
    expectCode(await first.result, 0);
    assert.is(await second.ended, 0, second.output());
    assert.is(outOf(made), 'half\nwhole\n');
    assert.not.match(second.output(), /recovered/);
  });

apart(
  'one around the namespace waits for a run within it, and those who only look see that it lives',
  {},
  async () => {
    const made = await halves();
    const first = ptaskApart(made.dir, ['run', 'halves']);
    await begun(made);
    expectOutput(expectCode(await made.ptask('report'), 2), /is still in progress/);
    assert.not.match(expectCode(await made.ptask('plan'), 0).all, /was killed/);
    const refused = expectCode(await made.ptask('run', 'quick', '--no-wait'), 2);
    assert.match(refused.all.replaceAll(/\s+/g, ' '), 'no sign of life for 30 s');
    const second = made.start('run', 'quick');
    await until(() => /waiting for/.test(second.output()));
    write(made.dir, { go: '' });
    assert.is(await first.ended, 0, first.output());
    const ended = expectCode(await second.result, 0);
    assert.not.match(ended.all, /recovered/);
    assert.is(outOf(made), 'half\nwhole\n');
  },
);

apart('two that wait for one that was killed run one after the other', { timeout: 240_000 }, async () => {
  const made = await halves();
  const first = ptaskApart(made.dir, ['run', 'halves']);
  await begun(made);
  first.kill();
  await first.ended;
  const within = ptaskApart(made.dir, ['run', 'quick']);
  const around = made.start('run', 'quick', { timeout: 200_000 });
  const code = await within.ended;
  assert.is(code, 0, within.output());
  const ended = expectCode(await around.result, 0);
  const recovered = [within.output(), ended.all].filter((said) => /recovered run \S+ was killed/.test(said));
  assert.is(recovered.length, 1);
  assert.is(outOf(made), 'before\n');
  assert.equal(readdirSync(join(made.dir, '.git/ptask/active')), []);
});

apart('what a run within has left running is found from around it', { timeout: 240_000 }, async () => {
  const made = await halves();
  // The first process of the namespace, which keeps it alive.
  const script = `"${process.execPath}" "${ptaskBin}" run halves & wait $!; sleep 600`;
  runApart(made.dir, ['sh', '-c', script]);
  await begun(made);
  const [ptask] = readdirSync('/proc').filter(
    (pid) => cwdOf(pid) === made.dir && wordsOf(pid)[1] === ptaskBin,
  );
  process.kill(Number(ptask), 'SIGKILL');
  const left = processesNaming('PTASK_ROOT', made.dir);
  assert.ok(left.length > 0);
  const { all } = expectCode(await made.ptask('clean', { timeout: 200_000 }), 0);
  assert.match(all, /stopped \d+ leftover process(es)?, restored 1 file/);
  for (const pid of left) assert.not.ok(isAlive(pid));
  assert.is(outOf(made), 'before\n');
});

function wordsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

function cwdOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Those with this in their environment. */
const processesNaming = (variable: string, value: string): number[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .includes(`${variable}=${value}`);
      return isOurs ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });

waiting(
  'a holder on a machine whose clock is 70 s ahead keeps its lock, and loses it when it falls silent',
  {
    timeout: 240_000,
  },
  async () => {
    const made = await halves();
    const lock = join(made.dir, '.git/ptask/lock-4');
    write(made.dir, {
      '.git/ptask/lock-4': JSON.stringify({
        ...thisProcess(),
        host: 'elsewhere',
        what: 'PARALLEL-there',
        since: '',
      }),
    });
    const beat = (): void => {
      const ahead = new Date(Date.now() + 70_000);
      utimesSync(lock, ahead, ahead);
    };
    beat();
    const waits = made.start('run', 'quick', { timeout: 200_000 });
    await until(() => /waiting for PARALLEL-there/.test(waits.output()));
    for (let beats = 0; beats < 7; beats += 1) {
      await sleep(5_000);
      beat();
      assert.not.ok(existsSync(join(made.dir, 'quick')));
    }
    expectCode(await waits.result, 0);
  },
);

waiting('a holder that was taken for dead ends at once when it wakes, and touches nothing', {}, async () => {
  const made = await halves();
  const first = made.start('run', 'halves');
  await begun(made);
  const folder = join(made.dir, '.git/ptask');
  const name = readdirSync(folder).find((each) => each.startsWith('lock-')) ?? '';
  const next = `lock-${Number(name.slice('lock-'.length)) + 1}`;
  write(folder, { [next]: JSON.stringify({ ...thisProcess(), what: 'another', since: '' }) });
  rmSync(join(folder, name));
  const left = processesNaming('PTASK_ROOT', made.dir);
  expectOutput(expectCode(await first.result, 1), /ptask: this process was considered dead/);
  assert.ok(left.length > 0);
  for (const pid of left) assert.not.ok(isAlive(pid));
  assert.is(outOf(made), 'half\n');
  assert.equal(readdirSync(join(folder, 'active')).length, 1);
});
