// How long ptask takes to start, against Node alone.

import { print, ptask, ratio, takeTurns } from './support/bench.ts';
import { project } from './support/project.ts';
import { node } from './support/run.ts';

const cwd = project({ noop: { run: 'true' } });
const spawnShell =
  "require('child_process').spawn('/bin/sh', ['-c', 'true'], { stdio: ['ignore', 'pipe', 'pipe'] }).stdout.resume()";
const contestant = (name: string, args: string[]) => ({ name, turn: () => node(args, { cwd }) });

const standings = await takeTurns(
  [
    contestant('node -e ""', ['-e', '']),
    contestant('node, starting a shell', ['-e', spawnShell]),
    contestant('ptask --version', [ptask, '--version']),
    contestant('ptask plan', [ptask, 'plan']),
    contestant('ptask run', [ptask, 'run']),
  ],
  20,
);
const bare = standings[0];
print({
  bench: 'startup',
  about: 'Start-up: whole processes, one no-op task in the config.',
  settings: { rounds: bare?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs }) => ({
    name,
    medianMs,
    bestMs,
    ratio: ratio(medianMs, bare?.medianMs),
    bestRatio: ratio(bestMs, bare?.bestMs),
  })),
});
