/**
 * uvu with its traps closed. In uvu a throwing `before` hook and a forgotten `.run()` exit 0, a throwing
 * `after.each` drops the tests after it, and nothing ever times out. Here:
 *
 * - running is automatic, once the test file has been evaluated to its end (top-level awaits too);
 * - every test and hook has a time limit, and fails by name when it passes it;
 * - a throwing `before` fails each test of its suite, a throwing `after` fails the file;
 * - an empty file or suite fails, `test.only` fails under CI=true, a skip says why;
 * - a file that keeps the event loop busy after its last test fails.
 *
 * Counts are what uvu returned for each suite; `report.ts` carries them to the runner.
 */
import { pathToFileURL } from 'node:url';
import { cleanUp } from './cleanup.ts';
import { REPORT_VARIABLE, reporter } from './report.ts';
import { within } from './within.ts';

export * as assert from 'uvu/assert';

export type TestFunction = () => void | Promise<void>;
/** `timeout` in milliseconds. */
export type TestOptions = { timeout?: number };
type Define = (name: string, ...rest: [TestFunction] | [TestOptions, TestFunction]) => void;
type Hook = ((fn: TestFunction) => void) & { each: (fn: TestFunction) => void };
export type Test = Define & {
  only: Define;
  skip: (name: string, reason: string, fn?: TestFunction) => void;
  before: Hook;
  after: Hook;
};

type Counts = [errors: string | true, passed: number, skipped: number, total: number];
type Run = () => Promise<Counts>;

/** On a machine that is busy with other things: how many times as long everything may take. */
const PATIENCE = Number(process.env.PTASK_TEST_PATIENCE ?? 1);
const DEFAULT_TIMEOUT = 60_000;
/** How long, in milliseconds, a file may stay alive after its last test. */
const LINGER = 3_000;

// uvu decides at import whether it runs by itself: deferred, it leaves the queue to us.
const queue: (Run | null)[] = [null];
Object.assign(globalThis, { UVU_DEFER: 1, UVU_INDEX: 0, UVU_QUEUE: [queue] });
const uvu = await import('uvu');

const emit = reporter(process.env[REPORT_VARIABLE]);
delete process.env[REPORT_VARIABLE];

const pending: { name: string; run: () => void; isEmpty: () => boolean }[] = [];
let state: 'collecting' | 'running' | 'ended' = 'collecting';
let current: string | undefined;
let failed = 0;

/** A group of tests, run by itself after the file has been read. */
export function suite(name: string): Test {
  const inner = uvu.suite(name);
  const each = { before: [] as TestFunction[], after: [] as TestFunction[] };
  let size = 0;
  let beforeError: unknown;

  const define = (add: (name: string, fn: TestFunction) => void): Define => {
    return (title, ...rest) => {
      collecting(`test "${title}"`);
      const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
      const limit = (options.timeout ?? DEFAULT_TIMEOUT) * PATIENCE;
      const full = `${name} › ${title}`;
      size += 1;
      add(title, async () => {
        current = full;
        emit({ type: 'start', test: full });
        try {
          if (beforeError !== undefined) throw new Error(`before hook failed: ${message(beforeError)}`);
          await runTest(fn, each, limit);
        } catch (error) {
          emit({ type: 'failure', test: full, message: message(error) });
          throw asError(error);
        } finally {
          current = undefined;
          emit({ type: 'done', test: full });
        }
      });
    };
  };

  inner.before(() => {
    current = `${name} › before`;
  });
  const before = (fn: TestFunction) => {
    collecting('before hook');
    inner.before(async () => {
      if (beforeError !== undefined) return;
      await within(DEFAULT_TIMEOUT, 'before hook', fn).catch((error: unknown) => {
        beforeError = asError(error);
        console.log(`\n${name}: before hook failed\n${stack(error)}`);
      });
    });
  };
  const after = (fn: TestFunction) => {
    collecting('after hook');
    inner.after(() =>
      within(DEFAULT_TIMEOUT, 'after hook', fn).catch((error) => extra(`${name} › after`, error)),
    );
  };

  pending.push({ name, run: inner.run, isEmpty: () => size === 0 });
  return Object.assign(define(inner), {
    only: define((title, fn) => {
      if (process.env.CI === 'true') throw new Error(`test.only is for one's own desk: "${title}"`);
      inner.only(title, fn);
    }),
    skip: (title: string, reason: string) => {
      collecting(`test "${title}"`);
      if (typeof reason !== 'string' || reason.trim() === '')
        throw new Error(`"${title}" is skipped without a reason: test.skip(name, reason, fn)`);
      size += 1;
      inner.skip();
      console.log(`skipped: ${name} › ${title}: ${reason}`);
      emit({ type: 'skip', test: `${name} › ${title}`, reason });
    },
    before: Object.assign(before, { each: (fn: TestFunction) => void each.before.push(fn) }),
    after: Object.assign(after, { each: (fn: TestFunction) => void each.after.push(fn) }),
  });
}

/** A test between its hooks. `after.each` runs whatever happened; the first failure is the one told. */
async function runTest(
  fn: TestFunction,
  each: { before: TestFunction[]; after: TestFunction[] },
  limit: number,
): Promise<void> {
  const errors: unknown[] = [];
  try {
    for (const hook of each.before) await within(DEFAULT_TIMEOUT, 'before.each hook', hook);
    await within(limit, 'test', fn);
  } catch (error) {
    errors.push(error);
  }
  for (const hook of each.after)
    await within(DEFAULT_TIMEOUT, 'after.each hook', hook).catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

async function runAll(): Promise<void> {
  state = 'running';
  if (pending.length === 0) extra('the file', new Error('no suite was declared: the file has no tests'));
  for (const { name, run, isEmpty } of pending) {
    if (isEmpty()) extra(name, new Error('the suite has no tests'));
    run();
    const inner = queue.pop() as Run;
    queue.push(async () => {
      const counts = await inner();
      const [, passed, skipped, total] = counts;
      emit({ type: 'suite', name, passed, skipped, total });
      failed += total - passed;
      return counts;
    });
  }
  await uvu.exec();
  for (const { name, error } of await cleanUp()) extra(`clean-up: ${name}`, error);
  state = 'ended';
  process.exitCode = failed > 0 ? 1 : 0;
  emit({ type: 'end' });
  // Unreferenced: it fires only if something else keeps the process alive, as after a test that hung.
  setTimeout(() => {
    if (failed > 0) process.exit(1);
    const open = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
    extra('the file', new Error(`still alive after its last test: ${open.join(', ') || 'a timer'}`));
    process.exit(1);
  }, LINGER).unref();
}

/** A failure that uvu does not count. On stdout like uvu's own, so that the order is kept. */
function extra(where: string, error: unknown): void {
  failed += 1;
  console.log(`\nFAIL ${where}\n${stack(error)}`);
  emit({ type: 'failure', test: where, message: message(error) });
  emit({ type: 'extra', test: where });
}

function collecting(what: string): void {
  if (state !== 'collecting') throw new Error(`${what} is defined too late: the tests are running already`);
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(`thrown: ${String(error)}`));
const stack = (error: unknown) => asError(error).stack ?? String(error);
const message = (error: unknown) => asError(error).message;

process.on('uncaughtExceptionMonitor', () => {
  if (current !== undefined) console.error(`\nuncaught while running "${current}":`);
});

// Importing the main module again gives the promise of its one evaluation, so this waits for its end. A
// file that throws on the way is reported by node itself, which ends the process.
void import(pathToFileURL(process.argv[1] as string).href).then(runAll);
