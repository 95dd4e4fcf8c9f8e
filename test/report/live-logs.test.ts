import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import type { Event } from '../../src/model/event.ts';
import { LiveFile } from '../../src/report/live-file.ts';
import { LiveLogs } from '../../src/report/live-logs.ts';
import { reportOf } from '../../src/report/report.ts';
import { RunState } from '../../src/state/run-state.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { fetched, hit, looksUp } from './cached.ts';
import { ends, planned, planOf, started, starts } from './fixtures.ts';

const test = suite('report/live-logs');

test('a file is written at once, then what came meanwhile as one, and at last what still waits', () => {
  const path = join(tempDir(), 'log');
  let text = 'one';
  let made = 0;
  const file = new LiveFile(path, () => {
    made += 1;
    return text;
  });
  file.touch();
  assert.is(readFileSync(path, 'utf8'), 'one');
  for (text of ['two', 'three', 'four']) file.touch();
  assert.is(readFileSync(path, 'utf8'), 'one');
  file.settle();
  assert.is(readFileSync(path, 'utf8'), 'four');
  file.settle();
  assert.is(made, 2);
});

test('in its place, with nothing beside it that comes and goes', () => {
  const folder = tempDir();
  const path = join(folder, 'log');
  let text = 'a long text';
  const file = new LiveFile(path, () => text);
  file.write();
  const { ino } = statSync(path);
  text = 'shorter';
  file.write();
  assert.is(readFileSync(path, 'utf8'), 'shorter');
  assert.is(statSync(path).ino, ino);
  assert.equal(readdirSync(folder), ['log']);
});

test('a disk that says no is told, and nothing is thrown', () => {
  const folder = tempDir();
  write(folder, { file: '' });
  const file = new LiveFile(join(folder, 'file', 'log'), () => 'text');
  file.touch();
  assert.match(file.failure ?? '', /^a log cannot be written: ENOTDIR/);
});

test('what somebody takes away comes again when all is over, and not before', () => {
  const folder = join(tempDir(), '.ptask/runs/one');
  write(folder, { log: '' });
  const file = new LiveFile(join(folder, 'log'), () => 'text');
  file.write();
  rmSync(join(folder, '../..'), { recursive: true });
  file.write();
  assert.is(file.failure, undefined);
  assert.not(existsSync(folder));
  file.settle();
  assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'text');
  rmSync(join(folder, 'log'));
  file.settle();
  assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'text');
});

test('a task that has begun has a log, and one that never did or that had nothing to say has none', () => {
  const root = tempDir();
  const plan = planOf(['a', 'b', 'c', 'silent', 'long', 'kept', 'loud'].map((id) => planned(id)));
  const run = started(plan, { root });
  const folder = join(root, '.ptask/runs', run.id);
  write(folder, { 'tasks/keep': '' });
  const config = {
    ...{ root, secrets: [], tasks: [], validate: [], env: {}, dotenv: [], cache: {} },
  } as unknown as Config;
  const state = new RunState(run);
  const logs = new LiveLogs(state, config, {});
  const story: Event[] = [
    { type: 'task-waiting', at: 0, id: 'a', resources: ['db'] },
    starts('a', 1),
    ends('a', 2, 1, { filesChanged: [{ path: 'x', change: 'created' }] }),
    ends('b', 2, 0, { status: 'skipped', because: 'a', attempts: 0 }),
    starts('silent', 2),
    ends('silent', 3, 1),
    starts('long', 2),
    ends('long', 402, 400),
    looksUp('kept', 3, hit(900)),
    fetched('kept', 4, 1, { filesChanged: [{ path: 'z', change: 'created' }] }),
    looksUp('loud', 3, hit(900)),
    fetched('loud', 4, 1, { output: { bytes: 4, tail: [] } }),
    starts('c', 3),
    ends('c', 4, 1, { status: 'failed', exitCode: 4, filesChanged: [{ path: 'y', change: 'created' }] }),
  ];
  const hear = (event: Event): void => {
    state.apply(event);
    logs.hear(event);
  };
  for (const event of story) hear(event);
  const named = (): (string | undefined)[] => reportOf(state).tasks.map(({ taskLog }) => taskLog);
  assert.equal(readdirSync(join(folder, 'tasks')).sort(), ['a.md', 'c.md', 'keep', 'long.md', 'loud.md']);
  assert.equal(named(), [
    ...['tasks/a.md', undefined, 'tasks/c.md', undefined, 'tasks/long.md'],
    ...[undefined, 'tasks/loud.md'],
  ]);
  hear({ type: 'tree-restored', at: 4, tasks: ['a'], files: 1, left: [] });
  assert.equal(logs.end(), []);
  assert.equal(readdirSync(join(folder, 'tasks')).sort(), [
    ...['a.md', 'c.md', 'keep', 'kept.md', 'long.md', 'loud.md', 'silent.md'],
  ]);
  assert.is(named()[3], 'tasks/silent.md');
  const a = readFileSync(join(folder, 'tasks/a.md'), 'utf8');
  assert.match(a, /waits for `db`\n/);
  assert.match(a, /its changes were restored with the rest of the run/);
  // One that failed was put back as well.
  assert.match(
    readFileSync(join(folder, 'tasks/c.md'), 'utf8'),
    /\*\*Failed\*\*: exit code 4; its changes were restored with the rest of the run\n/,
  );
  assert.match(readFileSync(join(folder, 'orchestrator.md'), 'utf8'), /restored 1 file\n/);
});
