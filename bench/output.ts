// A task that prints a great deal: time and memory, against the shell writing the same to a file.

import { print, ratio, takeTurns } from './support/bench.ts';
import { ptaskRun } from './support/contestants.ts';
import { quick } from './support/options.ts';
import { project } from './support/project.ts';
import { run } from './support/run.ts';

const megabytes = quick ? 2 : 200;
const words = 'a line of output as long as many a line of output is, not more and not less';
const command = `yes '${words}' | head -c ${megabytes * 1_000_000}`;
const cwd = project({ print: { run: command } });
const quiet = project({ print: { run: 'true' } });

const standings = await takeTurns(
  [
    { name: 'cmd > file', turn: () => run('/bin/sh', ['-c', `${command} > out`], { cwd }) },
    ptaskRun('ptask, silent', { cwd, concurrency: 1, reporter: 'silent', peak: true }),
    ptaskRun('ptask, lines', { cwd, concurrency: 1, reporter: 'lines', peak: true }),
    ptaskRun('ptask, task prints nothing', { cwd: quiet, concurrency: 1, reporter: 'silent', peak: true }),
  ],
  5,
);
const base = standings[0];
print({
  bench: 'output',
  about: 'One task that prints to its log.',
  settings: { megabytes, rounds: base?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs, insideMs, peakMb }) => ({
    name,
    medianMs,
    bestMs,
    insideMs,
    peakMb,
    toShell: ratio(medianMs, base?.medianMs),
  })),
});
