// How a run begins for those who hear of it: what it is going to do, what an earlier run has done of that, and that it was stopped.

import type { Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { Resumed } from './checkpoint/resuming.ts';
import type { RunContext } from './records/context.ts';
import type { SharedTree } from './workspace/shared/shared-tree.ts';

/** Also hands the checkpoints on of what is done, so that this run can itself be gone on from. */
export async function resumeLast(
  context: RunContext,
  plan: Plan,
  tasks: readonly Task[],
  shared: SharedTree,
): Promise<Resumed | undefined> {
  const [{ resume, runToResume }, { passOnCheckpoint }] = await Promise.all([
    import('./checkpoint/resuming.ts'),
    import('./checkpoint/checkpoints.ts'),
  ]);
  const { config, folder } = context;
  const run = runToResume(config.root, folder.id);
  if (run === undefined) return undefined;
  const resumed = await resume(context, plan, tasks, run, shared);
  for (const { id, isDone } of resumed.decisions) if (isDone) passOnCheckpoint(run.state, folder.state, id);
  return resumed;
}

export const doneBefore = (resumed: Resumed | undefined): Map<string, string> =>
  new Map(
    resumed?.decisions.filter(({ isDone }) => isDone).map(({ id }) => [id, `done in run ${resumed.run.id}`]),
  );

interface Announcement {
  concurrency: number;
  expected: ReadonlyMap<string, number>;
  resumed: Resumed | undefined;
}

export function announce(
  context: RunContext,
  plan: Plan,
  { concurrency, expected, resumed }: Announcement,
): void {
  const { config, folder, emit } = context;
  emit({
    type: 'run-started',
    schemaVersion: 2,
    id: folder.id,
    startedAt: new Date().toISOString(),
    pid: process.pid,
    root: config.root,
    concurrency,
    integrate: config.integrate,
    plan,
    expectedMs: Object.fromEntries(
      plan.tasks.flatMap(({ id }) => (expected.has(id) ? [[id, expected.get(id) as number]] : [])),
    ),
    validation: config.validate.map(({ name }) => name),
    ...(resumed && { resume: { run: resumed.run.id, tasks: resumed.decisions } }),
  });
}

/** Says when somebody asks for the end, until the function that comes back is called. */
export function tellInterrupt({ emit }: RunContext, signal: AbortSignal): () => void {
  const tell = (): void =>
    emit({ type: 'run-stopping', reason: 'interrupt', signal: String(signal.reason ?? '') });
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
  return () => signal.removeEventListener('abort', tell);
}
