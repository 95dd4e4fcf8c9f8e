/** The benches run to their end and print what they promise, in tiny sizes. How fast anything is, is not looked at. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { noCasd } from '../support/casd.ts';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('bench');
const folder = join(repositoryRoot, 'bench');

/** Rows each must have, by the beginning of the name. */
const ROWS: Record<string, string[]> = {
  startup: [
    ...['node -e', 'git status', 'ptask --version', 'ptask plan', 'ptask run', 'ptask run, no repository'],
    ...['ptask, hook with nothing to do', 'ptask run, first after install'],
  ],
  noop: ['spawn true', 'spawn sh -c true', 'ptask, silent', 'ptask, lines'],
  layers: ['all: ptask', 'all: bare loop', 'three: ptask', 'three: bare loop'],
  plan: ['5/50: ptask plan', '5/50: git ls-files -z'],
  resolver: ['node -e', '5/50: ptask plan, cold', '5/50: ptask plan, warm', '5/50: git ls-files -z'],
  worktrees: ['ptask, apply', 'ptask, merge', 'shell script'],
  cache: [
    ...['4/2: node -e', '4/2: ptask', '50 files: git status', '50 files: ptask, all of them read'],
    ...[
      'restore 5: cp -r',
      'restore 5: ptask, none there',
      'store 5: ptask, no cache',
      'store 5: ptask, stored',
    ],
    ...['store of 100: empty', 'store of 100: full'],
  ],
  output: ['cmd > file', 'ptask, silent', 'ptask, lines'],
  remote: ['4 places there', '2 slots here'],
  'remote-cache': ['from the own cache', 'from the remote cache'],
};

interface Printed {
  bench: string;
  settings: { node: string; rounds: number };
  rows: { name: string; medianMs: number; bestMs: number; peakMb?: number | null }[];
}

async function run(name: string, ...args: string[]) {
  const tmp = tempDir();
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(folder, `${name}.ts`), '--quick', ...args],
    { env: hermeticEnv({ TMPDIR: tmp }), extendEnv: false, reject: false, stdin: 'ignore' },
  );
  assert.is(exitCode, 0, `${stdout}${stderr}`);
  const left = readdirSync(tmp).filter((entry) => entry.startsWith('ptask-bench-'));
  assert.equal(left, [], 'it has left folders behind');
  return stdout;
}

test('every bench is tried here', () => {
  const benches = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  assert.equal(benches.sort(), [...Object.keys(ROWS), 'compare', 'guard'].map((name) => `${name}.ts`).sort());
});

const noServer = noCasd();

for (const [name, expected] of Object.entries(ROWS)) {
  if (name.startsWith('remote') && noServer !== undefined) {
    test.skip(`${name} prints one JSON document`, noServer);
    continue;
  }
  test(`${name} prints one JSON document`, { timeout: 60_000 }, async () => {
    const printed = JSON.parse(await run(name, '--json')) as Printed;
    assert.is(printed.bench, name);
    assert.is(printed.settings.node, process.version);
    assert.is(printed.settings.rounds, 1);
    for (const start of expected) {
      assert.ok(
        printed.rows.some((row) => row.name.startsWith(start)),
        `no row ${start}`,
      );
    }
    for (const { name: row, medianMs, bestMs } of printed.rows) {
      assert.ok(medianMs > 0 && bestMs > 0 && bestMs <= medianMs, `${row}: ${medianMs}, ${bestMs}`);
    }
    if (['plan', 'resolver', 'output'].includes(name)) {
      const peaks = printed.rows.filter((row) => row.name.includes('ptask')).map((row) => row.peakMb ?? 0);
      assert.ok(
        peaks.every((peak) => peak > 10 && peak < 10_000),
        `peak memory ${peaks.join(', ')}`,
      );
    }
  });
}

test('without --json a bench prints a table', { timeout: 60_000 }, async () => {
  const lines = (await run('startup')).split('\n');
  assert.match(lines[3] ?? '', /^name +medianMs +bestMs +cpuMs +ratio/);
  assert.is(lines.length, 4 + 9);
});

const refusal = (...args: [string, ...string[]]): Promise<string> =>
  run(...args).then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );

interface Compared {
  versions: Record<string, string | null>;
  heats: { course: string; rows: { name: string }[]; cannot: Record<string, string> }[];
  notes: string[];
}

test('compare runs each graph by all that can say it, each of which proves it', {
  timeout: 120_000,
}, async () => {
  // Those that are not in the peers: no test installs anything.
  const only = ['ptask', 'make', 'ninja', "node -e ''", 'spawn loop', 'one sh'];
  const { versions, heats, notes } = JSON.parse(
    await run('compare', '--json', '--only', only.join(',')),
  ) as Compared;
  const missing = notes.flatMap((note) => note.match(/^not here: (.*)/)?.[1]?.split(', ') ?? []);
  assert.equal(Object.keys(versions).sort(), only.filter((name) => !missing.includes(name)).sort());
  assert.equal(
    notes.filter((note) => !note.startsWith('not here')),
    [],
  );
  for (const { course, rows, cannot } of heats) {
    const told = [...rows.map(({ name }) => name), ...Object.keys(cannot)].sort();
    assert.equal(told, Object.keys(versions).sort(), course);
    assert.ok(
      rows.some(({ name }) => name === 'ptask'),
      course,
    );
  }
  assert.is(heats.length, 8);
});

test('compare refuses a tool that it does not know', async () => {
  assert.match(await refusal('compare', '--only', 'nobody'), /there is no tool nobody, but ptask, make/);
});

test('an option of another bench is refused', async () => {
  assert.match(await refusal('startup', '--only', 'ptask'), /Unknown option '--only'/);
});
