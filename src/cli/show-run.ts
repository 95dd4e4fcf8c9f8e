// One run, from its plan to its summary and the reports of it: what somebody sees of it while it goes on, and when it is over.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { displayPath } from '../config/config-file.ts';
import type { Event } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { printable } from '../present/format.ts';
import { outputFiles } from '../report/output-files.ts';
import { recordRun } from '../report/record.ts';
import type { Hook } from '../run/records/options.ts';
import { outputName, runFolderOf } from '../run/records/run-folder.ts';
import { createReporter } from '../ui/create-reporter.ts';
import { ruleLine } from '../ui/output-view.ts';
import { goingOn, recoveredRun, waitingFor, waitingUntil } from '../ui/recovery-view.ts';
import { writeSummary } from '../ui/summary.ts';
import type { Asker, Asking } from './ask.ts';
import type { SignalWatch } from './interrupt.ts';
import { cacheUseOf, type ReportFile, type RunFlags } from './options.ts';
import { printJson, type Session } from './session.ts';

export interface ShowOptions {
  /** Stops the run in good order, with the reason for it; and at once. */
  signal: AbortSignal;
  kill: AbortSignal;
  hook?: Hook | undefined;
  /** Hears of each event after whoever shows it. */
  onEvent?(event: Event): void;
  /** Gives the keyboard to a question about a task, or to a raw task; what comes back takes it again. */
  lendKeys?(): () => void;
  /** Gives Ctrl-C to a raw task; what comes back takes it again. */
  lendInterrupts?: SignalWatch['lend'];
  /** The run is over, however it ended, and only its summary is missing. */
  onOver?(): void;
  /** Whether its end is worth a summary. */
  isSummed?(report: Report): boolean;
}

/** Fails where nothing has run. */
export async function showRun(
  session: Session<RunFlags>,
  config: Config,
  plan: Plan,
  options: ShowOptions,
): Promise<Result<Report>> {
  const { flags, err } = session;
  const terminal = flags.json ? err : session.out;
  const { verbose = false, quiet = false } = flags;
  const { signal, kill, hook, lendKeys, lendInterrupts } = options;
  let folder = '';
  const asker = await askerFor(session, config, {
    signal,
    pause: () => pause(),
    outputOf: (task) => outputFiles({ path: folder })(outputName(task)),
  });
  const reporter = await createReporter({
    kind: flags.reporter,
    terminal,
    env: process.env,
    verbose,
    quiet,
    outputFile: (log) => `${folder}/${log}`,
    ...(asker && { wasShown: asker.wasShown }),
  });
  const pause = async (): Promise<() => void> => {
    const [goOn, takeKeys] = [await reporter.pause?.(), lendKeys?.()];
    return () => {
      takeKeys?.();
      goOn?.();
    };
  };
  const onEvent = (event: Event): void => {
    if (event.type === 'run-started') {
      folder = runFolderOf(config.root, event.id);
      if (flags.resume && !quiet) err.write(goingOn(event.resume, err.colors));
    }
    reporter.onEvent(event);
    options.onEvent?.(event);
  };
  const tellDelay = async (until: string): Promise<void> => {
    const goOn = await reporter.pause?.();
    err.write(waitingUntil(until, err.colors));
    goOn?.();
  };
  const color = terminal.colors.isColorSupported;
  const { concurrency, onFailure } = flags;
  const ran = await recordRun(config, plan, {
    ...{ concurrency, onFailure, onEvent, color, hook, resume: flags.resume, cache: cacheUseOf(flags) },
    ...{ signal, kill },
    onWait: flags.wait
      ? (holder, isUnseen) => err.write(waitingFor(holder, isUnseen, err.colors))
      : undefined,
    onDelay: flags.quiet ? undefined : (until) => void tellDelay(until),
    onRecovered: (recovered) => err.write(recoveredRun(recovered, err.colors)),
    ask: asker?.ask,
    columns: () => (terminal.stream.isTTY ? (reporter.outputWidth?.() ?? terminal.columns()) : undefined),
    async lendTerminal(task) {
      const goOn = await pause();
      const takeBack = lendInterrupts?.();
      if (terminal.interactive && !quiet) terminal.write(ruleLine(printable(task), terminal));
      return {
        stdout: flags.json ? 2 : 1,
        giveBack(isInterrupted) {
          terminal.freshLine();
          takeBack?.(isInterrupted);
          goOn();
        },
      };
    },
  });
  await reporter.close();
  options.onOver?.();
  if (!ran.ok) return ran;
  for (const warning of ran.value.warnings)
    err.write(`${err.colors.yellow('warning')} ${printable(warning)}\n`);

  const { report } = ran.value;
  if (options.isSummed?.(report) === false) return ok(report);
  if (!quiet) terminal.write('\n');
  writeSummary(terminal, report, {
    readOutput: outputFiles({ path: ran.value.folder }),
    quiet,
    folder: displayPath(ran.value.folder, session.cwd),
    folded: reporter.folds ?? false,
    wasShown: ({ kind, name, output }) =>
      (reporter.prints ?? false) || (kind === 'task' && (asker?.wasShown(name, output.bytes) ?? false)),
  });
  for (const problem of await writeReports(session, config, report, flags.report ?? []))
    err.write(`${err.colors.yellow('warning')} ${printable(problem)}\n`);
  if (flags.json) await printJson(session, report);
  return ok(report);
}

/** Where somebody may come to be asked: to look who is there takes longer than to start a task. */
async function askerFor(
  session: Session<RunFlags>,
  { tasks }: Config,
  asking: Asking,
): Promise<Asker | undefined> {
  const { onFailure } = session.flags;
  if (onFailure !== 'ask' && !tasks.some((task) => task.onFailure === 'ask')) return undefined;
  const { openAsker } = await import('./ask.ts');
  return openAsker(session, asking);
}

/** Those that were asked for, and the summary of GitHub; comes back with what could not be written. */
async function writeReports(
  { cwd }: Session,
  config: Config,
  report: Report,
  files: readonly ReportFile[],
): Promise<string[]> {
  const problems: string[] = [];
  if (process.env.GITHUB_STEP_SUMMARY) {
    const { appendStepSummary } = await import('../report/step-summary.ts');
    const problem = appendStepSummary(report, process.env);
    if (problem !== undefined) problems.push(problem);
  }
  if (files.length > 0) {
    const { writeReportFiles } = await import('./report-formats.ts');
    problems.push(...(await writeReportFiles(cwd, config, report, files)));
  }
  return problems;
}
