// A report as JUnit XML, for the readers of CI services: GitHub's actions, GitLab, Jenkins. A task is a test case, the
// validation is a suite of its own.
//
// There is no standard; this keeps to the schema of Jenkins (junit-4.xsd of its dtkit) and to what the others read: https://docs.gitlab.com/ci/testing/unit_test_reports/, https://github.com/testmoapp/junitxml.

import type { Report, TaskReport } from '../model/report.ts';
import { given } from '../present/document.ts';
import { failuresOf, isComparable, type Work, worksOf } from '../present/failures.ts';
import { plain } from '../present/plain.ts';
import { blameOf } from '../present/report-document.ts';
import { wasUp } from '../present/service-sentences.ts';
import { withoutCodes } from '../present/terminal-codes.ts';
import { hitOf } from '../state/cached.ts';

type Fact = [name: string, value: string];

interface Case {
  work: Work;
  /** Of what failed by itself: why, and who broke it. */
  failure: string | undefined;
  /** Why it was skipped, cancelled, or rolled back on account of another, when it had passed and what it did is gone. */
  skipped: string | undefined;
  facts: Fact[];
}

/** Times are in seconds. Failed is what failed; rolled back, cancelled and skipped by its own reason. */
export function reportJunit(report: Report): string {
  const cases = casesOf(report);
  const properties = given<Fact>(
    ['ptask.id', report.id],
    ['ptask.strategy', `${report.strategy.letter} ${report.strategy.name}`],
    ['ptask.status', report.status],
    isComparable(report) && ['ptask.speedup', String(report.speedup)],
    report.cache !== undefined && ['ptask.cached', String(report.cache.hits)],
  );
  const suiteOf = (kind: Work['kind']): Case[] => cases.filter(({ work }) => work.kind === kind);
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    // Jenkins' schema knows no skipped here.
    `<testsuites name="${attribute(report.id)}" tests="${cases.length}" failures="${failures}" errors="0" time="${seconds(report.durationMs)}">`,
    suite('tasks', report, suiteOf('task'), properties),
    ...given(report.validation.length > 0 && suite('validation', report, suiteOf('validation'), [])),
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(report: Report): Case[] {
  const keyOf = ({ kind, name }: Pick<Work, 'kind' | 'name'>): string => `${kind} ${name}`;
  const failures = new Map(failuresOf(report).map((each) => [keyOf(each), each]));
  return worksOf(report).map((work, at): Case => {
    const { status, reason = '', output, log } = work;
    const own = failures.get(keyOf(work));
    const blame = own && blameOf(report, own);
    const skipped = own || status === 'passed' ? undefined : `${status}: ${reason}`;
    const task = work.kind === 'task' ? report.tasks[at] : undefined;
    return {
      ...{ work, skipped },
      failure: own && `${own.cause}${blame ? `; ${plain(blame)}` : ''}`,
      facts: given<Fact>(
        skipped !== undefined && ['reason', skipped],
        ...(task ? factsOf(task) : []),
        output.bytes > 0 && log !== undefined && ['output', log],
      ),
    };
  });
}

function factsOf(task: TaskReport): Fact[] {
  const { attempts, workspace, branch, filesChanged, waits = [], cached, service } = task;
  const up = service && wasUp(service);
  const hit = hitOf(task);
  const waited = waits.filter((wait) => wait.for !== 'task').reduce((sum, { ms }) => sum + ms, 0);
  return given<Fact>(
    ['attempts', String(attempts)],
    up !== undefined && ['service', up],
    ['workspace', workspace],
    branch !== undefined && ['branch', branch],
    ['files changed', String(filesChanged.length)],
    waited > 0 && ['waited', `${seconds(waited)} s`],
    hit !== undefined && ['cached', `saved ${seconds(hit.savedMs ?? 0)} s`],
    cached?.hit === false && ['not cached', cached.because.join('; ') || 'unknown'],
    cached?.notStored !== undefined && ['not kept', cached.notStored],
  );
}

function suite(name: string, report: Report, cases: Case[], properties: Fact[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter((each) => each.skipped !== undefined).length;
  const time = seconds(cases.reduce((sum, { work }) => sum + Math.max(0, work.durationMs), 0));
  // Without a zone and fractions, as Ant writes it; the time is UTC.
  const timestamp = report.startedAt.replace(/(?:\.\d+)?Z$/, '');
  return [
    `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${time}" timestamp="${attribute(timestamp)}">`,
    ...propertyLines(properties, '    '),
    ...cases.map((each) => testCase(each, name)),
    '  </testsuite>',
  ].join('\n');
}

function propertyLines(properties: readonly Fact[], indent: string): string[] {
  if (properties.length === 0) return [];
  const line = ([name, value]: Fact): string =>
    `${indent}  <property name="${attribute(name)}" value="${attribute(value)}"/>`;
  return [`${indent}<properties>`, ...properties.map(line), `${indent}</properties>`];
}

function testCase({ work, failure, skipped, facts }: Case, suite: string): string {
  const opened = `    <testcase name="${attribute(work.name)}" classname="ptask.${suite}" time="${seconds(work.durationMs)}"`;
  // Readers show this, and the schema knows no properties of a case.
  const said = facts.map(([key, value]) => `${key}: ${value}`).join('\n');
  const lines = given(
    failure !== undefined && failureLine(failure, work),
    skipped !== undefined && `      <skipped>${text(skipped)}</skipped>`,
    said !== '' && `      <system-out>${text(said)}</system-out>`,
  );
  return lines.length === 0 ? `${opened}/>` : [`${opened}>`, ...lines, '    </testcase>'].join('\n');
}

/** Some readers show the text alone, so the cause stands there as well. */
function failureLine(cause: string, { status, output: { tail } }: Work): string {
  const said = [cause, ...(tail.length > 0 ? ['', ...tail] : [])].join('\n');
  return `      <failure type="${attribute(status)}" message="${attribute(cause)}">${text(said)}</failure>`;
}

const seconds = (ms: number): string => (Math.max(0, ms) / 1_000).toFixed(3);

/** All that XML 1.0 cannot hold, escaped or not (its section 2.2), and what it would rather not. */
const UNFIT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}/gu;

const clean = (text: string): string => withoutCodes(text).replace(UNFIT, '');

const text = (raw: string): string =>
  clean(raw)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // A bare one would be read as the end of a line.
    .replaceAll('\r', '&#13;');

const attribute = (raw: string): string =>
  text(raw).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
