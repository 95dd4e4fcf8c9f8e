// What the next command does about a run that was killed, whatever has happened since.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessName, processStart, processWord, thisProcess } from '../../src/base/liveness.ts';
import { processFile } from '../../src/base/process-files.ts';
import { GIT_OWNER } from '../../src/git/git.ts';
import { atEnd } from '../support/cleanup.ts';
import { RUN } from '../support/fault-case.ts';
import { faultsOf, stateOf } from '../support/fault-check.ts';
import { faultScene } from '../support/fault-scene.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { type Repo, repo } from '../support/git.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';
import { tempDir, write } from '../support/tmp.ts';
import { within } from '../support/within.ts';

const test = suite('run/recovery');

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

const isWritten = (file: string): boolean => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n');

/** A run that is killed while this task runs, once the file `there` has come. */
async function killedIn(made: Repo, task: object, more: object = {}): Promise<string> {
  write(made.dir, { 'parallel.config.json': JSON.stringify({ tasks: { task, ...more } }) });
  const killed = ptask.killWhen(made.dir, RUN, () => isWritten(join(made.dir, 'there')));
  await within(10_000, 'the task', () => killed);
  return made.dir;
}

const inFolder = (): Promise<Repo> => {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  return repo({ dir, files: { '.gitignore': 'there\n', 'a/one': 'one\n' } });
};

const STUBBORN = "trap '' TERM INT HUP; echo half > a/one; echo $$ > there; while :; do sleep 0.05; done";

for (const [name, text] of Object.entries({
  empty: '',
  'half there': '{"version":1,"entries":[["a/on',
  'full of zeros': '\0'.repeat(80),
}))
  test(`what it has kept is ${name}: that is told, and the next run goes on`, async () => {
    const dir = await killedIn(await inFolder(), {
      run: 'echo half > a/one; echo > there; sleep 60',
      writes: ['a/**'],
    });
    const runs = join(dir, '.git/ptask/top/runs');
    writeFileSync(join(runs, readdirSync(runs)[0] as string, 'images/task.json'), text);
    const { said, code } = await ptask.run(dir, ['clean']);
    assert.is(code, 1, said);
    assert.match(said, /the saved files of task are damaged, so its files stay as they are/);
    assert.not.match(said, /to before|internal/);
    assert.is((await ptask.run(dir, ['clean'])).code, 0);
  });

test('what was kept for a run is damaged: undo says so, and changes nothing', async () => {
  const { dir } = await inFolder();
  const tasks = { task: { run: 'echo done > a/one', writes: ['a/**'] } };
  write(dir, { 'parallel.config.json': JSON.stringify({ tasks }) });
  assert.is((await ptask.run(dir, RUN)).code, 0);
  const runs = join(dir, '.git/ptask/top/runs');
  writeFileSync(join(runs, readdirSync(runs)[0] as string, 'images/task.json'), '');
  const { said, code } = await ptask.run(dir, ['undo']);
  assert.is(code, 2, said);
  assert.match(said, /cannot be undone: the saved files of task are damaged/);
  assert.is(readFileSync(join(dir, 'a/one'), 'utf8'), 'done\n');
});

test('what it has left running is killed, also what ignores being asked; nobody else is', async () => {
  const dir = await killedIn(await inFolder(), { run: STUBBORN, writes: ['a/**'] });
  const pid = Number(readFileSync(join(dir, 'there'), 'utf8'));
  assert.ok(isAlive(pid));
  const foreign = spawn('sleep', ['30'], {
    detached: true,
    stdio: 'ignore',
    env: { PTASK_RUN_ID: 'PARALLEL-other' },
  });
  const { said } = await ptask.run(dir, ['clean']);
  assert.match(said, /was killed: stopped 1 leftover process, restored 1 file to before task/);
  assert.match(said, /the previous contents are kept in \.git\/ptask\/top\/runs\/\S+\/transactions/);
  assert.not(isAlive(pid));
  assert.ok(isAlive(foreign.pid as number));
  foreign.kill();
  assert.is(readFileSync(join(dir, 'a/one'), 'utf8'), 'one\n');
});

test('undo after a kill means the killed run, and not the one before it', async () => {
  const made = await inFolder();
  const { dir } = made;
  write(dir, {
    'parallel.config.json': JSON.stringify({
      tasks: { task: { run: 'echo first > a/one', writes: ['a/**'] } },
    }),
  });
  await ptask.run(dir, RUN);
  await killedIn(made, { run: STUBBORN, writes: ['a/**'] });
  const undone = await ptask.run(dir, ['undo']);
  assert.match(
    undone.said,
    /restored 1 file to before task[\s\S]*nothing else of run \S+ is left to restore; ptask undo \S+ undoes the run before it/,
  );
  assert.is(undone.code, 0);
  assert.is(readFileSync(join(dir, 'a/one'), 'utf8'), 'first\n');
  const again = await ptask.run(dir, ['undo']);
  assert.match(again.said, 'restored 1 file');
  assert.is(readFileSync(join(dir, 'a/one'), 'utf8'), 'one\n');
});

test('a group that was started in the very moment of the kill is found', async () => {
  if (process.platform !== 'linux') return;
  const dir = await killedIn(await inFolder(), { run: STUBBORN, writes: ['a/**'] });
  const pid = Number(readFileSync(join(dir, 'there'), 'utf8'));
  const file = undoLogOf(dir);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\{"op":"group".*\n/g, ''));
  await ptask.run(dir, ['clean']);
  assert.not(isAlive(pid));
});

/** What somebody runs who has this in his environment; in a group of its own, ended with the test. */
function bystander(env: Record<string, string>): number {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env });
  atEnd('end a bystander', () => void child.kill('SIGKILL'));
  return child.pid as number;
}

function beginOf(dir: string): ProcessName {
  const [first = ''] = readFileSync(undoLogOf(dir), 'utf8').split('\n');
  return (JSON.parse(first) as { by: ProcessName }).by;
}

test('a git of the run is ended, one of another process with its number is not', async () => {
  if (process.platform !== 'linux') return;
  const dir = await killedIn(await inFolder(), { run: STUBBORN, writes: ['a/**'] });
  const by = beginOf(dir);
  const marked = (owner: string): number => bystander({ [GIT_OWNER]: owner });
  const own = marked(processWord(by));
  const others = [
    marked(String(by.pid)),
    marked(processWord({ ...by, started: `${by.started}1` })),
    marked(processWord({ ...by, host: 'elsewhere' })),
    marked(processWord({ ...by, place: 'before the machine was started anew' })),
  ];
  await ptask.run(dir, ['clean']);
  assert.not(isAlive(own));
  for (const pid of others) assert.ok(isAlive(pid));
});

test('numbers of a run in another container, or before a restart, are nobody’s here', async () => {
  if (process.platform !== 'linux') return;
  const dir = await killedIn(await inFolder(), { run: STUBBORN, writes: ['a/**'] });
  const task = Number(readFileSync(join(dir, 'there'), 'utf8'));
  const foreign = bystander({});
  const group = { op: 'group', pid: foreign, started: processStart(foreign) };
  const text = readFileSync(undoLogOf(dir), 'utf8');
  const place = JSON.stringify(beginOf(dir).place);
  assert.ok(text.includes(place));
  writeFileSync(undoLogOf(dir), `${text.replace(place, '"elsewhere"')}${JSON.stringify(group)}\n`);
  await ptask.run(dir, ['clean']);
  assert.ok(isAlive(foreign));
  // What tells by its environment that it is of the run is found all the same.
  assert.not(isAlive(task));
});

const only = (folder: string): string => readdirSync(folder).sort()[0] ?? '';
const undoLogOf = (dir: string): string =>
  join(dir, '.git/ptask/top/runs', only(join(dir, '.git/ptask/top/runs')), 'undo-log.ndjson');
const markOf = (dir: string): string => join(dir, '.git/ptask/active', only(join(dir, '.git/ptask/active')));

test('what somebody has edited long after the kill is his, and is told', async () => {
  const run = 'echo half > a/one; echo half > a/two; echo $$ > there; sleep 60';
  const dir = await killedIn(await inFolder(), { run, writes: ['a/**'] });
  // What it has left running ends by itself, so that nobody but a person can have written since.
  process.kill(-Number(readFileSync(join(dir, 'there'), 'utf8')), 'SIGKILL');
  const then = new Date(Date.now() - 60_000);
  utimesSync(markOf(dir), then, then);
  write(dir, { 'a/one': 'the work of a day\n' });
  const { said } = await ptask.run(dir, ['clean']);
  assert.match(said, /a\/one was edited meanwhile and is left as it is/);
  assert.is(readFileSync(join(dir, 'a/one'), 'utf8'), 'the work of a day\n');
});

test('those who only look say that there is something to be put right', async () => {
  const dir = await killedIn(await inFolder(), { run: STUBBORN, writes: ['a/**'] });
  for (const command of ['plan', 'report'])
    assert.match(
      (await ptask.run(dir, [command])).said,
      /a run was killed here: `ptask clean`, or the next run/,
    );
  await ptask.run(dir, ['clean']);
  assert.not.match((await ptask.run(dir, ['plan'])).said, /was killed/);
});

test('the next command may be one of another config, and the repository may lie elsewhere', async () => {
  const made = await inFolder();
  const dir = await killedIn(made, { run: STUBBORN, writes: ['a/**'] });
  const moved = `${dir}-moved`;
  renameSync(dir, moved);
  write(moved, { 'sub/parallel.config.json': '{"tasks": {"t": {"run": "true"}}}' });
  const { said } = await ptask.run(join(moved, 'sub'), RUN);
  assert.match(said, /to before task/);
  assert.is(readFileSync(join(moved, 'a/one'), 'utf8'), 'one\n');
});

const ISOLATED = {
  task: { run: 'echo 1 > a/one; touch ../there-1; sleep 60', writes: ['a/**'] },
  other: { run: 'echo 2 > a/one; touch ../there-2; sleep 60', writes: ['a/**'] },
};

async function killedIsolated(): Promise<Repo> {
  const made = await inFolder();
  write(made.dir, { 'parallel.config.json': JSON.stringify({ concurrency: 2, tasks: ISOLATED }) });
  const around = join(made.dir, '..');
  await ptask.killWhen(
    made.dir,
    RUN,
    () => existsSync(join(around, 'there-1')) && existsSync(join(around, 'there-2')),
  );
  for (const name of ['there-1', 'there-2']) rmSync(join(around, name));
  return made;
}

const nothingLeft = async ({ dir, git }: Repo): Promise<void> => {
  assert.equal(readdirSync(join(dir, '..')), ['repo']);
  assert.is(await git('for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/ptask'), 'refs/heads/main');
  assert.is((await git('worktree', 'list')).split('\n').length, 1);
  assert.is(readFileSync(join(dir, 'a/one'), 'utf8'), 'one\n');
};

test('with .ptask taken away the worktrees, branches and processes still go', async () => {
  const made = await killedIsolated();
  rmSync(join(made.dir, '.ptask'), { recursive: true });
  const { said } = await ptask.run(made.dir, ['clean']);
  assert.match(said, /stopped 2 leftover processes, removed 2 worktrees/);
  await nothingLeft(made);
});

test('worktrees that somebody has removed already', async () => {
  const made = await killedIsolated();
  for (const name of readdirSync(join(made.dir, '..')).filter((each_) => each_ !== 'repo'))
    rmSync(join(made.dir, '..', name), { recursive: true });
  await ptask.run(made.dir, ['clean']);
  await nothingLeft(made);
});

test('a branch that somebody has checked out stays, and is told', async () => {
  const made = await killedIsolated();
  const [branch = ''] = (
    await made.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/task')
  ).split('\n');
  await made.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  const { said, code } = await ptask.run(made.dir, ['clean']);
  assert.is(code, 1);
  assert.match(said, new RegExp(`branch ${branch} was left: it is checked out in`));
  await made.git('symbolic-ref', 'HEAD', 'refs/heads/main');
});

test('the folder for pipes of a killed ptask goes, that of a living one stays', async () => {
  const dir = await killedIn(await inFolder(), { run: 'echo > there; sleep 60', writes: ['a/**'] });
  const dead = spawn('sleep', ['60']);
  const [gone, stays] = [dead.pid as number, process.pid].map((pid) => {
    const name = { ...thisProcess(), pid, started: processStart(pid) ?? '' };
    return mkdtempSync(join(tmpdir(), processFile('ptask', name)));
  }) as [string, string];
  write(gone, { 0: '' });
  dead.kill('SIGKILL');
  await new Promise((done) => dead.once('close', done));
  const { said, code } = await ptask.run(dir, ['clean']);
  assert.is(code, 0, said);
  assert.not(existsSync(gone));
  assert.ok(existsSync(stays));
  rmSync(stays, { recursive: true });
});

test('recovery is itself killed, again and again', { timeout: 4 * 60 * 60 * 1000 }, async () => {
  const clean = ['clean'];
  const measured = await faultScene('apply');
  const { calls } = await ptask.count(measured.dir, RUN);
  const done = await stateOf(measured);
  const failures: string[] = [];
  const cases = sampled(40, 2);
  await each(cases, async (one) => {
    const scene = await faultScene('apply');
    const before = await stateOf(scene);
    await ptask.run(scene.dir, RUN, { CRASH_AT: String(1 + ((one * 97) % calls)) });
    const kills = [1 + ((one * 7) % 40), 1 + ((one * 3) % 25)];
    for (const kill of kills) await ptask.run(scene.dir, clean, { CRASH_AT: String(kill) });
    const { said } = await ptask.run(scene.dir, clean);
    const faults = await faultsOf(scene, 'apply', before, done);
    if (faults.length > 0) failures.push(`case ${one}, killed at ${kills}: ${faults.join('; ')}\n${said}`);
  });
  console.log(`recovery killed twice: ${cases.length - failures.length} of ${cases.length} put right`);
  assert.equal(failures, []);
});
