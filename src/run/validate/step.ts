// One validation step at one place: the user's tree, or a scratch worktree. Unaware of other steps.

import type { ValidateStep } from '../../config/config.ts';
import { type Outcome, runTask } from '../executor/attempt.ts';
import { commandEnvironment } from '../process/environment.ts';
import type { RunContext } from '../records/context.ts';
import type { OutputFile } from '../records/output.ts';

export interface StepPlace {
  /** The folder that takes the place of the config's. */
  root: string;
  output: OutputFile;
  /** Ends the step before its time. */
  stop: AbortSignal;
}

/** Never rejects. */
export function runStep(
  { config, folder, env, sharedEnv, executor }: RunContext,
  { run, timeoutMs }: Pick<ValidateStep, 'run' | 'timeoutMs'>,
  { root, output, stop }: StepPlace,
): Promise<Outcome> {
  const { shell } = config;
  const task = { run: [...run], verify: [], shell, raw: false, timeoutMs, retry: { times: 0, delayMs: 0 } };
  const place = { runId: folder.id, config, workdir: root, what: 'validate' };
  const nothing = (): void => {};
  return runTask(task, {
    cwd: root,
    environment: () => commandEnvironment(root === config.root ? sharedEnv : env, {}, place),
    output,
    stop,
    executor,
    hooks: { started: nothing, verifying: nothing, retrying: nothing },
  });
}
