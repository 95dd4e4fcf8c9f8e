// A run of before in the formats for others to read. What a format needs is loaded when it is asked for.

import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { writeGiven } from '../base/given-file.ts';
import { makeFolder } from '../base/own-folders.ts';
import type { Config } from '../config/config.ts';
import type { Report } from '../model/report.ts';
import { logFile, outputFiles } from '../report/output-files.ts';
import type { ReportFile, ReportFormat } from './options.ts';
import { openRun, type PastRun } from './past-runs.ts';

/**
 * @param config for a page, in whose diffs secrets are masked
 * @param folder absolute: where the file is going to lie, if in a file, so that links lead from there
 */
export async function formatReport(
  format: ReportFormat,
  past: PastRun,
  config?: Config,
  folder?: string,
): Promise<string> {
  const { report } = past;
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case 'md': {
      const { markdown } = await import('../present/markdown.ts');
      return markdown((await import('../present/report-document.ts')).reportDocument(report));
    }
    case 'junit':
      return (await import('../report/junit.ts')).reportJunit(report);
    case 'html':
      return page(past, config, folder);
  }
}

/** Puts the text into a file, whose folder is made. Whether that is stdout. Throws where the disk says no. */
export async function writeReport(file: string, text: string): Promise<boolean> {
  makeFolder(dirname(file));
  return (await writeGiven(file, text)) === process.stdout.fd;
}

/** The reports of a run that is just over, files relative to `cwd`; comes back with what could not be written. */
export async function writeReportFiles(
  cwd: string,
  config: Config,
  report: Report,
  files: readonly ReportFile[],
): Promise<string[]> {
  const past = openRun(config.root, report.id);
  if (!past.ok) return past.diagnostics.map(({ message }) => `there is no report: ${message}`);
  const problems: string[] = [];
  for (const { format, file } of files) {
    const path = resolve(cwd, file);
    try {
      await writeReport(path, await formatReport(format, { ...past.value, report }, config, dirname(path)));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      problems.push(`the report ${file} cannot be written: ${(error as Error).message}`);
    }
  }
  return problems;
}

async function page(
  { run, root, report, state }: PastRun,
  config: Config | undefined,
  folder: string | undefined,
): Promise<string> {
  const [{ reportPage }, { diffsOf }, { maskerToLook }] = await Promise.all([
    import('../html/document.ts'),
    import('../run/recovery/diffs.ts'),
    import('../run/masking/masking.ts'),
  ]);
  // What tasks have printed was masked when they did; what they have written was not.
  const masker = config && maskerToLook(config, process.env);
  const diffs = await diffsOf(root, run);
  const link = (log: string): string | undefined => {
    const file = logFile(run, log);
    return folder === undefined || file === undefined ? undefined : url(relative(folder, file));
  };
  const diff = (id: string) => (masker ? masker.all(diffs.get(id)) : diffs.get(id));
  const readOutput = outputFiles(run);
  return reportPage(report, state, { readOutput, link, diff: ({ id }) => diff(id) });
}

/** A path as a page may link to it; undefined where there is no way from one to the other. */
function url(path: string): string | undefined {
  if (isAbsolute(path)) return undefined;
  return path.split(/[\\/]/).map(encodeURIComponent).join('/');
}
