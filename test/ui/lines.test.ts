import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cachedRun } from '../report/cached.ts';
import { clash, collidingRun, resolvedRun, rolledBackRun, unresolvedRun } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { begin, end, fail, finish, simulate, smallRun, smallTasks, start } from './support/scripted.ts';
import { play, type Stage, type StageOptions, stage } from './support/stage.ts';

const test = suite('lines');

async function written(events: Parameters<typeof play>[1], options: StageOptions = {}): Promise<string> {
  const on = await stage(options);
  await play(on, events);
  await on.reporter.close();
  return on.written();
}

/** A folder with outputs, and the events' sizes to go with them. */
function outputs(files: Record<string, string | Buffer>): { outputFile: (log: string) => string } {
  const dir = tempDir();
  for (const [id, text] of Object.entries(files)) writeFileSync(join(dir, `${id}.out`), text);
  return { outputFile: (log) => join(dir, basename(log)) };
}

const printed = { output: { bytes: 1, tail: [] } };

test('one line for each fact', async () => {
  assert.is(
    await written(smallRun()),
    [
      'C phased, 4 tasks in 3 phases, 2 at a time',
      '✔ schema 1.2s (1/4)',
      '↻ web: attempt 1 failed (exit code 1), retrying in 1s',
      '✔ web 2.8s, attempt 2 (2/4)',
      '✖ api failed after 3.3s: exit code 2 (3/4)',
      '⊘ e2e skipped: api failed (4/4)',
      '',
    ].join('\n'),
  );
});

test('verbose says when things begin and what they wait for', async () => {
  const text = await written(
    [
      begin(smallTasks),
      start(0, 'schema'),
      { type: 'task-waiting', at: 1, id: 'api', resources: ['db'] },
      finish(9, 'schema', 9),
      { type: 'task-waiting', at: 10, id: 'api', resources: ['db', 'x', 'y', 'z'] },
    ],
    { verbose: true },
  );
  assert.match(text, '▸ schema started\n');
  assert.match(text, '◌ api waits for db, x, y and z\n');
});

test('what came from the cache says so, and verbose says why something did not', async () => {
  assert.is(
    await written(cachedRun()),
    'C phased, 3 tasks in 2 phases, 4 at a time\n✔ build cached (saved 1m 20s) (1/3)\n✔ test 1.0s (2/3)\n✔ lint 3.0s (3/3)\n',
  );
  const text = await written(cachedRun(), { verbose: true });
  assert.match(text, '· test: not in the cache: src/a.ts changed and CI is now set\n▸ test started\n');
  assert.match(text, '· test: its result is not kept in the cache: src/a.ts changed while it ran\n');
  assert.not.match(text, 'came from');
  assert.match(await written(cachedRun(), { env: { LANG: 'C' } }), '+ build cached (saved 1m 20s) (1/3)\n');
});

test('the output that a result from the cache has brought stands under its line on GitHub', async () => {
  const text = await written(cachedRun(), {
    ...outputs({ build: 'built\n' }),
    env: { GITHUB_ACTIONS: 'true', NO_COLOR: '1' },
  });
  assert.match(text, '::group::✔ build cached (saved 1m 20s) (1/3)\nbuilt\n::endgroup::\n');
});

test('quiet leaves what failed to the summary but for the annotation of a CI service, silent says nothing', async () => {
  assert.is(await written(smallRun(), { quiet: true }), '');
  assert.is(
    await written(smallRun(), { quiet: true, env: { GITHUB_ACTIONS: 'true', NO_COLOR: '1' } }),
    '::error title=ptask%3A api failed::exit code 2\n',
  );
  assert.is(await written(smallRun(), { kind: 'silent' }), '');
});

test('no control sequences without colours, and no signs beyond ASCII where there are none', async () => {
  const text = await written(smallRun(), { env: { LANG: 'C' } });
  assert.not.match(text, /[^\n\x20-\x7e]/);
  assert.match(text, '+ schema 1.2s (1/4)');
});

test('colours where they are asked for', async () => {
  assert.match(await written(smallRun(), { env: { FORCE_COLOR: '1' } }), '\u001b[32m✔\u001b[39m schema');
});

test('validation steps and the end of an interrupted run', async () => {
  const text = await written([
    begin([{ id: 'a' }], { validation: ['types', 'docs'] }),
    start(0, 'a'),
    finish(5, 'a', 5),
    { type: 'validation-started', at: 5, name: 'types' },
    {
      type: 'validation-finished',
      at: 9,
      name: 'types',
      status: 'failed',
      exitCode: 1,
      durationMs: 4,
      output: { bytes: 0, tail: [] },
      log: '',
    },
    { type: 'run-stopping', at: 9, reason: 'interrupt', signal: 'SIGINT' },
    end(10),
  ]);
  assert.is(
    text,
    'A parallel, 1 task\n✔ a 5ms (1/1)\n✖ validate types failed after 4ms: exit code 1 (1/2)\n■ stopping after SIGINT\n',
  );
});

test('a long silence says that the run is alive', async () => {
  const on = await stage();
  await play(on, [begin([{ id: 'api' }, { id: 'web' }]), start(0, 'api'), start(28_000, 'web')]);
  on.clock.to(29_000);
  assert.is(on.written(), 'A parallel, 2 tasks, 2 at a time\n');
  on.clock.to(62_000);
  assert.is(
    on.written().split('\n').slice(1).join('\n'),
    '… 2 running: api (30s) and web (2s)\n… 2 running: api (1m 00s) and web (32s)\n',
  );
  on.reporter.onEvent(end(62_000));
  assert.is(on.clock.timers, 0);
  await on.reporter.close();
});

test('verbose shows each output whole, between marks', async () => {
  const files = outputs({ a: 'one\ntwo', b: '' });
  const text = await written(
    [begin([{ id: 'a' }, { id: 'b' }]), finish(5, 'a', 5, printed), finish(6, 'b', 6)],
    { verbose: true, ...files },
  );
  assert.is(
    text,
    [
      'A parallel, 2 tasks, 2 at a time',
      '✔ a 5ms (1/2)',
      '── output of a ─────────────────────────────────────────────────────────────────',
      'one',
      'two',
      '── end of a ────────────────────────────────────────────────────────────────────',
      '✔ b 6ms (2/2)',
      '',
    ].join('\n'),
  );
});

test('a reader that is slow gets everything in order, and little of it waits in memory', async () => {
  const size = 8_000_000;
  const files = outputs({ a: Buffer.alloc(size, 'a'), b: Buffer.alloc(size, 'b') });
  let waiting = 0;
  let most = 0;
  const on: Stage = await stage({
    verbose: true,
    ...files,
    write: (piece, taken) => {
      waiting = on.stream.writableLength;
      most = Math.max(most, waiting, piece.length);
      setImmediate(taken);
    },
  });
  await play(on, [
    begin([{ id: 'a' }, { id: 'b' }, { id: 'c' }]),
    finish(1, 'a', 1, printed),
    finish(2, 'b', 2, printed),
    finish(3, 'c', 3),
  ]);
  await on.reporter.close();
  const lines = on.written().split('\n');
  const shown = lines.filter((line) => !line.startsWith('──'));
  assert.equal(
    shown.map((line) => (line.length > 100 ? `${line.length} ${line[0]}` : line)),
    [
      'A parallel, 3 tasks, 2 at a time',
      '✔ a 1ms (1/3)',
      `${size} a`,
      '✔ b 2ms (2/3)',
      `${size} b`,
      '✔ c 3ms (3/3)',
      '',
    ],
  );
  assert.ok(most < 1_000_000, `${most} bytes waited`);
});

test('an output that is gone is said to be', async () => {
  assert.match(
    await written([begin([{ id: 'a' }]), finish(5, 'a', 5, printed)], { verbose: true }),
    '(its output cannot be read)\n',
  );
});

test('GitHub folds each output and gets one annotation for each failure', async () => {
  const files = outputs({ a: '::error file=x.ts::bad\n::endgroup::\nmore', b: 'fine\n' });
  const text = await written(
    [
      begin([{ id: 'a' }, { id: 'b' }, { id: 'c' }]),
      fail(1_200, 'a', 1_200, printed),
      finish(1_300, 'b', 1_300, printed),
      finish(2_000, 'c', 2_000),
    ],
    { ...files, env: { GITHUB_ACTIONS: 'true', NO_COLOR: '1' } },
  );
  assert.is(
    text,
    [
      'A parallel, 3 tasks, 2 at a time',
      '::group::✖ a failed after 1.2s: exit code 2 (1/3)',
      '::error file=x.ts::bad',
      'more',
      '::endgroup::',
      '::error title=ptask%3A a failed::exit code 2',
      '::group::✔ b 1.3s (2/3)',
      'fine',
      '::endgroup::',
      '✔ c 2.0s (3/3)',
      '',
    ].join('\n'),
  );
});

test('GitLab folds them too, those that failed open', async () => {
  const files = outputs({ a: 'x\n' });
  const text = await written([begin([{ id: 'a' }]), start(500, 'a'), fail(1_500, 'a', 1_000, printed)], {
    ...files,
    env: { GITLAB_CI: 'true', NO_COLOR: '1' },
  });
  const second = Date.parse('2024-01-02T03:04:05Z') / 1_000;
  assert.match(
    text,
    `section_start:${second}:ptask_1_a\r\u001b[0K✖ a failed after 1.0s: exit code 2 (1/1)\nx\n`,
  );
  assert.match(text, `section_end:${second + 1}:ptask_1_a\r`);
});

test('a reader that goes away does not end the run', async () => {
  const on = await stage();
  await play(on, simulate({ tasks: 50, phases: 1 }).slice(0, 40));
  on.stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await play(on, simulate({ tasks: 50, phases: 1 }).slice(40));
  await on.reporter.close();
});

test('a collision is one line, and worktrees are for those who want to know', async () => {
  assert.is(
    await written(collidingRun()),
    `C phased, 5 tasks in 3 phases, 4 at a time
✔ schema 995ms (1/5)
✔ lint 2.5s (2/5)
✔ api 2.0s (3/5)
↻ web conflicts with api in src/api/routes.ts: rerun on top of api
✔ web 3.0s, attempt 2 (4/5)
✔ e2e 890ms (5/5)
`,
  );
  const text = await written(collidingRun(), { verbose: true });
  assert.match(text, '▸ api in its own worktree (/repo.api, branch task/api)\n');
  assert.match(text, '◌ web ran, waits for api\n');
  assert.match(text, '▸ web started, attempt 2\n◌ web ran, waits to be integrated\n');
  assert.match(text, '· removed 2 worktrees and 2 branches\n');
});

test('a collision that nothing decides stops the run, and what was done is put back', async () => {
  assert.match(
    await written(unresolvedRun()),
    `✖ web conflicts with api in src/api/routes.ts (unresolved)
■ stopping: web has an unresolved conflict
✖ web failed after 2.0s: it collided with api in src/api/routes.ts (4/5)
⊘ e2e skipped: web failed (5/5)
⟲ restored 12 files
`,
  );
});

test('a task that was rolled back has failed, for a CI service too', async () => {
  const text = await written(rolledBackRun(), { env: { GITHUB_ACTIONS: 'true', NO_COLOR: '1' } });
  assert.match(
    text,
    '::error title=ptask%3A web failed::its verify failed, exit code 1\n⟲ restored 1 file\n',
  );
  assert.match(await written(rolledBackRun(), { env: { LANG: 'C' } }), '< web rolled back after 2.0s');
});

test('GitHub is warned of strays and of lines that were dropped', async () => {
  const env = { GITHUB_ACTIONS: 'true', NO_COLOR: '1' };
  assert.match(
    await written(collidingRun(), { env }),
    '::warning title=ptask%3A web changed 3 files outside its writes::package-lock.json, public/a.js and public/b.js; ' +
      'to declare them, add under its writes: - package-lock.json and - public/**\n',
  );
  const dropped = clash({ resolution: 'ours', discarded: [{ task: 'web', lines: ['x'] }] });
  assert.match(
    await written(resolvedRun(dropped), { env }),
    '⚠ web conflicts with api in src/api/routes.ts: kept the version of api, dropped 1 line of web\n' +
      '::warning title=ptask%3A lines dropped in a conflict of web::web conflicts with api in src/api/routes.ts',
  );
});

test('a run that is silent while it integrates says so', async () => {
  const on = await stage();
  await play(on, collidingRun().slice(0, 14));
  on.clock.to(40_000);
  assert.match(on.written(), '… integrating web\n');
});
