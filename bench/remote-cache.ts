// What a clone's first run costs where all is cached remotely, beside the same from the clone's own cache.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { casd, noCasd } from '../test/support/casd.ts';
import { cleanUp } from '../test/support/cleanup.ts';
import { type Contestant, type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { tempDir } from './support/cleanup.ts';
import { ptask, quick } from './support/options.ts';
import { writeAll } from './support/project.ts';
import { environment, node } from './support/run.ts';

const count = quick ? 6 : 100;

const missing = noCasd();
if (missing !== undefined) throw new Error(missing);
const server = await casd();

/** A repository of tasks that each read a file, write two and say something. */
function repository(): string {
  const root = tempDir();
  const names = Array.from({ length: count }, (_, at) => `t${at}`);
  const tasks = Object.fromEntries(
    names.map((name) => [
      name,
      {
        run: `cat in/${name} > out/${name}/a; echo of ${name} | tee out/${name}/b`,
        reads: [`in/${name}`],
        writes: [`out/${name}/**`],
      },
    ]),
  );
  const cache = { enabled: true, remote: { url: server.url, write: true } };
  writeAll(root, {
    ...Object.fromEntries(names.map((name) => [`in/${name}`, `${name}\n`])),
    '.gitignore': '.ptask/\nout/\n',
    'parallel.config.yaml': stringify({ cache, tasks }),
  });
  execFileSync('git', ['init', '--quiet', root], { env: environment() });
  clear(root);
  return root;
}

function clear(root: string): void {
  rmSync(join(root, 'out'), { recursive: true, force: true });
  for (let at = 0; at < count; at += 1) mkdirSync(join(root, 'out', `t${at}`), { recursive: true });
}

interface Told {
  durationMs: number;
  tasks: { cached?: { hit: boolean; isRemote?: boolean } }[];
}

async function run(cwd: string, args: readonly string[] = []) {
  const ran = await node([ptask, 'run', '--json', '--reporter', 'silent', ...args], { cwd });
  const { durationMs, tasks } = JSON.parse(ran.stdout) as Told;
  const hits = tasks.filter(({ cached }) => cached?.hit);
  return {
    ...ran,
    insideMs: durationMs,
    hits: hits.length,
    remote: hits.filter((task) => task.cached?.isRemote).length,
  };
}

const root = repository();
const first = await run(root);
if (first.hits !== 0) throw new Error('it was cached before it ran');

const contestants: Contestant[] = [
  {
    name: 'from the own cache',
    async turn() {
      clear(root);
      const ran = await run(root, ['--cache', 'remote:off']);
      if (ran.hits !== count || ran.remote !== 0)
        throw new Error(`${ran.hits} hits, ${ran.remote} of them remote`);
      return ran;
    },
  },
  {
    name: 'from the remote cache',
    async turn() {
      clear(root);
      for (const own of ['.ptask', '.git/ptask']) rmSync(join(root, own), { recursive: true });
      const ran = await run(root);
      if (ran.remote !== count) throw new Error(`${ran.remote} remote hits: ${ran.stderr}`);
      return ran;
    },
  },
];
const standings = await takeTurns(contestants, 9);
const base = standings[0]?.medianMs;
print({
  bench: 'remote-cache',
  about: `${count} tasks whose results are all cached, on a server on this machine and here.`,
  settings: { tasks: count, rounds: standings[0]?.rounds ?? 0 },
  rows: standings.map(
    ({ name, medianMs, bestMs, cpuMs, insideMs }): Figures => ({
      ...{ name, medianMs, bestMs, cpuMs, insideMs },
      toOwn: ratio(medianMs, base),
    }),
  ),
});
await cleanUp();
