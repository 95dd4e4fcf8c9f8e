import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parseJournal } from '../../src/report/journal.ts';
import { foldReport } from '../report/fixtures.ts';
import { repositoryRoot } from '../support/env.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree, write } from '../support/tmp.ts';
import { runConfig } from './support.ts';

const test = suite('run/run');

const schemas = ['plan', 'report', 'event'].map((name) => ({
  name,
  schema: JSON.parse(readFileSync(join(repositoryRoot, `schema/${name}.schema.json`), 'utf8')),
}));
const ajv = new Ajv({ strict: true, allowUnionTypes: true });
for (const { name, schema } of schemas) ajv.addSchema(schema, `${name}.schema.json`);

const command = (text: string): string => JSON.stringify(text);

test('a task starts when what it waits for is done, though its phase is not', async () => {
  //  quick ── after      slow is still running when after starts
  //  slow
  const rig = await puppets();
  const running = runConfig(
    `concurrency: 3
tasks:
  quick: { run: ${command(rig.command('quick'))} }
  slow: { run: ${command(rig.command('slow'))} }
  after: { needs: [quick], run: ${command(rig.command('after'))} }
`,
  );
  const [quick, slow] = await Promise.all([rig.nextInvocation('quick'), rig.nextInvocation('slow')]);
  await quick.exit(0);
  const after = await rig.nextInvocation('after');
  assert.equal(rig.running(), ['after', 'slow']);
  await after.exit(0);
  await slow.exit(0);
  const { report } = await running;
  assert.equal([report.status, report.strategy.letter], ['complete', 'C']);
});

test('a resource keeps tasks apart, whoever waits says so and holds no slot', async () => {
  const rig = await puppets();
  const running = runConfig(
    `concurrency: 2
tasks:
  a: { run: ${command(rig.command('a'))}, resources: { db: write } }
  b: { run: ${command(rig.command('b'))}, resources: { db: write } }
  c: { run: ${command(rig.command('c'))} }
`,
  );
  const [a, c] = await Promise.all([rig.nextInvocation('a'), rig.nextInvocation('c')]);
  assert.equal(rig.running(), ['a', 'c']);
  await a.exit(0);
  const b = await rig.nextInvocation('b');
  await b.exit(0);
  await c.exit(0);
  assert.ok((await running).story.includes('waiting b db'));
});

test('output is kept whole, with stdout and stderr in their order', async () => {
  const { output, task } = await runConfig(
    `tasks:\n  a:\n    run: 'i=0; while [ $i -lt 300 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; printf end'\n`,
  );
  const lines = Array.from({ length: 300 }, (_, index) => `out ${index}\nerr ${index}\n`).join('');
  assert.is(output('a'), `${lines}end`);
  assert.is(task('a').output.bytes, Buffer.byteLength(`${lines}end`));
});

test('a list of commands stops at the first that fails', async () => {
  const { output, task } = await runConfig(
    "tasks:\n  a: { run: [echo one, 'echo two; exit 4', echo three] }\n",
  );
  assert.is(output('a'), 'one\ntwo\n');
  assert.equal([task('a').status, task('a').exitCode, task('a').reason], ['failed', 4, 'exit code 4']);
  assert.equal(task('a').output.tail, ['one', 'two']);
});

test("the shell's own errors are in the output and name the right line", async () => {
  const { output, task } = await runConfig('tasks:\n  a:\n    run: |\n      echo one\n      fi\n');
  assert.is(task('a').status, 'failed');
  assert.match(output('a'), /\b2\b.*[Ss]yntax error/);
});

test('a task that reads stdin finds it empty', async () => {
  const { task, output } = await runConfig("tasks:\n  a: { run: 'cat; echo done' }\n");
  assert.equal([task('a').status, output('a')], ['passed', 'done\n']);
});

test('a timeout ends the whole group, also who ignores SIGTERM', async () => {
  const rig = await puppets();
  const running = runConfig(`tasks:\n  a: { run: ${command(`${rig.command('a')} & wait`)}, timeout: 1s }\n`);
  const a = await rig.nextInvocation('a');
  await a.ignoreSigterm();
  const { task } = await running;
  assert.equal([task('a').status, task('a').reason], ['failed', 'timed out after 1.0s']);
  await a.ended;
  assert.equal(a.signals, ['SIGTERM']);
});

test('a failed task is tried again', async () => {
  const { story, task, output, events } = await runConfig(
    "tasks:\n  a: { run: 'echo x >> tries; echo $PTASK_ATTEMPT; [ $(wc -l < tries) -eq 3 ]', retry: { times: 5, delay: 1ms } }\n",
  );
  assert.equal(story, ['started a', 'started a again', 'started a again', 'finished a passed']);
  assert.equal([task('a').attempts, task('a').status], [3, 'passed']);
  assert.match(output('a'), /^1\nptask: attempt 1 failed \(exit code 1\), again in 1ms\n2\n/);
  assert.equal(
    events.flatMap((event) => (event.type === 'task-retrying' ? [event.delayMs] : [])),
    [1, 2],
  );
});

test('verify decides over a task that ended well', async () => {
  const { task, story } = await runConfig(
    "tasks:\n  good: { run: ':', verify: ':' }\n  bad: { run: ':', verify: exit 3 }\n  no: { run: exit 1, verify: ':' }\n",
  );
  assert.equal([task('good').verify, task('good').status], ['passed', 'passed']);
  assert.equal([task('bad').verify, task('bad').reason], ['failed', 'verify failed: exit code 3']);
  assert.is(task('no').verify, undefined);
  assert.ok(story.includes('verifying bad'));
});

test('a failure skips what needs it and what reads its files, and the rest goes on', async () => {
  const { report } = await runConfig(`tasks:
  gen: { run: exit 1, writes: [gen/x] }
  user: { run: ':', reads: [gen/x] }
  needer: { run: ':', needs: [gen] }
  taker: { run: ':', writes: [gen/*] }
  other: { run: ':' }
`);
  const told = report.tasks.map(({ id, status, because }) => [id, status, because].filter(Boolean).join(' '));
  assert.equal(told, [
    'gen failed',
    'user skipped gen',
    'needer skipped gen',
    'taker passed',
    'other passed',
  ]);
  assert.equal([report.status, report.firstFailure], ['partial', 'gen']);
});

test('onFailure abort stops what runs and starts nothing more', async () => {
  const rig = await puppets();
  const running = runConfig(`concurrency: 2
onFailure: abort
tasks:
  long: { run: ${command(rig.command('long'))} }
  bad: { run: ${command(rig.command('bad'))} }
  never: { run: ':' }
`);
  const [long, bad] = await Promise.all([rig.nextInvocation('long'), rig.nextInvocation('bad')]);
  await bad.exit(7);
  const { report, story } = await running;
  assert.equal(long.signals, ['SIGTERM']);
  assert.equal(
    report.tasks.map(({ id, status, because }) => [id, status, because]),
    [
      ['long', 'cancelled', 'bad'],
      ['bad', 'failed', undefined],
      ['never', 'cancelled', 'bad'],
    ],
  );
  assert.ok(story.includes('stopping abort'));
});

test('an interrupt stops everything and leaves no process behind', async () => {
  const rig = await puppets();
  const stop = new AbortController();
  const running = runConfig(
    `tasks:\n  a: { run: ${command(rig.command('a'))} }\n  b: { run: ':', needs: [a] }\n`,
    {
      signal: stop.signal,
    },
  );
  const a = await rig.nextInvocation('a');
  const orphan = await a.spawnOrphan({ ignoreSigterm: true });
  stop.abort('SIGINT');
  const { report } = await running;
  assert.equal(
    [report.status, ...report.tasks.map(({ status, reason }) => `${status}: ${reason}`)],
    ['interrupted', 'cancelled: the run was interrupted', 'cancelled: the run was interrupted'],
  );
  assert.not(orphan.alive());
});

test('a run that is stopped before it begins runs nothing', async () => {
  const { report } = await runConfig("tasks:\n  a: { run: 'touch ran' }\n", {
    signal: AbortSignal.abort('SIGTERM'),
  });
  assert.equal(
    [report.status, report.tasks[0]?.status, report.tasks[0]?.attempts],
    ['interrupted', 'cancelled', 0],
  );
});

test('what a task leaves in its group ends with it', async () => {
  const rig = await puppets();
  const running = runConfig(`tasks:\n  a: { run: ${command(rig.command('a'))} }\n`);
  const a = await rig.nextInvocation('a');
  const orphan = await a.spawnOrphan({ holdOutput: true });
  await a.exit(0);
  assert.is((await running).task('a').status, 'passed');
  assert.not(orphan.alive());
});

test('a daemon with a session of its own stays, and does not hold the run by its output', async () => {
  const rig = await puppets();
  const running = runConfig(`tasks:\n  a: { run: ${command(rig.command('a'))} }\n`);
  const a = await rig.nextInvocation('a');
  const daemon = await a.spawnOrphan({ detached: true, holdOutput: true });
  await a.exit(0);
  assert.is((await running).task('a').status, 'passed');
  assert.ok(daemon.alive());
  process.kill(daemon.pid, 'SIGKILL');
});

test('a signal that ends a task is its reason', async () => {
  const { task } = await runConfig("tasks:\n  a: { run: 'kill -SEGV $$' }\n");
  assert.equal(
    [task('a').status, task('a').exitCode, task('a').signal, task('a').reason],
    ['failed', null, 'SIGSEGV', 'killed by SIGSEGV'],
  );
});

test('a command that only the shell can miss says so', async () => {
  const { task } = await runConfig("tasks:\n  a: { run: 'X=1 nosuchprogram' }\n");
  assert.is(task('a').reason, 'command not found (exit code 127)');
});

test('files that changed under the declared writes are in the report', async () => {
  const root = tempDir();
  write(root, { 'out/old': 'x', 'out/gone': 'x', 'out/same': 'x', 'else/y': 'y' });
  const { task } = await runConfig(
    "tasks:\n  a: { run: 'echo 1 > out/new; echo 22 > out/old; rm out/gone; echo z > else/y', writes: ['out/**'] }\n",
    { root },
  );
  assert.equal(task('a').filesChanged, [
    { path: 'out/gone', change: 'deleted' },
    { path: 'out/new', change: 'created' },
    { path: 'out/old', change: 'modified' },
  ]);
});

const validated = (outcome: string, changed: string): string => `tasks:
  a: { run: 'echo 1 > made; ${outcome}', writes: [made] }
validate:
  - { name: always, run: echo checked }
  - { name: when it changed, run: exit 1, when: { changed: [${changed}] } }
`;

test('validation runs on the whole result, when its files changed', async () => {
  const hit = await runConfig(validated('true', 'ma*'));
  assert.equal(
    hit.report.validation.map(({ name, status }) => `${name} ${status}`),
    ['always passed', 'when it changed failed'],
  );
  assert.equal([hit.report.status, hit.report.firstFailure], ['failed', 'when it changed']);
  const missed = await runConfig(validated('true', 'other'));
  assert.equal(missed.report.validation[1]?.reason, 'nothing changed in other');
  assert.is(missed.report.status, 'complete');
});

test('validation is left out when a task failed', async () => {
  const { report } = await runConfig(validated('false', 'ma*'));
  assert.equal(
    report.validation.map(({ status, reason }) => `${status}: ${reason}`),
    Array(2).fill('skipped: not every task passed'),
  );
});

test('the journal follows its schema, and the report folded from it is the live one', async () => {
  const { folder, events, report } = await runConfig(
    "tasks:\n  a: { run: 'echo hi', retry: 1 }\n  b: { run: exit 2, needs: [a] }\n  c: { run: ':', needs: [b] }\nvalidate:\n  - { name: v, run: ':' }\n",
  );
  const journal = parseJournal(readFileSync(join(folder, 'events.ndjson'), 'utf8'));
  assert.equal(
    journal,
    events.filter(({ type }) => type !== 'task-output' && type !== 'validation-output'),
  );
  assert.ok(events.some(({ type }) => type === 'task-output'));
  for (const event of events)
    assert.ok(ajv.validate('event.schema.json', event), `${event.type}: ${ajv.errorsText()}`);
  assert.equal(foldReport(journal), report);
  assert.equal(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), report);
  assert.ok(ajv.validate('report.schema.json', report), ajv.errorsText());
  const times = events.map(({ at }) => at);
  assert.equal(
    times,
    [...times].sort((a, b) => a - b),
  );
});

test('the folder of a run ignores itself, and nothing else is written', async () => {
  const { root } = await runConfig("tasks:\n  a: { run: ':' }\n");
  assert.equal(
    // The state of runs lies here only where the user has no folder for it.
    Object.keys(tree(root)).filter((path) => !/^\.ptask\/(runs|state\/(runs|reserve|store))\//.test(path)),
    ['.ptask/.gitignore', '.ptask/state/lock-1'],
  );
  assert.is(readFileSync(join(root, '.ptask/.gitignore'), 'utf8'), '*\n');
});

test('a listener that throws stops the tasks, and what it threw comes back', async () => {
  const rig = await puppets();
  const heard: string[] = [];
  const running = runConfig(
    `concurrency: 2\ntasks:\n  a: { run: ${command(rig.command('a'))} }\n  b: { run: ${command(rig.command('b'))} }\n`,
    {
      onEvent(event) {
        heard.push(event.type);
        if (event.type === 'task-finished') throw new Error('no more');
      },
    },
  );
  const outcome = running.then(
    () => 'resolved',
    (error: Error) => error.message,
  );
  const [a, b] = await Promise.all([rig.nextInvocation('a'), rig.nextInvocation('b')]);
  await a.exit(0);
  assert.equal(await b.ended, ['SIGTERM']);
  assert.is(await outcome, 'no more');
  assert.is(heard.at(-1), 'task-finished');
});

test('an interrupted validation step has not failed', async () => {
  const rig = await puppets();
  const stop = new AbortController();
  const running = runConfig(
    `tasks:\n  a: { run: ':' }\nvalidate:\n  - { name: v, run: ${command(rig.command('v'))} }\n`,
    { signal: stop.signal },
  );
  await rig.nextInvocation('v');
  stop.abort('SIGINT');
  const { report } = await running;
  assert.equal(
    [report.status, report.validation[0]?.status, report.firstFailure],
    ['interrupted', 'skipped', undefined],
  );
});

test('after a timeout nothing is signalled any more', async () => {
  const real = process.kill;
  const late: unknown[] = [];
  let over = false;
  process.kill = (...args) => {
    if (over && args[1] !== 0) late.push(args);
    return real.apply(process, args);
  };
  try {
    await runConfig("tasks:\n  a: { run: 'sleep 100', timeout: 50ms }\n", { graceMs: 100 });
    over = true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  } finally {
    process.kill = real;
  }
  assert.equal(late, []);
});

test('durations are remembered for the next run', async () => {
  const { root, task } = await runConfig("tasks:\n  a: { run: ':' }\n  b: { run: 'false' }\n");
  const next = await runConfig("tasks:\n  a: { run: ':' }\n", { root });
  const [started] = next.events;
  const expected = started?.type === 'run-started' ? started.expectedMs : {};
  assert.equal(expected, { a: Math.round(task('a').durationMs) });
});

test('20 runs are kept, and up to 10 more', async () => {
  const { root } = await runConfig("tasks:\n  a: { run: ':' }\n");
  for (let run = 0; run < 30; run++) await runConfig("tasks:\n  a: { run: ':' }\n", { root });
  const runs = new Set(
    Object.keys(tree(root)).flatMap((path) => /^\.ptask\/runs\/([^/]+)\//.exec(path)?.[1] ?? []),
  );
  assert.is(runs.size, 21);
});
