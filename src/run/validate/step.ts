// One validation step at one place: the user's tree, or a scratch worktree. Unaware of other steps.

import type { ValidateStep } from '../../config/config.ts';
import { type Outcome, runTask } from '../executor/attempt.ts';
import { commandEnvironment, type Environment } from '../process/environment.ts';
import type { RunContext } from '../records/context.ts';
import type { OutputFile } from '../records/output.ts';

export interface StepPlace {
  /** The folder that takes the place of the config's. */
  root: string;
  output: OutputFile;
  /** The file that its agent reads, where one reviews. */
  prompt?: string;
  /** Ends the step before its time. */
  stop: AbortSignal;
}

/** Never rejects. */
export async function runStep(
  { config, folder, env, sharedEnv, executor }: RunContext,
  { run, review, timeoutMs }: Pick<ValidateStep, 'run' | 'timeoutMs'> & Partial<Pick<ValidateStep, 'review'>>,
  { root, output, prompt, stop }: StepPlace,
): Promise<Outcome> {
  const { shell } = config;
  // The words of a reviewer count, as those of one who reviews a task.
  const commands = review === undefined ? { run, verify: [] } : { run: [], verify: run };
  const task = { ...commands, shell, raw: false, timeoutMs, retry: { times: 0, delayMs: 0 } };
  const place = { runId: folder.id, config, workdir: root, what: 'validate' };
  const environment = (own: Environment): Environment =>
    commandEnvironment(root === config.root ? sharedEnv : env, own, place);
  const nothing = (): void => {};
  let said: string | undefined;
  const outcome = await runTask(task, {
    cwd: root,
    environment: () => environment({}),
    reviewer: () =>
      review && {
        name: review.agent.name,
        env: { ...environment(review.agent.env), PTASK_PROMPT_FILE: prompt },
        input: prompt,
      },
    output,
    stop,
    executor,
    hooks: {
      started: nothing,
      verifying: nothing,
      retrying: nothing,
      reviewed(_, how) {
        said = how;
      },
    },
  });
  return outcome.verify === 'failed' && said !== undefined ? { ...outcome, reason: said } : outcome;
}
