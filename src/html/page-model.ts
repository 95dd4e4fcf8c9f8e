// The state of a run becomes what its page shows. Pure but for the logs and diffs, which it is handed.

import type { Plan, PlannedTask } from '../model/plan.ts';
import type { Report, TaskReport } from '../model/report.ts';
import { conflictCount, edgeCount, numberedConflicts, numberedEdges, pairsIn } from '../model/task-pairs.ts';
import { whatCached } from '../present/cache-sentences.ts';
import { isComparable } from '../present/failures.ts';
import { plain } from '../present/plain.ts';
import { outcomeOf, reasonOf } from '../present/plan-sentences.ts';
import { waitFor } from '../present/sentences.ts';
import { wasUp } from '../present/service-sentences.ts';
import { withoutCodes } from '../present/terminal-codes.ts';
import { say, tasks } from '../present/text.ts';
import type { ReadOutput } from '../report/excerpt.ts';
import { hitOf } from '../state/cached.ts';
import type { RunState } from '../state/run-state.ts';
import { timelineOf } from '../state/timeline.ts';
import type { Bar, Excerpted, Matrix, MatrixPair, PageData, PageEdge, PageTask } from './page-data.ts';
import { KEPT } from './page-data.ts';

const MAX_EDGES = 5_000;
const MAX_PAIRS = 2_000;
const MATRIX_SIZE = 30;
const MAX_FILES = 200;
/** Bytes of each output, log and diff, and of all of a kind together. */
const MAX_TEXT = 24 * 1024;
const MAX_TEXTS = 6 * 1024 * 1024;

export interface PageSources {
  readOutput: ReadOutput;
  /** What a task has changed, as a unified diff; or why that cannot be told any more. */
  diff(task: TaskReport): { text: string } | { problem: string } | undefined;
  /** How the page names a file of the run's folder, to link to it; undefined where it cannot. */
  link(file: string): string | undefined;
}

export function pageData(report: Report, state: RunState, sources: PageSources): PageData {
  const { plan } = state.started;
  const index = new Map(report.tasks.map(({ id }, at) => [id, at]));
  const at = (id: string): number => index.get(id) ?? -1;
  const { edges, edgesLeftOut } = edgesIn(plan);
  const { bars, lanes } = barsOf(report, state);
  return {
    durationMs: report.durationMs,
    concurrency: report.concurrency,
    tasks: tasksOf(report, plan, sources),
    phases: plan.phases.map(({ tasks }) => tasks.map(at)),
    ...{ edges, edgesLeftOut },
    criticalPath: isComparable(report) ? report.criticalPath.map(at) : [],
    ...{ bars, lanes },
    matrix: matrixOf(plan),
  };
}

/** Failed tasks first, so that theirs is there when there is too much. */
function tasksOf(report: Report, plan: Plan, sources: PageSources): PageTask[] {
  const budgets = { output: MAX_TEXTS, log: MAX_TEXTS, diff: MAX_TEXTS };
  const made: PageTask[] = [];
  const order = [...report.tasks.entries()].sort(([, a], [, b]) => urgency(a) - urgency(b));
  for (const [at, task] of order) {
    const planned = plan.tasks[at];
    const changed = sources.diff(task);
    const texts = {
      output: tailOf(sources, task.log, budgets.output),
      log: task.taskLog === undefined ? undefined : tailOf(sources, task.taskLog, budgets.log),
      diff: changed && 'text' in changed ? beginningOf(changed.text, budgets.diff) : undefined,
    };
    for (const kind of ['output', 'log', 'diff'] as const) budgets[kind] -= texts[kind]?.text.length ?? 0;
    // What is undefined is not in the JSON either.
    made[at] = {
      ...pageTask(task, planned),
      ...texts,
      noDiff: changed && 'problem' in changed ? changed.problem : undefined,
    } as PageTask;
  }
  return made;
}

const urgency = ({ status }: TaskReport): number => (status === 'failed' || status === 'rolled-back' ? 0 : 1);

function pageTask(task: TaskReport, planned: PlannedTask | undefined): PageTask {
  const { status, reason, waits = [], filesChanged, strays, cached, service } = task;
  const up = service && wasUp(service);
  return {
    ...(Object.fromEntries(KEPT.map((key) => [key, task[key]])) as Pick<TaskReport, (typeof KEPT)[number]>),
    ...(planned?.description !== undefined && { description: planned.description }),
    reads: planned?.reads ?? [],
    writes: planned?.writes ?? [],
    ...(reason !== undefined && status !== 'passed' && { reason }),
    ...(hitOf(task) && { isHit: true }),
    ...(cached !== undefined && { cache: plain(whatCached(cached)) }),
    ...(up !== undefined && { service: up }),
    waits: waits.map((wait) => ({ kind: wait.for, text: plain(waitFor(wait)), at: wait.at, ms: wait.ms })),
    files: filesChanged.slice(0, MAX_FILES),
    filesLeftOut: Math.max(0, filesChanged.length - MAX_FILES),
    strays: strays.slice(0, MAX_FILES).map(({ change, path }) => `${change} ${path}`),
  };
}

/** The end of a file, from a line on, without escape sequences. */
function tailOf({ readOutput, link }: PageSources, file: string, budget: number): Excerpted | undefined {
  try {
    const source = readOutput(file);
    if (!source || source.bytes === 0) return undefined;
    const size = Math.max(0, Math.min(MAX_TEXT, budget));
    const start = Math.max(0, source.bytes - size);
    const bytes = new TextDecoder().decode(source.read(start, source.bytes));
    const text = start === 0 ? bytes : bytes.slice(bytes.indexOf('\n') + 1);
    const href = link(file);
    return { text: shown(text), leftOut: start, file, ...(href !== undefined && { href }) };
  } catch {
    // A log that cannot be read is as if it was never written.
    return undefined;
  }
}

function beginningOf(text: string, budget: number): Excerpted {
  const size = Math.max(0, Math.min(MAX_TEXT, budget));
  if (text.length <= size) return { text: shown(text), leftOut: 0 };
  const end = text.lastIndexOf('\n', size) + 1;
  return { text: shown(text.slice(0, end)), leftOut: text.length - end };
}

/** What a page cannot show. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const UNSHOWN = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

const shown = (text: string): string => withoutCodes(text).replace(/\r\n?/g, '\n').replace(UNSHOWN, '');

function edgesIn(plan: Plan): { edges: PageEdge[]; edgesLeftOut: number } {
  const edges: PageEdge[] = [];
  for (const [from, to, because] of numberedEdges(plan)) {
    if (edges.length === MAX_EDGES) break;
    edges.push({
      from,
      to,
      because: plain(reasonOf(plan.tasks[from]?.id ?? '', plan.tasks[to]?.id ?? '', because)),
    });
  }
  return { edges, edgesLeftOut: edgeCount(plan) - edges.length };
}

/** Work in slots: each takes the first that is free, which is as good a guess as any. */
function barsOf(report: Report, state: RunState): { bars: Bar[]; lanes: number } {
  const work: Omit<Bar, 'lane'>[] = [];
  for (const [task, { id, status }] of report.tasks.entries()) {
    const { slots } = timelineOf(state.tasks[task]?.events ?? [], state.at);
    for (const { from, to, isDropped } of slots)
      work.push({ task, name: id, status, from, to, ...(isDropped && { isDropped }) });
  }
  for (const { name, status, startedAt, durationMs } of report.validation)
    if (startedAt !== undefined) work.push({ name, status, from: startedAt, to: startedAt + durationMs });
  work.sort((a, b) => a.from - b.from || a.to - b.to);
  const free: number[] = [];
  const bars = work.map((bar): Bar => {
    const found = free.findIndex((until) => until <= bar.from);
    const lane = found < 0 ? free.length : found;
    free[lane] = Math.max(bar.to, bar.from);
    return { ...bar, lane };
  });
  return { bars, lanes: free.length };
}

function matrixOf(plan: Plan): Matrix {
  const degrees = new Map<number, number>();
  const pairs: MatrixPair[] = [];
  const numbers = new Map(plan.tasks.map(({ id }, at) => [id, at]));
  for (const { tasks } of plan.conflicts)
    for (const id of new Set(tasks.flat())) {
      const at = numbers.get(id) ?? -1;
      degrees.set(at, (degrees.get(at) ?? 0) + pairsIn(tasks).degree(id));
    }
  for (const [a, b, terms] of numberedConflicts(plan)) {
    if (pairs.length === MAX_PAIRS) break;
    const names: [string, string] = [plan.tasks[a]?.id ?? '', plan.tasks[b]?.id ?? ''];
    const text = say`${tasks(names)}: ${reasonOf(...names, terms)}; ${outcomeOf(terms, names)}`;
    pairs.push({ a, b, resolution: terms.resolution, text: plain(text) });
  }
  const most = [...degrees].sort(([a, m], [b, n]) => n - m || a - b).slice(0, MATRIX_SIZE);
  return {
    tasks: most.map(([at]) => at).sort((a, b) => a - b),
    tasksLeftOut: degrees.size - most.length,
    pairs,
    pairsLeftOut: conflictCount(plan) - pairs.length,
  };
}
