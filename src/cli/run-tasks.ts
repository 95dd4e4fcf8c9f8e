// The tasks of a config from flags to an exit code: planned, run, shown, reported.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { nearest } from '../base/suggest.ts';
import type { Config } from '../config/config.ts';
import { displayPath } from '../config/config-file.ts';
import type { Event } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import { printable } from '../present/format.ts';
import { exitCode } from '../report/exit-code.ts';
import { outputFiles } from '../report/output-files.ts';
import { recordRun } from '../report/record.ts';
import type { Hook } from '../run/records/options.ts';
import { outputName, runFolderOf } from '../run/records/run-folder.ts';
import { createReporter } from '../ui/create-reporter.ts';
import { ruleLine } from '../ui/output-view.ts';
import { goingOn, recoveredRun, waitingFor, waitingUntil } from '../ui/recovery-view.ts';
import { writeSummary } from '../ui/summary.ts';
import type { Asker, Asking } from './ask.ts';
import { planChosen, tellNothing } from './choose.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import { cacheUseOf, type ReportFile, type RunFlags } from './options.ts';
import { configOf, type Ended, printJson, type Session } from './session.ts';

export async function runTasks(
  session: Session<RunFlags>,
  words: string[],
  hook: Hook | undefined,
): Promise<Ended> {
  const { flags } = session;
  const loaded = await configOf(session, flags);
  if (!loaded.ok) return loaded;
  const mistyped = mistypedCommand(words[0], loaded.value, session.commands);
  if (mistyped) return fail(mistyped);
  const tasks = flags.interactive ? await picked(session, loaded.value, words) : ok(words);
  if (!tasks.ok) return tasks;
  if (tasks.value === undefined) return dieOf();
  const chosen = await planChosen(session, loaded.value, tasks.value);
  if (!chosen.ok) return chosen;
  const { config, plan, nothing } = chosen.value;
  if (nothing !== undefined) return tellNothing(session, chosen.value);
  if (flags.dryRun) {
    const { showPlan } = await import('./commands/plan.ts');
    await showPlan(session, config, plan);
    return 0;
  }

  const terminal = flags.json ? session.err : session.out;
  const { verbose = false, quiet = false } = flags;
  let folder = '';
  const signals = watchSignals();
  const asker = await askerFor(session, config, {
    signal: signals.aborts.signal,
    pause: async () => (await reporter.pause?.()) ?? (() => {}),
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
  const { err } = session;
  const onEvent = (event: Event): void => {
    if (event.type === 'run-started') {
      folder = runFolderOf(config.root, event.id);
      if (flags.resume && !quiet) err.write(goingOn(event.resume, err.colors));
    }
    reporter.onEvent(event);
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
    ...signals.aborts,
    onWait: flags.wait
      ? (holder, isUnseen) => err.write(waitingFor(holder, isUnseen, err.colors))
      : undefined,
    onDelay: flags.quiet ? undefined : (until) => void tellDelay(until),
    onRecovered: (recovered) => err.write(recoveredRun(recovered, err.colors)),
    ask: asker?.ask,
    columns: () => (terminal.stream.isTTY ? (reporter.outputWidth?.() ?? terminal.columns()) : undefined),
    async lendTerminal(task) {
      const goOn = await reporter.pause?.();
      const takeBack = signals.lend();
      if (terminal.interactive && !quiet) terminal.write(ruleLine(printable(task), terminal));
      return {
        stdout: flags.json ? 2 : 1,
        giveBack(isInterrupted) {
          terminal.freshLine();
          takeBack(isInterrupted);
          goOn?.();
        },
      };
    },
  });
  await reporter.close();
  signals.release();
  // Ctrl-C while another run was waited for.
  if (!ran.ok && signals.received() !== undefined) return dieOf(signals.received());
  if (!ran.ok) return ran;
  for (const warning of ran.value.warnings)
    session.err.write(`${session.err.colors.yellow('warning')} ${printable(warning)}\n`);

  const { report } = ran.value;
  const shown = displayPath(ran.value.folder, session.cwd);
  if (!quiet) terminal.write('\n');
  writeSummary(terminal, report, {
    readOutput: outputFiles({ path: ran.value.folder }),
    quiet,
    folder: shown,
    folded: reporter.folds ?? false,
    wasShown: ({ kind, name, output }) =>
      (reporter.prints ?? false) || (kind === 'task' && (asker?.wasShown(name, output.bytes) ?? false)),
  });
  for (const problem of await writeReports(session, config, report, flags.report ?? []))
    session.err.write(`${session.err.colors.yellow('warning')} ${printable(problem)}\n`);
  if (flags.json) await printJson(session, report);
  const signal = signals.received();
  return report.status === 'interrupted' && signal !== undefined ? dieOf(signal) : exitCode(report);
}

async function picked(
  session: Session<RunFlags>,
  config: Config,
  words: readonly string[],
): Promise<Result<string[] | undefined>> {
  const { pickTasks } = await import('./pick.ts');
  return pickTasks(session, config, words);
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

/** `ptask pln`: what is no task, and nearly a command. */
function mistypedCommand(
  word: string | undefined,
  config: Config,
  names: readonly string[],
): Diagnostic | undefined {
  // Commands are plain words, and a pattern is none.
  if (word === undefined || !/^[a-z]+$/i.test(word)) return undefined;
  if (config.tasks.some(({ id }) => id === word)) return undefined;
  if (names.includes(word)) return undefined;
  const meant = nearest(word, [...config.tasks.map(({ id }) => id), ...names]);
  if (meant === undefined || !names.includes(meant)) return undefined;
  return { message: `\`${word}\` is neither a command nor a task`, hint: `did you mean \`ptask ${meant}\`?` };
}
