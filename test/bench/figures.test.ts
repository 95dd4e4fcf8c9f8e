/** What docs/benchmarks.md shows of a comparison. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comparison, type Heat, markdownOf } from '../../bench/support/figures.ts';
import { tools } from '../../bench/tools/index.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('bench/figures');

const row = (name: string, medianMs: number, peakMb: number | null = null, isFloor = false) => ({
  ...{ name, isFloor, rounds: 3, medianMs, bestMs: medianMs, cpuMs: 10, peakMb },
});
const heat = (course: string, rows: Heat['rows']): Heat => ({
  ...{ course, title: course, about: `About ${course}.`, rows, cannot: {} },
});

test('medians stand beside multiples of ptask, floors in italics, and under them who is ahead', () => {
  const comparison: Comparison = {
    settings: { node: 'v20.1.0', cores: 2, system: 'linux' },
    versions: { ptask: '0.1.0', make: '4.3', slow: null, floor: null },
    heats: [
      heat('one', [row('ptask', 100), row('make', 4.44), row('slow', 2_000), row('floor', 25, null, true)]),
      heat('exec', [row('ptask', 1_000, 80.4), row('slow', 1_500, 120), row('floor', 900, null, true)]),
      heat('unchanged', [row('make', 10)]),
    ],
    notes: ['not here: mise'],
  };
  assert.is(
    markdownOf(comparison),
    `Measured on 2 cores, Node 20.1.0, linux. Medians in milliseconds, and as multiples of ptask; floors in italics.

|  | one | exec | unchanged | peak MB |
| --- | --: | --: | --: | --: |
| ptask 0.1.0 | 100 | 1,000 | — | 80 |
| make 4.3 | 4.4 (0.04×) | — | 10 | — |
| slow | 2,000 (20×) | 1,500 (1.5×) | — | 120 |
| _floor_ | 25 (0.25×) | 900 (0.9×) | — | — |

- one: ahead of ptask: make (0.04×).
- exec: ptask is first.
- unchanged: ptask cannot do this yet.

- not here: mise
`,
  );
});

test('the document has figures of every tool, and says how to make them again', () => {
  const text = readFileSync(join(repositoryRoot, 'docs/benchmarks.md'), 'utf8');
  for (const { name, isFloor } of tools) {
    const cell = isFloor ? `| _${name}_ |` : `| ${name} `;
    const isMissing = new RegExp(`^- not here: .*\\b${name}\\b`, 'm').test(text);
    assert.ok(text.includes(cell) || isMissing, name);
  }
  assert.match(text, /^Measured on \d+ cores, Node \d+\.\d+\.\d+, \w+\./m);
});

test('the commands that it names are scripts of package.json, with options that benches have', () => {
  const text = readFileSync(join(repositoryRoot, 'docs/benchmarks.md'), 'utf8');
  const options = readFileSync(join(repositoryRoot, 'bench/support/options.ts'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const commands = [...text.matchAll(/`npm run ([\w:]+)(?: -- ([^`]*))?`/g)];
  assert.ok(commands.length >= 5);
  for (const [command, script = '', args = ''] of commands) {
    assert.ok(scripts[script], command);
    for (const [, flag = ''] of args.matchAll(/--(\w+)/g))
      assert.match(options, new RegExp(`\\b${flag}: \\{ type`), command);
  }
});
