// What is asked and said when a task has failed, or its result does not fit. Unaware of tasks that go on.

import type { Task } from '../config/config.ts';
import type { IntegrationConflict, Stray } from '../model/report.ts';
import type { Ask, Choice } from './records/options.ts';
import type { SharedTree } from './workspace/shared/shared-tree.ts';

/** Whatever is answered before the run stops; then nobody waits for an answer any more. */
export async function answer(
  ask: Ask,
  { task, reason, stop }: { task: string; reason: string; stop: AbortSignal },
): Promise<Choice> {
  if (stop.aborted) return 'continue';
  let onStop = (): void => {};
  const stopped = new Promise<Choice>((done) => {
    onStop = () => done('continue');
    stop.addEventListener('abort', onStop, { once: true });
  });
  try {
    const choice = await Promise.race([ask(task, reason, stop), stopped]);
    return stop.aborted && choice === 'retry' ? 'continue' : choice;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

/** Puts back what a task has changed. A sentence about what is not as it was before, where there is something. */
export async function whyNotPutBack(shared: SharedTree, task: Task): Promise<string | undefined> {
  try {
    const { left } = await shared.restore(task);
    if (left.length === 0) return undefined;
    const more = left.length > 1 ? ` and ${left.length - 1} more` : '';
    return `not all that it had changed could be put back: ${left[0]}${more}`;
  } catch (error) {
    shared.isHalfDone = true;
    return `what it had changed could not be put back: ${(error as Error).message}; once that is mended, ptask clean does it`;
  }
}

export const both = (reason: string | undefined, problem: string): string =>
  reason === undefined ? problem : `${reason}; ${problem}`;

export const strayReason = (strays: readonly Stray[]): string =>
  `it changed ${strays[0]?.path ?? 'files'}${strays.length > 1 ? ` and ${strays.length - 1} more` : ''} outside of its writes`;

export function againBecause([first]: readonly IntegrationConflict[]): string {
  if (first === undefined) return 'it runs again';
  const others = first.tasks.slice(1).join(', ') || 'the work tree';
  return first.kind === 'stale-read'
    ? `${first.path}, which it reads, was changed by ${others} after it began: it runs again`
    : `its change to ${first.path} does not fit to that of ${others}: it runs again on that`;
}

export function stuckBecause([first]: readonly IntegrationConflict[]): string {
  if (first === undefined) return 'its result does not fit';
  const others = first.tasks.slice(1).join(', ') || 'the work tree';
  return `its change to ${first.path} does not fit to that of ${others}${first.reason ? ` (${first.reason})` : ''}`;
}
