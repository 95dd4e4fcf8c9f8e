// The checks of the whole result, after every task has passed: side by side as far as there are slots, each after those
// that it needs. Unaware of what a failure is followed by.

import { join } from 'node:path';
import { elapsed } from '../../base/elapsed.ts';
import { OWNER_ONLY, replaceFile } from '../../base/own-files.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { ValidateStep } from '../../config/config.ts';
import type { ValidationFinished } from '../../model/event.ts';
import { reachOf } from '../../plan/reach.ts';
import { composeWholeReviewPrompt, type WholeReviewBrief } from '../agents/review-prompt.ts';
import type { RunContext } from '../records/context.ts';
import { leftOut, type OutputFile } from '../records/output.ts';
import { validationOutputName, validationPromptName } from '../records/run-folder.ts';
import { closeLog, openLog } from '../records/swept-logs.ts';
import { compare, type Fingerprints } from '../workspace/fingerprints.ts';
import { fingerprints } from '../workspace/pattern-reach.ts';
import { owedSteps, rememberOwed } from './owed-steps.ts';
import { Slots } from './semaphore.ts';
import { runStep } from './step.ts';

type Done = Pick<WholeReviewBrief, 'tasks'> & { files: NonNullable<WholeReviewBrief['files']> };

export interface Validation {
  /** Step by step, the footprint of the files it depends on from before the run. */
  before: readonly Fingerprints[];
  /** Steps that may run at once. */
  concurrency: number;
  /** What there is to review. */
  done: Done;
  /** Why no step is run. */
  why: string | undefined;
}

export interface FailedStep {
  step: ValidateStep;
  /** Its place in the list. */
  index: number;
  exitCode: number | null;
}

/** Comes back with the steps that failed, as declared. */
export async function runValidation(
  context: RunContext,
  { before, concurrency, done, why }: Validation,
): Promise<FailedStep[]> {
  const { config } = context;
  const steps = config.validate;
  const owed = steps.some(({ changed }) => changed !== undefined)
    ? owedSteps(config.root)
    : new Set<string>();
  // Asked before the first one begins: a step may itself write files.
  const needless = steps.map(({ name, changed }, at) =>
    owed.has(name) ? undefined : unchanged(config.root, changed, before[at]),
  );
  const slots = new Slots(concurrency);
  const results = new Map<string, Promise<Result>>();
  const resultOf = (step: ValidateStep): Promise<Result> => {
    const known = results.get(step.name);
    if (known !== undefined) return known;
    const result = afterNeeds(step);
    results.set(step.name, result);
    return result;
  };
  const afterNeeds = async (step: ValidateStep): Promise<Result> => {
    const index = steps.indexOf(step);
    const needed = steps.filter(({ name }) => step.needs.includes(name));
    const blockers = (await Promise.all(needed.map(resultOf))).filter(({ isBroken }) => isBroken);
    const reason = why ?? needless[index];
    if (reason !== undefined) return skip(context, step, index, reason, false);
    const [blocker] = blockers;
    if (blocker !== undefined)
      return skip(
        context,
        step,
        index,
        `${blocker.name} ${blocker.status === 'failed' ? 'failed' : 'did not run'}`,
        true,
      );
    return slots.use(() => execute(context, step, index, done));
  };
  const ended = await Promise.all(steps.map(resultOf));
  const isOwed = ({ changed }: ValidateStep, at: number): boolean =>
    changed !== undefined && needless[at] === undefined && ended[at]?.status !== 'passed';
  const stillOwed = new Set(steps.filter(isOwed).map(({ name }) => name));
  if (stillOwed.size > 0 || owed.size > 0) rememberOwed(config.root, stillOwed);
  return steps.flatMap((step, index) => {
    const { status, exitCode } = ended[index] as Result;
    return status === 'failed' ? [{ step, index, exitCode }] : [];
  });
}

/** Masked, for its owner alone. Throws what the disk says. */
function writePrompt(
  { config, folder, masker }: RunContext,
  step: ValidateStep,
  index: number,
  { tasks, files }: Done,
): string {
  const path = join(folder.path, validationPromptName(index));
  const text = composeWholeReviewPrompt({ step, workdir: config.root, tasks, files });
  replaceFile(path, masker.text(text), { mode: OWNER_ONLY });
  return path;
}

type Result = Pick<ValidationFinished, 'name' | 'status' | 'exitCode'> & {
  /** What needs it cannot be run. One that had nothing to check stands in nobody's way. */
  isBroken: boolean;
};

function unchanged(
  root: string,
  changed: string[] | undefined,
  before: Fingerprints | undefined,
): string | undefined {
  if (changed === undefined || before === undefined) return undefined;
  const isSame = compare(before, fingerprints(root, ...reachOf(root, changed))).length === 0;
  return isSame ? `nothing changed in ${changed.join(', ')}` : undefined;
}

function skip(
  { emit }: RunContext,
  { name }: ValidateStep,
  index: number,
  reason: string,
  isBroken: boolean,
  status: 'skipped' | 'failed' = 'skipped',
): Result {
  const log = validationOutputName(index);
  const ended = { name, status, exitCode: null };
  emit({ type: 'validation-finished', ...ended, reason, durationMs: 0, output: { bytes: 0, tail: [] }, log });
  return { ...ended, isBroken };
}

async function execute(context: RunContext, step: ValidateStep, index: number, done: Done): Promise<Result> {
  const { config, folder, emit, stop } = context;
  const { root } = config;
  const { name } = step;
  if (stop.aborted) return skip(context, step, index, context.whyStopped(), true);
  emit({ type: 'validation-started', name });
  const begin = elapsed();
  const log = validationOutputName(index);
  const onText = (text: string): void => emit({ type: 'validation-output', name, text });
  let output: OutputFile;
  let prompt: string | undefined;
  try {
    prompt = step.review && writePrompt(context, step, index, done);
    output = openLog(folder, log, onText, { masker: context.masker, limit: config.outputLimit });
  } catch (error) {
    return skip(context, step, index, `it could not be prepared: ${reasonOf(error)}`, true, 'failed');
  }
  const outcome = await runStep(context, step, { root, output, stop, ...(prompt && { prompt }) });
  closeLog(folder, log, output);
  const isCancelled = outcome.status === 'cancelled';
  const reason = isCancelled ? context.whyStopped() : outcome.reason;
  const ended = {
    name,
    status: outcome.status === 'cancelled' ? 'skipped' : outcome.status,
    exitCode: outcome.exitCode,
  } as const;
  emit({
    type: 'validation-finished',
    ...ended,
    ...(reason === undefined ? {} : { reason }),
    durationMs: Math.round((elapsed() - begin) * 10) / 10,
    output: {
      bytes: output.bytes,
      tail: outcome.status === 'failed' ? output.tail() : [],
      ...leftOut(output.leftOut),
    },
    log,
  });
  return { ...ended, isBroken: ended.status !== 'passed' };
}
