/**
 * Runs the test files: `node --import tsx test/run.ts [filter…] [--all | --slow] [--jobs n] [--timeout ms] [--root dir]`.
 *
 * `*.slow.test.ts` are those that take long and prove much: they run with `--all`, alone with `--slow`, and where a filter
 * names them. A filter is a part of a file's path under the root. Each file is a process, the longest start first, one
 * more at a time than there are processors, since many wait for the disk or for somebody; what measures runs before all
 * others, alone. Only a failing file's output
 * is shown, whole and indented. The very last line is `N passed, N failed`, with `, N skipped` if any were; the counts
 * are uvu's, plus one for each failure uvu cannot see (see `support/run-file.ts`). Exit code 1 on any failure, or when
 * nothing ran.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { type Bundle, bundle } from './support/bundle.ts';
import { ALONE, longestFirst } from './support/order.ts';
import { abandonAll, type Outcome, runFile } from './support/run-file.ts';

const here = dirname(fileURLToPath(import.meta.url));
const remembered = join(here, '../node_modules/.cache/ptask-tests.json');

const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    jobs: { type: 'string', short: 'j', default: String(availableParallelism() + 1) },
    timeout: { type: 'string', default: String(12 * 60_000) },
    root: { type: 'string', default: here },
  },
});
const root = resolve(values.root);
const jobs = Math.max(1, Number(values.jobs) || 1);
const timeout = Number(values.timeout);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    abandonAll();
    process.exit(128 + constants.signals[signal]);
  });
}

const durations = readDurations();
const files = longestFirst(
  findTests(root).filter((file) =>
    filters.length === 0 ? isAsked(file) : filters.some((filter) => file.includes(filter)),
  ),
  durations,
);

const bundled = await bundleAll();
const total = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const [alone, beside] = [files.filter((file) => ALONE.has(file)), files.filter((file) => !ALONE.has(file))];
await work(alone);
await Promise.all(Array.from({ length: jobs }, () => work(beside)));
rememberDurations();

if (failures.length > 0) console.log(`\nFailures:\n${failures.map((line) => `  ${line}`).join('\n')}`);
if (total.passed + total.failed === 0) {
  console.log(files.length === 0 ? `\nNo test file matches in ${root}` : '\nNo test ran');
  total.failed = 1;
}
console.log(`\n${counts(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

function isAsked(file: string): boolean {
  const isSlow = file.endsWith('.slow.test.ts');
  return values.all || isSlow === values.slow;
}

/** Where one file cannot be bundled each is run as it is, which takes longer: that one fails by its name, and no other. */
async function bundleAll(): Promise<Bundle> {
  try {
    const made = await bundle(files.map((file) => join(root, file)));
    process.on('exit', made.remove);
    return made;
  } catch (error) {
    const message = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
    console.log(`Not bundled: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    const tsx = import.meta.resolve('tsx');
    return { argsFor: (file) => ['--import', tsx, file], remove: () => {} };
  }
}

/** One of the workers: takes the next file of those that wait until there is none. */
async function work(waiting: string[]): Promise<void> {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const outcome = await runFile(bundled.argsFor(join(root, file)), timeout);
    durations[file] = Math.round(outcome.durationMs);
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped;
    print(file, outcome);
  }
}

/** One write, so that two files never mix. */
function print(file: string, outcome: Outcome): void {
  const bad = outcome.failed > 0;
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  let text = `${bad ? '✗' : '✓'} ${file}  ${counts(outcome)}  ${seconds}s\n`;
  if (bad) {
    // Indented, so that no line of it passes for the last line of this run.
    text += `${outcome.output.trimEnd().replaceAll(/^/gm, '    ')}\n`;
    for (const { test, message } of outcome.failures) {
      const line = `${file}: ${test}: ${message.split('\n', 1)[0]}`;
      failures.push(line);
      text += `  ✗ ${line}\n`;
    }
  }
  process.stdout.write(text);
}

function counts({ passed, failed, skipped }: typeof total): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The `*.test.ts` under `dir`, relative, sorted; not those in `fixtures`, which are material. */
function findTests(dir: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'fixtures' && entry.name !== 'node_modules') walk(path);
      } else if (entry.name.endsWith('.test.ts')) {
        found.push(relative(dir, path).split(sep).join('/'));
      }
    }
  };
  walk(dir);
  return found.sort();
}

/** Milliseconds by file, from the last run of each; only a hint, so anything unreadable is nothing. */
function readDurations(): Record<string, number> {
  if (root !== here) return {};
  try {
    return JSON.parse(readFileSync(remembered, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

function rememberDurations(): void {
  if (root !== here) return;
  try {
    mkdirSync(dirname(remembered), { recursive: true });
    writeFileSync(`${remembered}.${process.pid}`, JSON.stringify(durations));
    renameSync(`${remembered}.${process.pid}`, remembered);
  } catch {
    // A read-only checkout runs its tests in the order of their names.
  }
}
