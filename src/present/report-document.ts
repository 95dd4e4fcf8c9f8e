// A report as a document: made once from the report, rendered as report.md, as the page of the run, and in parts at the end
// of a run in a terminal. The first cause stands first.

import { formatDuration } from '../base/duration.ts';
import { formatBytes } from '../base/size.ts';
import type { FileChange, Report, TaskReport, Wait } from '../model/report.ts';
import { hasBegun, hitOf } from '../state/cached.ts';
import { collisionsOf, runsAgain } from '../state/collisions.ts';
import { coveredMs, type Interval } from '../state/interval.ts';
import { cacheSection } from './cache-section.ts';
import { cached, cachedCount } from './cache-sentences.ts';
import {
  type Block,
  type Document,
  given,
  type Item,
  list,
  paragraph,
  part,
  type Section,
  section,
  table,
} from './document.ts';
import { countsOf, type Failure, failuresOf, heldBack, isComparable, worksOf } from './failures.ts';
import { plural, spoken } from './format.ts';
import { blamed, NOT_KEPT, waitFor } from './sentences.ts';
import { wasUp } from './service-sentences.ts';
import { chain, code, listOf, say, strong, type Text, task, tasks as tasksOf } from './text.ts';
import { some, traces, WIDE } from './traces.ts';

/** Failures shown with the end of their output; the rest are in the table. */
const MOST_OUTPUTS = 50;
const MOST_FILES = 20;
const MOST_WAITS = 20;
/** The share of a run that time lost to one cause must be to be worth a row. */
const WORTH_SAYING = 0.01;

export function reportDocument(report: Report): Document {
  const { letter, name } = report.strategy;
  const counts = countsOf(report.tasks).map(([status, count]) => `${count} ${spoken(status)}`);
  const said = counts.length === 0 ? ['no tasks'] : given(...counts, cachedCount(report.cache));
  return {
    title: say`${icon(report.status)} ${report.id}: ${report.status}`,
    facts: [
      say`Execution ID: ${code(report.id)}`,
      say`Strategy: ${strong(letter)} (${name}), up to ${plural(report.concurrency, 'task')} in parallel`,
      say`Status: ${icon(report.status)} ${strong(report.status)}, ${said.join(', ')}`,
      ['Started: ', report.startedAt],
      ['Took: ', formatDuration(report.durationMs)],
    ],
    sections: [
      failures(report),
      furtherFailures(report),
      notRun(report),
      notes(report),
      tasks(report),
      cacheSection(report),
      ...traces(report),
      validation(report),
      time(report),
      waits(report),
      files(report),
      logs(report),
      suggestions(report),
    ].filter(({ blocks }) => blocks.length > 0),
  };
}

const icon = (status: string): Text => [{ icon: status }];

/** `api failed: its verify failed, exit code 1 (1.9s, 2 attempts)`. */
export function failure({ kind, name, cause, rolledBack, durationMs, attempts }: Failure): Text {
  const tries = attempts > 1 ? `, ${plural(attempts, 'attempt')}` : '';
  const who = kind === 'task' ? [task(name)] : say`validation step ${code(name)}`;
  return say`${strong(who)} failed${rolledBack ? ', rolled back' : ''}: ${cause} (${formatDuration(durationMs)}${tries})`;
}

export const blameOf = (report: Report, { kind, name }: Failure): Text | undefined => {
  const blame = kind === 'task' ? undefined : report.validation.find((step) => step.name === name)?.blame;
  return blame && blamed(blame);
};

function failed(report: Report, one: Failure): Block[] {
  const { name, output, log, isRaw } = one;
  const blame = blameOf(report, one);
  return [
    paragraph(say`${failure(one)}${blame && say`; ${blame}`}.`),
    isRaw && output.bytes === 0 ? paragraph([NOT_KEPT]) : { kind: 'output', name, output, log },
  ];
}

const failures = (report: Report): Section =>
  section(
    'failures',
    'What failed first',
    failuresOf(report)
      .slice(0, 1)
      .flatMap((one) => failed(report, one)),
  );

function furtherFailures(report: Report): Section {
  const [, ...further] = failuresOf(report);
  const rest = further.slice(MOST_OUTPUTS).map(({ name }) => name);
  const blocks = further.slice(0, MOST_OUTPUTS).flatMap((one) => failed(report, one));
  const more = rest.length > 0 && paragraph(say`And ${tasksOf(rest, WIDE.names)}.`);
  return section('further-failures', 'What else failed', blocks, more);
}

export function notRun(report: Report, limits = WIDE): Section {
  const items = heldBack(report).map(
    ({ status, because, tasks: ids }): Item => ({
      mark: status,
      text: say`${spoken(status)} ${because}: ${tasksOf(ids, limits.names)}`,
    }),
  );
  return section('not-run', 'What did not finish', list(items));
}

/** A pass that took more than one attempt is worth knowing, and what a log lacks is never passed over. */
export function notes(report: Report, limits = WIDE): Section {
  // Those that conflicted are told elsewhere.
  const again = new Set(
    collisionsOf(report.integration.conflicts)
      .filter((each) => runsAgain([each]))
      .map(({ task }) => task),
  );
  const flaky = report.tasks
    .filter(({ id, status, attempts }) => status === 'passed' && attempts > 1 && !again.has(id))
    .map(({ id, attempts }) => say`${task(id)} passed on attempt ${attempts}`);
  const cut = worksOf(report).flatMap(({ name, output }) =>
    output.leftOut ? [say`${formatBytes(output.leftOut)} of ${task(name)}`] : [],
  );
  const items = given<Item>(
    flaky.length > 0 && { mark: 'retrying', text: say`flaky: ${listOf(flaky, limits.names)}` },
    cut.length > 0 && {
      mark: 'warning',
      text: say`output beyond its limit was not kept: ${listOf(cut, limits.names)}`,
    },
  );
  return section('notes', 'Notes', list(items));
}

function tasks({ tasks }: Report): Section {
  const rows = tasks.map((each) => {
    const { id, status, attempts, durationMs, filesChanged } = each;
    const more = remark(each);
    return [
      [task(id)],
      say`${{ status }}${more === undefined ? '' : `: ${more}`}`,
      attempts > 0 ? [formatDuration(durationMs)] : [],
      [String(attempts)],
      [String(filesChanged.length)],
    ];
  });
  const header = ['Task', 'Status', 'Duration', 'Attempts', 'Files changed'];
  return { id: 'tasks', title: 'Tasks', blocks: [table(header, rows, [2, 3, 4])] };
}

/** What stands beside its status: why it did not pass, or that it did not run. */
export function remark(
  task: Pick<TaskReport, 'status' | 'reason' | 'cached' | 'service' | 'remote'>,
): string | undefined {
  const hit = hitOf(task);
  if (hit) return cached(hit);
  if (task.status !== 'passed') return task.reason;
  if (task.remote) return 'remotely';
  return task.service && (wasUp(task.service) ?? task.reason);
}

export function validation({ validation }: Report): Section {
  const rows = validation.map(({ name, status, reason, durationMs }) => [
    [name],
    say`${{ status }}${reason === undefined ? '' : `: ${reason}`}`,
    status === 'skipped' ? [] : [formatDuration(durationMs)],
  ]);
  const blames = validation.flatMap(({ name, blame }) => (blame ? [say`${name}: ${blamed(blame)}`] : []));
  return section(
    'validation',
    'Validation',
    table(['Step', 'Status', 'Duration'], rows, [2]),
    blames.length > 0 && [paragraph(['Which tasks broke it:']), list(blames)],
  );
}

/** Each measure with its value and what it means. */
export function measures(report: Report): [name: string, value: string, meaning: Text][] {
  const { durationMs, workMs, criticalPathMs, criticalPath, speedup, cache } = report;
  const path = chain(criticalPath, 20);
  return [
    ['Duration', formatDuration(durationMs), ['wall time, validation included']],
    [
      'Work',
      formatDuration(workMs),
      ['all attempts and validation steps, without waits and dropped results'],
    ],
    ...(isComparable(report)
      ? ([
          ['Critical path', formatDuration(criticalPathMs), path.length > 0 ? path : ['nothing had to wait']],
          ['Speedup', `${speedup}×`, ['compared to sequential: measured work over wall time']],
        ] as [string, string, Text][])
      : []),
    ...(cache !== undefined && cache.hits > 0
      ? ([['Saved', formatDuration(cache.savedMs), SAVED]] as [string, string, Text][])
      : []),
  ];
}

const SAVED: Text = ['by the cache: what its hits took when they ran, no part of work and speedup'];

function time(report: Report): Section {
  const rows = measures(report).map(([name, value, meaning]) => [[name], [value], meaning]);
  return section('time', 'Time', table(['Measure', 'Value', 'Meaning'], rows, [1]));
}

/**
 * Time lost by what it was lost to: a resource that ten tasks waited for is one row. What could have gone on and had to
 * wait; that a task comes after another is no news.
 */
export function waits({ tasks, durationMs }: Report): Section {
  const causes = new Map<string, { wait: Wait; intervals: Interval[]; ids: Set<string> }>();
  for (const { id, waits = [] } of tasks) {
    for (const wait of waits) {
      if (wait.for === 'task') continue;
      const key = JSON.stringify([wait.for, wait.on]);
      const cause = causes.get(key) ?? { wait, intervals: [], ids: new Set() };
      cause.intervals.push({ from: wait.at, to: wait.at + wait.ms });
      cause.ids.add(id);
      causes.set(key, cause);
    }
  }
  const rows = [...causes.values()]
    .map(({ wait: { for: kind, on }, intervals, ids }) => ({
      what: waitFor({ for: kind, ...(on !== undefined && { on }) }),
      ...{ ids: [...ids], ms: coveredMs(intervals) },
    }))
    .filter(({ ms }) => ms >= Math.max(10, durationMs * WORTH_SAYING))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MOST_WAITS)
    .map(({ what, ids, ms }) => [what, [formatDuration(ms)], tasksOf(ids, 5)]);
  return section('waits', 'Waits', table(['Waiting for', 'Time lost', 'Tasks'], rows, [1]));
}

function files({ tasks, restored }: Report): Section {
  const changed = tasks.filter(({ filesChanged }) => filesChanged.length > 0);
  const blocks = changed.map(({ id, status, filesChanged }) => {
    const undone = status === 'rolled-back' || restored !== undefined ? ' (restored)' : '';
    const items = filesChanged.map(
      ({ path, change }: FileChange): Item => ({ text: say`${change} ${code(path)}` }),
    );
    return part([`${id}${undone}`], [list(some(items, { names: 0, items: MOST_FILES }))]);
  });
  return section('files', 'Files changed', blocks);
}

function logs({ id, tasks }: Report): Section {
  const hasLogs = tasks.some(({ taskLog }) => taskLog !== undefined);
  const items = given<Text>(
    say`${code('orchestrator.md')}: what was decided, and why`,
    hasLogs && say`${code('tasks/<task>.md')}: the log of each task that had something to say`,
    tasks.some(hasBegun) && say`${code('tasks/<task>.out')}: everything it printed`,
    say`${code('events.ndjson')}: everything that happened, for programs`,
  );
  return section('logs', 'Logs', paragraph(say`In ${code(`.ptask/runs/${id}/`)}:`), list(items));
}

export function suggestions({ suggestions = [] }: Pick<Report, 'suggestions'>): Section {
  const items = suggestions.map(({ text, savesMs }): Item => {
    const saves = savesMs === undefined ? '' : ` (saves up to ${formatDuration(savesMs)})`;
    return { text: [`${text}${saves}`] };
  });
  return section('suggestions', 'How to speed up the next run', { kind: 'list', items, isOrdered: true });
}
