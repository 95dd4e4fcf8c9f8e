/**
 * What a test file tells the runner, one JSON object a line, appended as it happens.
 *
 * A file on disk and not text on stdout: a test may print anything, and a process that dies half-way
 * still leaves behind the suites it finished and the test it was in. Unaware of uvu and of processes.
 */
import { appendFileSync, readFileSync } from 'node:fs';

/** The variable that names the report file; `suite.ts` removes it, so that no child writes to it. */
export const REPORT_VARIABLE = 'PTASK_TEST_REPORT';

export type TestEvent =
  /** A test began; the last one without an end is where a killed file hung. */
  | { type: 'start'; test: string }
  /** A test ended, well or badly. */
  | { type: 'done'; test: string }
  /** A test, hook or check failed. For the list of failures only: counts come from `suite` and `extra`. */
  | { type: 'failure'; test: string; message: string }
  /** What uvu returned for one suite. */
  | { type: 'suite'; name: string; passed: number; skipped: number; total: number }
  /** A failure uvu does not count: a throwing `after` hook, a failed clean-up, a file without tests. */
  | { type: 'extra'; test: string }
  /** A test was skipped, and why. */
  | { type: 'skip'; test: string; reason: string }
  /** Everything was run; without this line the file did not finish. */
  | { type: 'end' };

/** The counts and names read back from a report. */
export type FileReport = {
  passed: number;
  failed: number;
  skipped: number;
  failures: { test: string; message: string }[];
  /** `end` was written. */
  finished: boolean;
  /** The test that had started and not ended. */
  running: string | undefined;
};

/** A writer to `path`; without a path (a test file run by hand) it writes nowhere. */
export function reporter(path: string | undefined): (event: TestEvent) => void {
  return (event) => {
    if (path !== undefined) appendFileSync(path, `${JSON.stringify(event)}\n`);
  };
}

/** Folds the lines of a report; a missing file is the report of a process that never began. */
export function readReport(path: string): FileReport {
  const report: FileReport = {
    passed: 0,
    failed: 0,
    skipped: 0,
    failures: [],
    finished: false,
    running: undefined,
  };
  for (const event of readEvents(path)) {
    switch (event.type) {
      case 'start':
        report.running = event.test;
        break;
      case 'done':
        report.running = undefined;
        break;
      case 'failure':
        report.failures.push({ test: event.test, message: event.message });
        break;
      case 'suite':
        report.passed += event.passed;
        report.failed += event.total - event.passed;
        report.skipped += event.skipped;
        break;
      case 'extra':
        report.failed += 1;
        break;
      case 'skip':
        break;
      case 'end':
        report.finished = true;
        break;
    }
  }
  return report;
}

function readEvents(path: string): TestEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  // A process killed in the middle of a write leaves an unfinished last line.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as TestEvent);
}
