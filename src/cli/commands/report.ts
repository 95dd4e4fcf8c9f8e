import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { replaceFile } from '../../base/own-files.ts';
import { fail } from '../../base/result.ts';
import { displayPath } from '../../config/config-file.ts';
import { printable } from '../../present/format.ts';
import { outputFiles } from '../../report/output-files.ts';
import { trackedAmongOurs } from '../../run/records/foreign-files.ts';
import { writeSuggestions, writeSummary } from '../../ui/summary.ts';
import { type GlobalFlags, REPORT_FORMATS, type ReportFormat } from '../options.ts';
import { mentionKilledRuns, openRun } from '../past-runs.ts';
import { formatReport, writeReport } from '../report-formats.ts';
import { configOf, type Ended, print, rootOf, type Session } from '../session.ts';

interface ReportFlags extends GlobalFlags {
  format?: 'text' | ReportFormat;
  json?: boolean;
  output?: string;
  open?: boolean;
}

export default async function report(session: Session<ReportFlags>, id?: string): Promise<Ended> {
  const { flags } = session;
  const asked = flags.json ? 'json' : (flags.format ?? (flags.open ? 'html' : 'text'));
  const format = REPORT_FORMATS.find((each) => each === asked);
  if (flags.open && format !== 'html')
    return fail({
      message: `a ${asked} report cannot be opened`,
      hint: 'leave out --open, or use --format html',
    });
  if (flags.output !== undefined && format === undefined)
    return fail({
      message: 'the text format is for terminals only',
      hint: `give a --format for the file: ${REPORT_FORMATS.join(', ')}`,
    });
  const found = await rootOf(session);
  if (!found.ok) return found;
  const root = found.value;
  const past = openRun(root, id);
  if (!past.ok) return past;
  const { report: made, run } = past.value;
  mentionKilledRuns(session, root);
  const config = format === 'html' ? await configOf(session) : undefined;
  if (config && !config.ok) return config;
  if (format === undefined) {
    const folder = displayPath(run.path, session.cwd);
    writeSummary(session.out, made, { readOutput: outputFiles(run), verbose: true, folder });
    writeSuggestions(session.out, made);
    return 0;
  }
  if (flags.output === undefined && !flags.open) {
    const text = await formatReport(format, past.value, config?.value);
    await (format === 'json' ? session.out.json(text) : session.out.document(text));
    return 0;
  }
  const own = join(run.path, 'report.html');
  const file = flags.output === undefined ? own : resolve(session.cwd, flags.output);
  const foreign = file === own ? await trackedAmongOurs(root) : undefined;
  if (foreign !== undefined) return fail(foreign);
  const text = await formatReport(format, past.value, config?.value, dirname(file));
  let isStdout = false;
  try {
    if (file === own) replaceFile(file, text);
    else isStdout = await writeReport(file, text);
  } catch (error) {
    return fail({ message: `the report cannot be written: ${(error as Error).message}` });
  }
  // Whoever reads it there wants nothing else.
  if (!isStdout) await print(session, `${printable(displayPath(file, session.cwd))}\n`);
  if (flags.open) await open(session, file);
  return 0;
}

/** Where there is nothing to open it with, its path has been said. */
async function open({ err }: Session, file: string): Promise<void> {
  const { openCall } = await import('../../run/process/platform.ts');
  const call = openCall(file, process.env);
  if (call === undefined) {
    err.write('no display to open it on\n');
    return;
  }
  const opened = spawn(call.file, call.args, { detached: true, stdio: 'ignore' });
  await new Promise<void>((done) => {
    opened.on('spawn', done);
    opened.on('error', (error) => {
      err.write(`it could not be opened: ${error.message}\n`);
      done();
    });
  });
  opened.unref();
}
