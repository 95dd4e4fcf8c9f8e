// PTASK_TRACE: what a trace viewer gets.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';

const test = suite('cli/trace');

interface Complete {
  ph: 'X';
  cat: string;
  name: string;
  ts: number;
  dur: number;
  tid: number;
}

/** The format lets the array's end be missing. */
function stepsIn(file: string): Complete[] {
  const events = JSON.parse(`${readFileSync(file, 'utf8').replace(/,\n$/, '')}]`) as { ph: string }[];
  for (const { ph } of events) assert.match(ph, /^[XM]$/);
  return events.filter((event): event is Complete => event.ph === 'X');
}

test('phases, tasks, processes and calls of git, each in a row where it overlaps nothing but what holds it', async () => {
  const made = await gitProject(
    [
      'conflicts: isolate',
      'tasks:',
      '  a: { run: echo a > a.txt, writes: [same/**, a.txt] }',
      '  b: { run: echo b > b.txt, writes: [same/**, b.txt] }',
    ].join('\n'),
  );
  const env = { PTASK_TRACE: join(tempDir(), 'trace.json') };
  expectCode(await made.ptask('run', '--quiet', { env }), 0);
  const steps = stepsIn(env.PTASK_TRACE);
  const named = (cat: string): string[] => steps.filter((step) => step.cat === cat).map(({ name }) => name);
  for (const phase of ['start', 'load config', 'plan', 'begin the run', 'run the tasks', 'finish the run'])
    assert.ok(named('phase').includes(phase), phase);
  assert.equal(named('task').sort(), ['a', 'b', 'integrate a', 'integrate b']);
  assert.equal(named('process').sort(), ['echo a > a.txt', 'echo b > b.txt']);
  assert.ok(named('git').length > 0);
  const rest = steps.filter(({ cat }) => cat !== 'phase');
  for (const row of new Set(rest.map(({ tid }) => tid))) {
    const inTurn = rest.filter(({ tid }) => tid === row).sort((a, b) => a.ts - b.ts);
    for (const [at, next] of inTurn.slice(1).entries()) {
      const before = inTurn[at] as Complete;
      assert.ok(next.ts >= before.ts + before.dur - 1, `${before.name} and ${next.name} overlap in a row`);
    }
  }
});

test('a ptask in a task leaves it alone', async () => {
  const made = project('tasks:\n  a: { run: \'test -z "$PTASK_TRACE"\' }\n');
  const env = { PTASK_TRACE: join(made.dir, 'trace.json') };
  expectCode(await made.ptask('run', '--quiet', { env }), 0);
});

test('a file that cannot be written: one sentence, and nothing runs', async () => {
  const made = project('tasks:\n  a: { run: touch ran }\n');
  const result = await made.ptask('run', {
    env: { PTASK_TRACE: join(made.dir, 'no/such/folder/trace.json') },
  });
  expectCode(result, 2);
  assert.match(result.stderr, /^ptask: PTASK_TRACE: the trace cannot be written: ENOENT.*\n$/);
  assert.not(exists(made.dir, 'ran'));
});
