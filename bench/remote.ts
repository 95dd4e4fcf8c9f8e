// What running remotely gains: many tasks of a second each on a server with many places, against the same run here with two. And what
// a second run sends, in which nothing has changed.

import { execFileSync } from 'node:child_process';
import { stringify } from 'yaml';
import { casd, noCasd } from '../test/support/casd.ts';
import { cleanUp } from '../test/support/cleanup.ts';
import { type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { tempDir } from './support/cleanup.ts';
import { ptask, quick } from './support/options.ts';
import { writeAll } from './support/project.ts';
import { environment, node } from './support/run.ts';

const count = quick ? 6 : 200;
const seconds = quick ? 0.2 : 1;
const jobs = quick ? 4 : 32;
const here = 2;

const missing = noCasd();
if (missing !== undefined) throw new Error(missing);
const server = await casd({ jobs });

/** A repository of tasks that each read a file and write another. */
function repository(remote: boolean): string {
  const root = tempDir();
  const names = Array.from({ length: count }, (_, at) => `t${at}`);
  const tasks = Object.fromEntries(
    names.map((name) => [
      name,
      {
        run: `sleep ${seconds}; cat in/${name} > out/${name}`,
        reads: [`in/${name}`],
        writes: [`out/${name}`],
        remote,
      },
    ]),
  );
  writeAll(root, {
    ...Object.fromEntries(names.map((name) => [`in/${name}`, `${name}\n`])),
    'out/.keep': '',
    '.gitignore': '.ptask/\n',
    'parallel.config.yaml': stringify({ remote: { url: server.url, jobs }, tasks }),
  });
  execFileSync('git', ['init', '--quiet', root], { env: environment() });
  return root;
}

interface Told {
  durationMs: number;
  tasks: { remote?: { sentBytes: number } }[];
}

const sent: number[] = [];

const contestant = (name: string, remote: boolean) => {
  const cwd = repository(remote);
  const args = [ptask, 'run', '--json', '--reporter', 'silent', '--concurrency', String(here)];
  return {
    name,
    async turn() {
      const ran = await node(args, { cwd });
      const { durationMs, tasks } = JSON.parse(ran.stdout) as Told;
      if (remote) sent.push(tasks.reduce((sum, task) => sum + (task.remote?.sentBytes ?? 0), 0));
      return { ...ran, insideMs: durationMs };
    },
  };
};

const standings = await takeTurns(
  [contestant(`${jobs} places there`, true), contestant(`${here} slots here`, false)],
  1,
  { enoughMs: 600_000 },
);
const base = standings[1];
print({
  bench: 'remote',
  about: `${count} tasks of ${seconds} s each, on a server on this machine and here.`,
  settings: {
    tasks: count,
    seconds,
    jobs,
    slots: here,
    rounds: base?.rounds ?? 0,
    firstSentBytes: sent[0] ?? 0,
    lastSentBytes: sent.at(-1) ?? 0,
  },
  rows: standings.map(
    ({ name, medianMs, bestMs, cpuMs, insideMs }): Figures => ({
      ...{ name, medianMs, bestMs, cpuMs, insideMs },
      toHere: ratio(medianMs, base?.medianMs),
    }),
  ),
});
await cleanUp();
