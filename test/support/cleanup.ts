/**
 * Work to do when a test file ends: folders to remove, servers and processes to end.
 *
 * `suite.ts` runs it after the last test, and failures there fail the file. A process that ends early
 * (an uncaught error, `process.exit` in a test) still does the synchronous part, in its exit handler.
 */

import { within } from './within.ts';

/** Milliseconds for one step: a clean-up that hangs must not hide the results. */
const STEP_LIMIT = 10_000;

type Step = { name: string; action: () => void | Promise<void> };

const steps: Step[] = [];
let installed = false;

/**
 * Registers `action` for the end of the file; the latest runs first, so that what was built on a folder
 * is closed before the folder goes. An early exit runs each action without waiting for its promise.
 */
export function atEnd(name: string, action: () => void | Promise<void>): void {
  steps.push({ name, action });
  if (installed) return;
  installed = true;
  process.on('exit', () => {
    for (const step of steps.splice(0).reverse()) {
      try {
        void step.action();
      } catch {
        // The process is ending for another reason, which is the one worth reporting.
      }
    }
  });
}

/** Runs everything registered, to the last even if some fail, and returns what failed. */
export async function cleanUp(): Promise<{ name: string; error: unknown }[]> {
  const failures: { name: string; error: unknown }[] = [];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    try {
      await within(STEP_LIMIT, step.name, step.action);
    } catch (error) {
      failures.push({ name: step.name, error });
    }
  }
  return failures;
}
