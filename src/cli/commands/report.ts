import type { Command } from 'commander';
import { displayPath } from '../../config/find.ts';
import { reportMarkdown } from '../../report/markdown.ts';
import { outputFiles } from '../../report/output-files.ts';
import { writeSummary } from '../../ui/summary.ts';
import { mentionKilledRuns } from '../killed-runs.ts';
import type { GlobalFlags } from '../options.ts';
import { findRun, reportOf } from '../past-runs.ts';
import { configOf, openSession, print, printJson, refuse } from '../session.ts';

const FORMATS = ['text', 'md', 'json'];

export default async function report(
  id: string | undefined,
  _flags: object,
  command: Command,
): Promise<number> {
  const flags = command.optsWithGlobals<GlobalFlags & { format: string; json?: boolean }>();
  const session = openSession(flags);
  const format = flags.json ? 'json' : flags.format;
  if (!FORMATS.includes(format)) {
    return refuse(session, [
      { message: `there is no format ${format}`, hint: `it is one of ${FORMATS.join(', ')}` },
    ]);
  }
  const config = configOf(session);
  if (!config.ok) return refuse(session, config.diagnostics);
  const run = findRun(config.value.root, id);
  if (!run.ok) return refuse(session, run.diagnostics);
  const folded = reportOf(run.value);
  if (!folded.ok) return refuse(session, folded.diagnostics);
  mentionKilledRuns(session, config.value.root);
  if (format === 'json') await printJson(session, folded.value);
  else if (format === 'md') await print(session, reportMarkdown(folded.value));
  else {
    const { path } = run.value;
    const readOutput = outputFiles(path);
    writeSummary(session.out, folded.value, {
      readOutput,
      verbose: true,
      folder: displayPath(path, session.cwd),
    });
  }
  return 0;
}
