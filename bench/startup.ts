// How long ptask takes to start, against Node alone.

import { print, ratio, takeTurns } from './support/bench.ts';
import { NODE, starts } from './support/starts.ts';

const standings = await takeTurns(starts(), 20);
const bare = standings.find(({ name }) => name === NODE);
print({
  bench: 'startup',
  about: 'Start-up: whole processes, one no-op task in the config, in a git repository.',
  settings: { rounds: bare?.rounds ?? 0 },
  rows: standings.map(({ name, medianMs, bestMs, cpuMs }) => ({
    name,
    medianMs,
    bestMs,
    cpuMs,
    ratio: ratio(medianMs, bare?.medianMs),
    bestRatio: ratio(bestMs, bare?.bestMs),
  })),
});
