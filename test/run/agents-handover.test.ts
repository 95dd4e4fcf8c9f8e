/** What tasks hand to those that need them. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TaskHandedOver } from '../../src/model/event.ts';
import { Handovers } from '../../src/run/agents/task-outputs.ts';
import { definitionOf } from '../../src/run/caching/task-fingerprint.ts';
import { runsIn, stateDirOf } from '../../src/run/records/state-dir.ts';
import { configOf } from '../plan/support.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/agents/handover');

const handed = ({ events }: Ran, id: string): TaskHandedOver | undefined =>
  events.find((event): event is TaskHandedOver => event.type === 'task-handed-over' && event.id === id);

const needed = ({ folder }: Ran, id: string): Record<string, Record<string, string>> =>
  JSON.parse(readFileSync(join(folder, 'needed', `${id}.json`), 'utf8'));

test('values and notes reach the tasks that need them, and no others', async () => {
  const ran = await runConfig(`
tasks:
  a: { run: 'printf "one=1\\ntwo<<E\\nx\\ny\\nE\\n" >> $PTASK_OUTPUT; echo "handoff: mind the gap" >> $PTASK_LOG' }
  quiet: { run: 'true' }
  b: { needs: [a, quiet], run: 'cat $PTASK_OUTPUTS $PTASK_HANDOFF' }
  c: { needs: [b], run: 'cat $PTASK_OUTPUTS' }`);
  assert.equal(needed(ran, 'b'), { a: { one: '1', two: 'x\ny' }, quiet: {} });
  assert.ok(ran.output('b').endsWith('}\n## From a\n\nmind the gap\n'), ran.output('b'));
  assert.equal(needed(ran, 'c'), { b: {} }, 'only what it needs itself');
  assert.equal(handed(ran, 'a')?.outputs, [
    { key: 'one', value: '1', bytes: 1 },
    { key: 'two', value: 'x\ny', bytes: 3 },
  ]);
  assert.is(handed(ran, 'quiet'), undefined);
  const state = join(runsIn(stateDirOf(ran.root)), ran.report.id);
  assert.is(statSync(join(state, 'handover/a.json')).mode & 0o077, 0, 'for nobody else to read');
});

test('a task that only gathers others passes on what these hand over', async () => {
  const ran = await runConfig(`
tasks:
  a: { run: 'echo v=1 >> $PTASK_OUTPUT' }
  b: { run: 'echo v=2 >> $PTASK_OUTPUT' }
  both: { needs: [a, b] }
  c: { needs: [both], run: 'cat $PTASK_OUTPUTS' }`);
  assert.equal(needed(ran, 'c'), { a: { v: '1' }, b: { v: '2' } });
});

test('a value of a megabyte is whole for who needs it, and cut for who watches', async () => {
  const root = tempDir();
  write(root, { 'big.cjs': "console.log('big<<E'); console.log('é'.repeat(600000)); console.log('E');\n" });
  const ran = await runConfig(
    `
tasks:
  a: { run: node big.cjs >> $PTASK_OUTPUT }
  b: { needs: [a], run: 'node -p "require(process.env.PTASK_OUTPUTS).a.big.length"' }`,
    { root },
  );
  assert.is(ran.output('b'), '600000\n');
  const [big] = handed(ran, 'a')?.outputs ?? [];
  assert.equal([big?.value.length, big?.bytes], [4_096, 1_200_000]);
});

test('a file of the user that is named PTASK_OUTPUT as well stays as it is', async () => {
  const ran = await runConfig(`
tasks:
  a: { run: 'echo k=1 > mine; ln -f mine $PTASK_OUTPUT' }
  b: { needs: [a], run: 'cat mine; cat $PTASK_OUTPUTS' }`);
  assert.equal(needed(ran, 'b'), { a: { k: '1' } });
  assert.match(ran.output('b'), /^k=1\n/);
});

test('one task after the other gets an empty file that nobody else has', () => {
  const folder = tempDir();
  const run = { id: '', ordinal: 1, journal: '', path: join(folder, 'logs'), state: join(folder, 'state') };
  const handovers = new Handovers(run);
  const ends = (task: string, path: string, text: string): void => {
    writeFileSync(path, text);
    handovers.keep(task);
  };
  const a = handovers.open('a');
  const beside = handovers.open('beside');
  assert.is.not(beside, a);
  ends('a', a, '');
  assert.is(handovers.open('b'), a);
  ends('b', a, 'k=1\n');
  assert.is(handovers.open('c'), a);
  assert.is(readFileSync(a, 'utf8'), '');
  // Others could read what is written to it.
  chmodSync(a, 0o644);
  ends('c', a, 'k=1\n');
  const d = handovers.open('d');
  assert.equal([a, beside].includes(d), false);
  handovers.outlived('d');
  ends('d', d, '');
  const e = handovers.open('e');
  assert.equal([a, beside, d].includes(e), false);
  linkSync(e, join(folder, 'mine'));
  ends('e', e, 'mine');
  const f = handovers.open('f');
  assert.equal([a, beside, d, e].includes(f), false);
  rmSync(f);
  handovers.drop('f');
  assert.is(statSync(handovers.open('g')).size, 0);
  handovers.close();
  assert.equal(readdirSync(join(run.path, 'handover')), []);
  assert.is(readFileSync(join(folder, 'mine'), 'utf8'), 'mine');
});

test('what cannot be understood is told and fails nobody', async () => {
  const ran = await runConfig(`
tasks:
  a: { run: 'echo hello >> $PTASK_OUTPUT; echo k=1 >> $PTASK_OUTPUT' }
  gone: { run: 'rm $PTASK_OUTPUT' }
  folder: { run: 'rm $PTASK_OUTPUT; mkdir -p $PTASK_OUTPUT/x' }
  binary: { run: 'printf "k=\\377\\376\\000x\\n" >> $PTASK_OUTPUT' }
  b: { needs: [a, gone, folder, binary], run: 'true' }`);
  assert.is(ran.report.status, 'complete');
  assert.equal(handed(ran, 'a')?.problems, ['line 1: `hello` is neither key=value nor key<<EOF']);
  assert.equal(Object.keys(needed(ran, 'b').a ?? {}), ['k']);
  assert.is(handed(ran, 'gone'), undefined);
  assert.match(handed(ran, 'folder')?.problems[0] ?? '', /^PTASK_OUTPUT cannot be read: it is no plain file/);
  assert.is(handed(ran, 'binary')?.outputs[0]?.value, '\uFFFD\uFFFD\0x');
  assert.equal(readdirSync(join(ran.folder, 'handover')), []);
});

test('only the attempt that passed hands over', async () => {
  const ran = await runConfig(`
tasks:
  a: { run: 'echo try$PTASK_ATTEMPT=1 >> $PTASK_OUTPUT; test $PTASK_ATTEMPT = 2', retry: { times: 1, delay: 1ms } }
  fails: { run: 'echo v=1 >> $PTASK_OUTPUT; false' }
  b: { needs: [a], run: 'true' }`);
  assert.equal(needed(ran, 'b'), { a: { try2: '1' } });
  assert.is(handed(ran, 'fails'), undefined);
  assert.equal(readdirSync(join(ran.folder, 'handover')), []);
});

test('across worktrees, and once for a task that ran twice', async () => {
  // In a folder of its own: worktrees are made beside it.
  const root = join(tempDir(), 'r');
  mkdirSync(root);
  const { dir } = await repo({ dir: root, files: { both: '1\n' } });
  const ran = await runConfig(
    `
tasks:
  a: { run: 'echo a >> both; echo seen=$(cat both | tr "\\n" " ") >> $PTASK_OUTPUT', writes: [both] }
  b: { run: 'echo b >> both; echo seen=$(cat both | tr "\\n" " ") >> $PTASK_OUTPUT', writes: [both] }
  c: { needs: [a, b], run: 'cat $PTASK_OUTPUTS', workspace: worktree, writes: [c] }`,
    { root: dir },
  );
  assert.is(ran.report.status, 'complete');
  assert.equal(needed(ran, 'c'), { a: { seen: '1 a' }, b: { seen: '1 a b' } });
  assert.is(ran.events.filter(({ type }) => type === 'task-handed-over').length, 2);
});

const CHAIN = (prompt: string): string => `
strategy: sequential
agents: { coder: { run: 'cat > /dev/null; echo v=1 >> $PTASK_OUTPUT; echo "handoff: h" >> $PTASK_LOG; echo x > a' } }
tasks:
  a: { agent: coder, prompt: ${prompt}, writes: [a] }
  b: { needs: [a], run: 'cat $PTASK_OUTPUTS $PTASK_HANDOFF; test -f ok' }`;

test('a run that goes on from another still has what was handed over there, twice', async () => {
  const root = tempDir();
  const first = await runConfig(CHAIN('one'), { root });
  assert.is(first.task('b').status, 'failed');
  for (const _ of [2, 3]) {
    const next = await runConfig(CHAIN('one'), { root, resume: true });
    assert.is(next.task('a').attempts, 0, 'it is done');
    assert.equal(needed(next, 'b'), { a: { v: '1' } });
    assert.ok(next.output('b').endsWith('## From a\n\nh\n'));
    assert.equal(handed(next, 'a')?.outputs, [{ key: 'v', value: '1', bytes: 1 }]);
  }
  rmSync(first.folder, { recursive: true });
  const changed = await runConfig(CHAIN('two'), { root, resume: true });
  assert.is(changed.task('a').attempts, 1, 'another prompt is another task');
});

test('whatever an agent or a reviewer is told is part of what the task is', () => {
  const yaml = `
agents: { coder: { run: x, env: { A: one } }, critic: { run: y } }
tasks:
  a: { description: d, agent: coder, prompt: p, instructions: [i], requirements: [r], verify: { agent: critic, prompt: q } }`;
  const of = (text: string): string => {
    const config = configOf(text);
    const [task] = config.tasks;
    return task === undefined ? '' : definitionOf(task, config);
  };
  const changes: [string, string][] = [
    ['description: d', 'description: e'],
    ['prompt: p', 'prompt: o'],
    ['[i]', '[j]'],
    ['[r]', '[s]'],
    ['prompt: q', 'prompt: other'],
    ['A: one', 'A: two'],
    ['run: y', 'run: z'],
  ];
  for (const [before, after] of changes) assert.is.not(of(yaml.replace(before, after)), of(yaml), after);
  const plain = 'tasks: { a: { description: d, run: x } }';
  assert.is(of(plain), of(plain.replace('description: d', 'description: e')), 'to a command it is a comment');
});
