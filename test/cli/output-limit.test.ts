// A task that prints without end: what is kept, and that it is said.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, type Project, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/output-limit');
const SLOW = { timeout: 120_000 };

const logOf = ({ dir }: Project, task: string): string =>
  join(dir, '.ptask/runs', readdirSync(join(dir, '.ptask/runs')).at(-1) as string, `tasks/${task}.out`);

test('the log keeps both ends, and the run, the report and the logs say so', SLOW, async () => {
  const made = project(`output: { limit: 4 MB }
tasks:
  big: { run: 'echo begun; yes | head -c 40000000; echo done; exit 3' }
  own: { run: 'seq 100000', output: { limit: 10 kB } }
  all: { run: 'seq 300000', output: { limit: unlimited } }
`);
  const said = expectCode(await made.ptask(), 1);
  expectOutput(said, /39 MB left out; what is kept of it: ptask log big/);
  expectOutput(said, /output beyond its limit was not kept: 36 MB of big and 579 kB of own/);
  const log = readFileSync(logOf(made, 'big'), 'utf8');
  assert.ok(log.length < 4_100_000);
  assert.ok(log.startsWith('begun\ny\n') && log.endsWith('y\ndone\n'));
  assert.match(log, '… ptask: 36 MB left out here, output.limit is 4 MB …');
  assert.ok(statSync(logOf(made, 'own')).size < 11_000);
  assert.ok(readFileSync(logOf(made, 'own'), 'utf8').endsWith('\n100000\n'));
  assert.is(statSync(logOf(made, 'all')).size, 1_988_895);
  const report = JSON.parse((await made.ptask('report', '--json')).stdout);
  const [big, , all] = report.tasks;
  assert.is(big.output.bytes, 40_000_011);
  assert.ok(big.output.leftOut > 35_000_000);
  assert.is(all.output.leftOut, undefined);
  expectOutput(await made.ptask('report', '--format', 'md'), /Output, but for 36 MB in the middle/);
  expectOutput(await made.ptask('log', '--md', 'own'), /579 kB in the middle of its output were not kept/);
});

test('without a word in the config 64 MB are kept, in little memory', SLOW, async () => {
  const made = project("tasks:\n  big: { run: 'yes 0123456789 | head -c 400000000' }\n");
  expectOutput(expectCode(await made.ptask(), 0), /not kept: 336 MB of big/);
  assert.ok(statSync(logOf(made, 'big')).size < 65_000_000);
});

test('what is no size is refused', async () => {
  for (const limit of ['10', '0 MB', '-1 MB', 'lots', '10 TB', '[]', '1e9'])
    expectOutput(
      expectCode(await project(`output: { limit: ${limit} }\ntasks: { a: { run: x } }\n`).ptask('check'), 2),
      /output\.limit/,
      'stderr',
    );
});
