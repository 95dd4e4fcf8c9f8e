// The checks of the whole result, after every task has passed.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTask } from './attempt.ts';
import { compare, type Footprint, footprint } from './changes.ts';
import type { RunContext } from './context.ts';
import { OutputFile } from './output.ts';
import { validationOutputName } from './run-folder.ts';

/** Runs the steps one after the other; `before` holds, step by step, the footprint of the files it depends on. */
export async function runValidation(
  context: RunContext,
  before: readonly Footprint[],
  /** Why no step is run. */
  why: string | undefined,
): Promise<void> {
  const { config, folder, emit, env, stop, kill, graceMs, onGroup } = context;
  if (config.validate.length > 0) mkdirSync(join(folder.path, 'validation'));
  for (const [index, step] of config.validate.entries()) {
    const { name, changed } = step;
    const log = validationOutputName(index);
    const skip = (reason: string): void =>
      emit({
        type: 'validation-finished',
        name,
        status: 'skipped',
        reason,
        exitCode: null,
        durationMs: 0,
        output: { bytes: 0, tail: [] },
        log,
      });
    if (why !== undefined) {
      skip(why);
      continue;
    }
    if (stop.aborted) {
      skip(context.whyStopped());
      continue;
    }
    if (
      changed !== undefined &&
      compare(before[index] as Footprint, footprint(config.root, changed)).length === 0
    ) {
      skip(`nothing changed in ${changed.join(', ')}`);
      continue;
    }
    emit({ type: 'validation-started', name });
    const begin = performance.now();
    const output = new OutputFile(join(folder.path, log), (text) =>
      emit({ type: 'validation-output', name, text }),
    );
    const task = { run: step.run, verify: [], timeoutMs: step.timeoutMs, retry: { times: 0, delayMs: 0 } };
    const nothing = (): void => {};
    const outcome = await runTask(task, {
      cwd: config.root,
      environment: () => ({
        ...env,
        PTASK_RUN_ID: folder.id,
        PTASK_ROOT: config.root,
        PTASK_WORKDIR: config.root,
      }),
      output,
      stop,
      kill,
      graceMs,
      onGroup,
      hooks: { started: nothing, verifying: nothing, retrying: nothing },
    });
    output.close();
    emit({
      type: 'validation-finished',
      name,
      status: outcome.status === 'cancelled' ? 'skipped' : outcome.status,
      ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
      ...(outcome.status === 'cancelled' ? { reason: context.whyStopped() } : {}),
      exitCode: outcome.exitCode,
      durationMs: Math.round((performance.now() - begin) * 10) / 10,
      output: { bytes: output.bytes, tail: outcome.status === 'failed' ? output.tail() : [] },
      log,
    });
  }
}
