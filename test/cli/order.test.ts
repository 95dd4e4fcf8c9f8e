// Which run is the last one: the one that ran last, whatever its name says of the time.
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectCode, expectOutput, gitProject, type Project, projectAt } from '../support/cli.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('cli/order');

const PATTERN = /^PARALLEL-\d{8}-/;
const runsOf = (dir: string): string[] => readdirSync(join(dir, '.ptask/runs')).sort();
const read = (dir: string, file: string): string => readFileSync(join(dir, file), 'utf8');
const writing = (text: string): string =>
  JSON.stringify({ tasks: { t: { run: `echo ${text} > f; echo said ${text}`, writes: ['f'] } } });

/** As if it had been asked for in another year. */
function moved(dir: string, id: string, year: number): string {
  const other = id.replace(PATTERN, `PARALLEL-${year}0101-`);
  const state = existsSync(join(dir, '.git')) ? join(dir, '.git/ptask/top/runs') : undefined;
  for (const folder of [join(dir, '.ptask/runs'), state])
    if (folder !== undefined) renameSync(join(folder, id), join(folder, other));
  return other;
}

async function three(made: Project & { dir: string }): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, year] of [2050, 2040, 2030].entries()) {
    const before = existsSync(join(made.dir, '.ptask/runs')) ? runsOf(made.dir) : [];
    write(made.dir, { 'parallel.config.yaml': writing(String(at)) });
    expectCode(await made.ptask('-q'), 0);
    const id = runsOf(made.dir).find((each) => !before.includes(each)) ?? '';
    ids.push(moved(made.dir, id, year));
  }
  return ids;
}

test('with a clock that goes back log, report, resume and undo mean the one that ran last', async () => {
  const made = await gitProject({ config: writing('x'), files: { f: 'first\n' } });
  const ids = await three(made);
  assert.equal([...ids].sort().reverse(), ids);
  expectOutput(expectCode(await made.ptask('log', 't'), 0), /^said 2\n$/, 'stdout');
  expectOutput(expectCode(await made.ptask('report'), 0), new RegExp(ids[2] as string));
  const older = expectCode(await made.ptask('undo', ids[0] as string), 2);
  expectOutput(older, new RegExp(`undo ${ids[2]} first`));
  for (const [id, content] of [
    [ids[2], '1\n'],
    [ids[1], '0\n'],
    [ids[0], 'first\n'],
  ] as const) {
    expectOutput(expectCode(await made.ptask('undo'), 0), new RegExp(`undid run ${id}`));
    assert.is(read(made.dir, 'f'), content);
  }
});

test('--resume goes on from the one that ran last', async () => {
  const made = await gitProject({ config: writing('x'), files: { f: 'first\n' } });
  const ids = await three(made);
  expectOutput(await made.ptask('run', '--resume'), new RegExp(`resuming run ${ids[2]}`));
});

test('of runs that waited for each other the last is the one that ran last', async () => {
  const rig = await puppets();
  const made = await gitProject(
    JSON.stringify({
      tasks: { held: { run: rig.command('held'), writes: ['f'] }, t: { run: 'echo t', writes: ['f'] } },
    }),
  );
  const first = made.start('run', 'held');
  const held = await rig.nextInvocation('held');
  const second = projectAt(made.dir).start('run', 't');
  while (!/waiting for/.test(second.output())) await sleep(20);
  // It waits and has not run.
  const [id] = runsOf(made.dir);
  expectOutput(await made.ptask('report'), new RegExp(`run ${id} is still in progress`));
  await held.exit(0);
  expectCode(await first.result, 0);
  expectCode(await second.result, 0);
  expectOutput(expectCode(await made.ptask('log', 't'), 0), /^t\n$/, 'stdout');
  // One that has only waited is none of them.
  const third = made.start('run', 'held');
  const again = await rig.nextInvocation('held');
  const fourth = await made.ptask('run', 't', { signalAfter: { when: /waiting for/ } });
  assert.is(fourth.signal, 'SIGINT');
  await again.exit(0);
  expectCode(await third.result, 0);
  assert.is(runsOf(made.dir).length, 3);
  expectOutput(await made.ptask('log', 'held'), /.*/);
});
