// A ptask in a task of a ptask: whatever is stopped, and however, nothing that runs below it is left.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectSignal, projectAt, ptaskBin } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('run/nested');

const PTASK = `"${process.execPath}" "${ptaskBin}"`;
const STUBBORN = "trap '' TERM INT HUP; echo $$ > begun; while :; do sleep 0.05; done";

/** Folders, each with a config that calls the next; the last one ignores all signals that can be ignored. */
function levels(depth: number, more: object = {}): string[] {
  const root = tempDir();
  const folders = Array.from({ length: depth }, (_, at) => join(root, ...Array(at).fill('in')));
  folders.forEach((folder, at) => {
    const isLast = at === depth - 1;
    const run = isLast ? STUBBORN : `cd in && ${PTASK} -q; true`;
    const tasks = { t: { run, ...(at === 0 && more) } };
    write(folder, { 'parallel.config.yaml': JSON.stringify({ tasks }) });
  });
  return folders;
}

/** The process of the innermost task. */
async function innermost(folders: readonly string[]): Promise<number> {
  const file = join(folders.at(-1) as string, 'begun');
  while (!existsSync(file) || !readFileSync(file, 'utf8').endsWith('\n')) await sleep(10);
  return Number(readFileSync(file, 'utf8'));
}

const reportOf = (folder: string): { status: string } => {
  const runs = join(folder, '.ptask/runs');
  return JSON.parse(readFileSync(join(runs, readdirSync(runs)[0] as string, 'report.json'), 'utf8'));
};

/** The process that runs the config of a folder. */
function pidOf(folder: string): number {
  const runs = join(folder, '.ptask/runs');
  const journal = readFileSync(join(runs, readdirSync(runs)[0] as string, 'events.ndjson'), 'utf8');
  return Number(/"pid":(\d+)/.exec(journal)?.[1]);
}

for (const depth of [2, 3])
  test(`${depth} levels, Ctrl-C: the inner ones are done before the outer one loses patience`, async () => {
    const folders = levels(depth);
    const started = projectAt(folders[0] as string).start();
    const pid = await innermost(folders);
    started.kill('SIGINT');
    expectSignal(await started.result);
    assert.not.ok(isAlive(pid));
    for (const folder of folders) assert.is(reportOf(folder).status, 'interrupted');
  });

test('the outer task times out', async () => {
  const folders = levels(2, { timeout: '3s' });
  const started = projectAt(folders[0] as string).start();
  const pid = await innermost(folders);
  await started.result;
  assert.not.ok(isAlive(pid));
});

test('stopped twice, the second time in earnest', async () => {
  const folders = levels(3);
  const started = projectAt(folders[0] as string).start();
  const pid = await innermost(folders);
  started.kill('SIGINT');
  await sleep(700);
  started.kill('SIGINT');
  expectSignal(await started.result);
  assert.not.ok(isAlive(pid));
});

test('the inner ptask is asked to end', async () => {
  const folders = levels(2);
  const started = projectAt(folders[0] as string).start();
  const pid = await innermost(folders);
  process.kill(pidOf(folders[1] as string), 'SIGTERM');
  await started.result;
  assert.not.ok(isAlive(pid));
});

if (process.platform === 'linux') {
  test('the inner ptask is killed: its task ends with the task that called it', async () => {
    const folders = levels(2);
    const outer = JSON.stringify({ tasks: { t: { run: `cd in && ${PTASK} -q` } } });
    write(folders[0] as string, { 'parallel.config.yaml': outer });
    const started = projectAt(folders[0] as string).start();
    const pid = await innermost(folders);
    process.kill(pidOf(folders[1] as string), 'SIGKILL');
    await started.result;
    assert.not.ok(isAlive(pid));
  });

  test('all of them are killed but the task: the next command ends that', async () => {
    const folders = levels(2);
    const outer = projectAt(folders[0] as string);
    const started = outer.start();
    const pid = await innermost(folders);
    started.kill('SIGKILL');
    process.kill(pidOf(folders[1] as string), 'SIGKILL');
    await started.result;
    await outer.ptask('clean');
    assert.not.ok(isAlive(pid));
  });
}

test('a ptask that falls over leaves no task behind', async () => {
  const root = tempDir();
  write(root, { 'parallel.config.yaml': JSON.stringify({ tasks: { t: { run: STUBBORN } } }) });
  write(root, { 'crash.cjs': "process.on('SIGUSR2', () => { throw new Error('a bug'); });" });
  const started = projectAt(root).start({ env: { NODE_OPTIONS: `--require=${join(root, 'crash.cjs')}` } });
  const pid = await innermost([root]);
  started.kill('SIGUSR2');
  assert.is((await started.result).code, 1);
  while (isAlive(pid)) await sleep(10);
});
