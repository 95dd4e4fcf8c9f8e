// After a timeout, an abort and Ctrl-C no descendant of a task is left, whatever it does to stay.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';
import { tempDir } from '../support/tmp.ts';
import { runConfig } from './support.ts';

const test = suite('run/orphans');

/** Each leaves its number in a file of its name. */
const STUBBORN = {
  ignoring: "trap '' TERM INT HUP; echo $$ > ignoring; while :; do sleep 0.05; done",
  child: "(trap '' TERM; sh -c 'echo $$ > child; exec sleep 60') & wait",
  forkedTwice: "( ( sh -c 'echo $$ > forkedTwice; exec sleep 60' & ) & ) ; sleep 60",
  closed: "( sh -c 'echo $$ > closed; exec sleep 60' </dev/null >/dev/null 2>&1 ) & sleep 60",
  ownGroup: "set -m; (trap '' TERM; sh -c 'echo $$ > ownGroup; exec sleep 60') & wait",
} as const;

const names = Object.keys(STUBBORN);
const config = (more: object): string =>
  JSON.stringify({
    concurrency: 10,
    tasks: {
      ...Object.fromEntries(Object.entries(STUBBORN).map(([id, run]) => [id, { run, ...more }])),
      // Comes when all of them are there.
      failing: {
        run: `until ${names.map((name) => `[ -s ${name} ]`).join(' && ')}; do sleep 0.02; done; exit 1`,
        onFailure: 'abort',
      },
    },
  });

async function pids(root: string): Promise<number[]> {
  const files = names.map((name) => join(root, name));
  while (!files.every((file) => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n')))
    await sleep(10);
  return files.map((file) => Number(readFileSync(file, 'utf8')));
}

const alive = (all: readonly number[]): string[] => names.filter((_, index) => isAlive(all[index] as number));

/** Every process of the shell and below it that names one of the files. */
test('after an abort', async () => {
  const root = tempDir();
  await runConfig(config({}), { root, graceMs: 200 });
  assert.equal(alive(await pids(root)), []);
});

test('after a timeout', async () => {
  const root = tempDir();
  const { report } = await runConfig(
    config({ timeout: '1500ms' }).replace('"onFailure":"abort"', '"retry":0'),
    {
      root,
      graceMs: 200,
    },
  );
  assert.equal(alive(await pids(root)), []);
  assert.match(report.tasks[0]?.reason ?? '', /timed out/);
});

for (const times of [1, 2])
  test(`after Ctrl-C, ${times === 1 ? 'once' : 'twice'}`, async () => {
    const root = tempDir();
    const [stop, kill] = [new AbortController(), new AbortController()];
    const quiet = config({}).replace('exit 1', 'sleep 60');
    // A grace that nobody would wait for when it is asked twice.
    const graceMs = times === 1 ? 200 : 60_000;
    const run = runConfig(quiet, { root, graceMs, signal: stop.signal, kill: kill.signal });
    const all = await pids(root);
    stop.abort('SIGINT');
    if (times === 2) kill.abort('SIGINT');
    const { report } = await run;
    assert.is(report.status, 'interrupted');
    assert.equal(alive(all), []);
  });
