import { createReadStream } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { formatDuration } from '../../base/duration.ts';
import { openToRead } from '../../base/own-files.ts';
import { isReachable, isThere } from '../../base/own-folders.ts';
import { fail } from '../../base/result.ts';
import { didYouMean } from '../../base/suggest.ts';
import { type Work, worksOf } from '../../present/failures.ts';
import { printable, spoken } from '../../present/format.ts';
import { markdown } from '../../present/markdown.ts';
import { taskLog } from '../../present/task-log.ts';
import { logFile, outputFiles } from '../../report/output-files.ts';
import { orchestratorName, outputName, taskLogName } from '../../run/records/run-folder.ts';
import { isGoingOn } from '../../run/recovery/active-runs.ts';
import { hasBegun } from '../../state/cached.ts';
import { padEnd, widthOf } from '../../ui/layout.ts';
import { endsWithItsRun } from '../../ui/recovery-view.ts';
import type { GlobalFlags } from '../options.ts';
import { findRun, openRun, wasKilled } from '../past-runs.ts';
import { type Ended, print, rootOf, type Session } from '../session.ts';

interface LogFlags extends GlobalFlags {
  run?: string;
  md?: boolean;
}

export default async function log(session: Session<LogFlags>, id?: string): Promise<Ended> {
  const { flags } = session;
  const root = await rootOf(session);
  if (!root.ok) return root;
  const run = findRun(root.value, flags.run);
  if (!run.ok) return run;
  if (flags.md) {
    // Written as the run goes, so they can be read before there is a report. Of a task that had nothing to say the journal tells.
    const name = id === undefined ? orchestratorName : taskLogName(id);
    const file = logFile({ path: run.value.path }, name);
    if (file !== undefined && (isThere(file) || id === undefined)) {
      if (wasKilled(root.value, run.value))
        session.err.write(endsWithItsRun(run.value.id, session.err.colors));
      return printFile(session, file);
    }
  }
  // There is no report yet, and what a task has printed by now can be read all the same.
  if (!flags.md && id !== undefined && isGoingOn(root.value, run.value.id)) {
    const printed = logFile(run.value, outputName(id));
    if (printed !== undefined && isThere(printed)) return printFile(session, printed);
  }
  const past = openRun(root.value, run.value.id);
  if (!past.ok) return past;
  const { report } = past.value;
  const logs = worksOf(report);
  if (id === undefined) {
    const width = Math.max(...logs.map(({ name }) => widthOf(printable(name))));
    // A run that was killed has not come to count what it had printed.
    const bytesOf = ({ output, log }: Work): number =>
      output.bytes || (log === undefined ? undefined : outputFiles(run.value)(log)?.bytes) || 0;
    const line = (each: Work): string =>
      `${padEnd(printable(each.name), width)}  ${each.status.padEnd(9)}  ${(each.hit ? 'cached' : formatDuration(each.durationMs)).padStart(8)}  ${bytesOf(each)} bytes\n`;
    await print(session, logs.map(line).join(''));
    return 0;
  }
  const found = logs.find(({ name }) => name === id);
  if (found === undefined) {
    const names = logs.map(({ name }) => name);
    const hint = didYouMean(id, names) ?? `it ran ${names.slice(0, 12).join(', ')}`;
    return fail({ message: `run ${run.value.id} had no task \`${id}\``, hint });
  }
  if (flags.md) {
    const { state } = past.value;
    const task = state.task(id);
    if (task !== undefined && hasBegun(task)) {
      await print(session, markdown(taskLog({ state, task, assigned: undefined })));
      return 0;
    }
    const message = `\`${id}\` has no such log in run ${run.value.id}: ${whyNone(found)}`;
    const { resume } = report;
    const isEarlier = resume?.tasks.some((each) => each.id === id && each.isDone);
    const whole = 'ptask log --md shows what became of the whole run';
    const hint = isEarlier ? `ptask log --md ${id} --run ${resume?.run}` : whole;
    return fail({ message, hint });
  }
  const { log: name = '' } = found;
  const file = logFile(run.value, name);
  if (file === undefined) return fail(noLog(name));
  return printFile(session, file);
}

const noLog = (file: string): Diagnostic => ({
  message: `the log cannot be read: ${file} is no plain file in the folder of the run`,
});

/** Why nothing tells of it alone. */
function whyNone({ kind, status, reason }: Work): string {
  if (kind === 'validation') return 'it is a validation step';
  return status === 'passed' ? (reason ?? 'it ran nothing') : `it was ${spoken(status)} before it began`;
}

/** A task that was skipped has printed nothing. Byte for byte to a file or a program; on a screen it moves nothing. */
async function printFile({ out }: Session, file: string): Promise<Ended> {
  const handle = openToRead(file);
  if (handle === undefined) return isReachable(file) && !isThere(file) ? 0 : fail(noLog(file));
  try {
    await out.pour(createReadStream('', { fd: handle }));
  } catch (error) {
    // What stdout cannot take is told at the end, by every command alike.
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'write' && code !== 'ERR_STREAM_PREMATURE_CLOSE')
      return fail({ message: `the log cannot be read: ${message}` });
  }
  return 0;
}
