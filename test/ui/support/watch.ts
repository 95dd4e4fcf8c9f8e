// To look at it: node --import tsx test/ui/support/watch.ts [tasks] [phases] [concurrency] [speed] [kind]

import { createReporter } from '../../../src/ui/create-reporter.ts';
import type { ReporterKind } from '../../../src/ui/reporter.ts';
import { openTerminal } from '../../../src/ui/terminal.ts';
import { simulate, smallRun } from './scripted.ts';

const [tasks = 0, phases = 5, concurrency = 8, speed = 1] = process.argv.slice(2, 6).map(Number);
const kind = (process.argv[6] ?? 'auto') as ReporterKind;
const events =
  tasks > 0
    ? simulate({ tasks, phases, concurrency, failEvery: 60, known: true, validation: ['types', 'docs'] })
    : smallRun();
const reporter = await createReporter({
  kind,
  terminal: openTerminal({ stream: process.stdout, env: process.env }),
  env: process.env,
  verbose: process.argv.includes('--verbose'),
  quiet: process.argv.includes('--quiet'),
  outputFile: (id) => `/nonexistent/${id}`,
  clock: {
    now: () => performance.now() * speed,
    every: (ms, tick) => {
      const timer = setInterval(tick, ms);
      return () => clearInterval(timer);
    },
  },
});
const zero = performance.now();
for (const event of events) {
  const wait = event.at / speed - (performance.now() - zero);
  if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
  reporter.onEvent(event);
}
await reporter.close();
