// A report as JUnit XML, for the readers of CI services: GitHub's actions, GitLab, Jenkins. A task is a test case, the
// validation is a suite of its own.
//
// There is no standard; this keeps to the schema of Jenkins (junit-4.xsd of its dtkit) and to what the others read: https://docs.gitlab.com/ci/testing/unit_test_reports/, https://github.com/testmoapp/junitxml.

import type { Report, TaskReport, ValidationReport } from '../model/report.ts';
import { isComparable } from '../present/failures.ts';
import { plain } from '../present/plain.ts';
import { blamed, causeOf } from '../present/sentences.ts';
import { withoutCodes } from '../present/terminal-codes.ts';

interface Case {
  name: string;
  suite: string;
  seconds: string;
  facts: [name: string, value: string][];
  verdict: Verdict | undefined;
}

interface Verdict {
  kind: 'failure' | 'error' | 'skipped';
  type: string;
  message: string;
  /** Nothing for a case that was skipped. */
  text: string;
}

/** Times are in seconds. Failed is what failed; rolled back, cancelled and skipped by its own reason. */
export function reportJunit(report: Report): string {
  const tasks = report.tasks.map(taskCase);
  const steps = report.validation.map(stepCase);
  const properties: [string, string][] = [
    ['ptask.id', report.id],
    ['ptask.strategy', `${report.strategy.letter} ${report.strategy.name}`],
    ['ptask.status', report.status],
    ...(isComparable(report) ? [['ptask.speedup', String(report.speedup)] as [string, string]] : []),
  ];
  const suites = [
    suite('tasks', report, tasks, properties),
    ...(steps.length > 0 ? [suite('validation', report, steps, [])] : []),
  ];
  const counts = countsOf([...tasks, ...steps]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    // Jenkins' schema knows no skipped here.
    `<testsuites name="${attribute(report.id)}" tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}" time="${seconds(report.durationMs)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(name: string, report: Report, cases: Case[], properties: [string, string][]): string {
  const { tests, failures, errors, skipped } = countsOf(cases);
  const time = cases.reduce((sum, each) => sum + Number(each.seconds), 0).toFixed(3);
  // Without a zone and fractions, as Ant writes it; the time is UTC.
  const timestamp = report.startedAt.replace(/(?:\.\d+)?Z$/, '');
  return [
    `  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${time}" timestamp="${attribute(timestamp)}">`,
    ...propertyLines(properties, '    '),
    ...cases.map(testCase),
    '  </testsuite>',
  ].join('\n');
}

function propertyLines(properties: readonly [string, string][], indent: string): string[] {
  if (properties.length === 0) return [];
  const line = ([name, value]: [string, string]): string =>
    `${indent}  <property name="${attribute(name)}" value="${attribute(value)}"/>`;
  return [`${indent}<properties>`, ...properties.map(line), `${indent}</properties>`];
}

function testCase({ name, suite, seconds, facts, verdict }: Case): string {
  const opened = `    <testcase name="${attribute(name)}" classname="ptask.${suite}" time="${seconds}"`;
  // Readers show this, and the schema knows no properties of a case.
  const said = facts.map(([key, value]) => `${key}: ${value}`).join('\n');
  const lines = [
    ...(verdict ? [verdictLine(verdict)] : []),
    ...(said === '' ? [] : [`      <system-out>${text(said)}</system-out>`]),
  ];
  return lines.length === 0 ? `${opened}/>` : [`${opened}>`, ...lines, '    </testcase>'].join('\n');
}

function verdictLine({ kind, type, message, text: said }: Verdict): string {
  if (kind === 'skipped') return `      <skipped>${text(message)}</skipped>`;
  return `      <${kind} type="${attribute(type)}" message="${attribute(message)}">${text(said)}</${kind}>`;
}

function taskCase(task: TaskReport): Case {
  const { id, durationMs, attempts, workspace, branch, filesChanged, output, log, waits = [] } = task;
  const waited = waits.filter((wait) => wait.for !== 'task').reduce((sum, { ms }) => sum + ms, 0);
  const verdict = verdictOf(task);
  const isSkipped = verdict?.kind === 'skipped';
  return {
    name: id,
    suite: 'tasks',
    seconds: seconds(durationMs),
    facts: [
      ...(isSkipped ? [['reason', verdict.message] as [string, string]] : []),
      ['attempts', String(attempts)],
      ['workspace', workspace],
      ...(branch === undefined ? [] : [['branch', branch] as [string, string]]),
      ['files changed', String(filesChanged.length)],
      ...(waited > 0 ? [['waited', `${seconds(waited)} s`] as [string, string]] : []),
      ...(output.bytes > 0 ? [['output', log] as [string, string]] : []),
    ],
    verdict,
  };
}

function verdictOf(task: TaskReport): Verdict | undefined {
  const { status, because, output, reason } = task;
  if (status === 'passed') return undefined;
  // Rolled back on account of another: it passed, and what it did is not there any more.
  const isOwn = status === 'failed' || (status === 'rolled-back' && because === undefined);
  if (!isOwn) return { kind: 'skipped', type: status, message: `${status}: ${reason ?? ''}`, text: '' };
  return { kind: 'failure', type: status, message: causeOf(task), text: tailOf(causeOf(task), output.tail) };
}

function stepCase(step: ValidationReport): Case {
  const { name, status, reason = '', durationMs, output, log, blame } = step;
  const broken = blame === undefined ? '' : `; ${plain(blamed(blame))}`;
  const message = `${causeOf(step)}${broken}`;
  const verdict: Record<ValidationReport['status'], Verdict | undefined> = {
    passed: undefined,
    failed: { kind: 'failure', type: 'failed', message, text: tailOf(message, output?.tail ?? []) },
    skipped: { kind: 'skipped', type: 'skipped', message: reason, text: '' },
  };
  return {
    name,
    suite: 'validation',
    seconds: seconds(durationMs),
    facts: (output?.bytes ?? 0) > 0 && log !== undefined ? [['output', log]] : [],
    verdict: verdict[status],
  };
}

/** Some readers show the text alone, so the cause stands there as well. */
const tailOf = (cause: string, tail: readonly string[]): string =>
  [cause, ...(tail.length > 0 ? ['', ...tail] : [])].join('\n');

function countsOf(cases: readonly Case[]) {
  const count = (kind: Verdict['kind']): number =>
    cases.filter(({ verdict }) => verdict?.kind === kind).length;
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
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
