// The report where GitHub shows it: at the end of the page of a workflow's job.

import { appendFileSync, statSync } from 'node:fs';
import type { Report } from '../model/report.ts';
import { markdown } from '../present/markdown.ts';
import { reportDocument } from '../present/report-document.ts';
import { bestEffort } from '../run/records/run-folder.ts';

/** Bytes that a step may say; more, and GitHub shows nothing of it. See its docs on job summaries. */
const LIMIT = 1024 * 1024;
const CUT = '\n\nThe rest is left out: it would be more than a job summary may hold.\n';

/**
 * Appends the report to the file that `GITHUB_STEP_SUMMARY` names, between two of its sections at most as much as may
 * be. Comes back with what went wrong, if anything did; without the variable nothing happens.
 */
export function appendStepSummary(
  report: Report,
  env: Record<string, string | undefined>,
): string | undefined {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) return undefined;
  return bestEffort('the summary of the step cannot be written', () => {
    const said = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const text = fitting(`${markdown(reportDocument(report))}\n`, LIMIT - said);
    if (text !== '') appendFileSync(file, text);
  });
}

/** As many whole sections as have room, or else as many whole lines. */
export function fitting(markdown: string, bytes: number): string {
  if (Buffer.byteLength(markdown) <= bytes) return markdown;
  const room = bytes - Buffer.byteLength(CUT);
  if (room <= 0) return '';
  const head = Buffer.from(markdown).subarray(0, room).toString('utf8');
  const end = head.lastIndexOf('\n## ');
  return `${head.slice(0, end > 0 ? end : head.lastIndexOf('\n') + 1).trimEnd()}${CUT}`;
}
