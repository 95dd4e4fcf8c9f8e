// The parts of the page that stand there without a script: what happened, what failed, what was waited for, every task.

import { formatDuration } from '../../base/duration.ts';
import type { Report, TaskReport, Wait } from '../../model/report.ts';
import { collisionsOf } from '../../state/collisions.ts';
import { coveredMs, type Interval } from '../../state/interval.ts';
import { encounter, resolution, type Spelling } from '../collisions.ts';
import { isComparable } from '../comparable.ts';
import { countBy, type Failure, failuresOf } from '../failures.ts';
import { blamed, waitFor } from '../telling.ts';
import { formatCount, list, plural, spoken } from '../words.ts';
import { html, type Markup, nothing } from './markup.ts';

const MAX_FAILURES = 50;
const MAX_CAUSES = 20;
/** The share of a run that time lost to one cause must be to be worth a row. */
const WORTH_TELLING = 0.005;

const SIGNS: Record<string, string> = {
  passed: '✓',
  complete: '✓',
  failed: '✕',
  partial: '!',
  interrupted: '!',
  'rolled-back': '↩',
  skipped: '»',
  cancelled: '■',
};

/** A status by sign, word and colour. */
export const statusMark = (status: string): Markup =>
  html`<span class="status ${status}"><span aria-hidden="true">${SIGNS[status] ?? ''}</span> ${spoken(status)}</span>`;

export function headline(report: Report): Markup {
  const { strategy, status, durationMs, workMs, criticalPathMs, speedup, concurrency } = report;
  const counts = Object.entries(countBy(report.tasks)).filter(([, count]) => count > 0);
  const comparison: [string, string, string][] = [
    ['Speedup', `${speedup}×`, 'work over wall time'],
    ['Critical path', formatDuration(criticalPathMs), plural(report.criticalPath.length, 'task')],
  ];
  const tiles: [name: string, value: string, note: string][] = [
    ['Duration', formatDuration(durationMs), 'wall time, validation included'],
    ['Work', formatDuration(workMs), 'waits and dropped results left out'],
    ...(isComparable(report) ? comparison : []),
    ['Strategy', strategy.letter, `${strategy.name}, up to ${concurrency} at once`],
  ];
  return html`<header class="top ${status}">
<div class="title">
<p class="sign" aria-hidden="true">${SIGNS[status] ?? ''}</p>
<div><h1>Run ${status}</h1>
<p><code>${report.id}</code> · <time datetime="${report.startedAt}">${report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time></p>
<p class="counts">${counts.map(([each, count]) => html`<span class="status ${each}"><span aria-hidden="true">${SIGNS[each] ?? ''}</span> ${formatCount(count)} ${spoken(each)}</span> `)}</p></div>
<button type="button" id="theme" hidden>Theme: auto</button>
</div>
<dl class="tiles">
${tiles.map(
  ([
    name,
    value,
    note,
  ]) => html`<div><dt>${name}</dt><dd><strong>${value}</strong> <span>${note}</span></dd></div>
`,
)}</dl>
</header>`;
}

export function failures(report: Report): Markup {
  const all = failuresOf(report);
  if (all.length === 0) return nothing;
  const rest = all.slice(MAX_FAILURES).map(({ name }) => name);
  return html`<section id="failures" aria-labelledby="failures-title"><h2 id="failures-title">${all.length === 1 ? 'What failed' : 'What failed, the first cause first'}</h2>
${all.slice(0, MAX_FAILURES).map((each, at) => failure(each, at, report))}
${rest.length > 0 ? html`<p>And ${list(rest, 20)}.</p>` : nothing}
</section>`;
}

function failure({ kind, name, cause, output }: Failure, at: number, report: Report): Markup {
  const index = kind === 'task' ? report.tasks.findIndex(({ id }) => id === name) : -1;
  const who = index >= 0 ? opener(index, name) : html`validation step ${name}`;
  const blame =
    kind === 'validation' ? report.validation.find((step) => step.name === name)?.blame : undefined;
  const tail =
    output.tail.length === 0
      ? html`<p class="dim">It printed nothing.</p>`
      : html`<pre tabindex="0" role="group" aria-label="The end of the output of ${name}">${output.tail.join('\n')}</pre>`;
  return html`<article class="failure" aria-labelledby="failure-${at}"><h3 id="failure-${at}">${who} failed: ${cause}</h3>${blame === undefined ? nothing : html`<p>${blamed(blame)}</p>`}${tail}</article>
`;
}

/** Opens the details of a task; the script listens. */
const opener = (index: number, name: string): Markup =>
  html`<button type="button" class="open" data-task="${index}">${name}</button>`;

export function advice({ advice = [] }: Report): Markup {
  if (advice.length === 0) return nothing;
  return html`<section id="advice" aria-labelledby="advice-title"><h2 id="advice-title">What would make the next run sooner</h2>
<ol class="advice">
${advice.map(
  ({
    text,
    savesMs,
  }) => html`<li>${savesMs === undefined ? nothing : html`<strong class="saves">up to ${formatDuration(savesMs)}</strong> `}${text}</li>
`,
)}</ol></section>`;
}

/** Time lost by what it was lost to: a resource that ten tasks waited for is one row. */
export function waits({ tasks, durationMs }: Report): Markup {
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
    .map(({ wait, intervals, ids }) => ({ wait, ids: [...ids], ms: coveredMs(intervals) }))
    .filter(({ ms }) => ms >= durationMs * WORTH_TELLING)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MAX_CAUSES);
  const body =
    rows.length === 0
      ? html`<p>No task that could have run had to wait for long.</p>`
      : html`<div class="scroll" tabindex="0" role="group" aria-label="Waits by cause"><table><thead><tr><th scope="col">Lost to</th><th scope="col" class="number">Time lost</th><th scope="col">Tasks that waited</th></tr></thead><tbody>
${rows.map(
  ({
    wait: { holders: _, ...wait },
    ids,
    ms,
  }) => html`<tr><th scope="row">${waitFor(wait)}</th><td class="number">${formatDuration(ms)}</td><td>${list(ids, 5)}</td></tr>
`,
)}</tbody></table></div>`;
  return html`<section id="waits" aria-labelledby="waits-title"><h2 id="waits-title">Waits</h2>${body}</section>`;
}

export function tasks({ tasks }: Report): Markup {
  return html`<section id="tasks" aria-labelledby="tasks-title"><h2 id="tasks-title">Tasks</h2>
<div class="tools" id="task-tools"></div>
<div class="scroll" tabindex="0" role="group" aria-label="Tasks"><table id="task-table"><thead><tr><th scope="col">Task</th><th scope="col">Status</th><th scope="col" class="number">Started</th><th scope="col" class="number">Duration</th><th scope="col" class="number">Waited</th><th scope="col" class="number">Attempts</th><th scope="col" class="number">Files</th></tr></thead><tbody>
${tasks.map(row)}</tbody></table></div></section>`;
}

function row(task: TaskReport, at: number): Markup {
  const { id, status, reason, startedAt, durationMs, attempts, filesChanged, waits = [] } = task;
  const waited = waits.filter((wait) => wait.for !== 'task').reduce((sum, { ms }) => sum + ms, 0);
  const why =
    status === 'passed' || reason === undefined ? nothing : html` <span class="dim">${reason}</span>`;
  const time = (ms: number | undefined): Markup =>
    ms === undefined
      ? html`<td class="number"></td>`
      : html`<td class="number" data-value="${ms}">${formatDuration(ms)}</td>`;
  return html`<tr data-status="${status}"><th scope="row">${opener(at, id)}</th><td>${statusMark(status)}${why}</td>${time(startedAt)}${time(attempts > 0 ? durationMs : undefined)}${time(waited > 0 ? waited : undefined)}<td class="number" data-value="${attempts}">${attempts}</td><td class="number" data-value="${filesChanged.length}">${filesChanged.length}</td></tr>
`;
}

export function validation({ validation }: Report): Markup {
  if (validation.length === 0) return nothing;
  return html`<section id="validation" aria-labelledby="validation-title"><h2 id="validation-title">Validation</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Validation steps"><table><thead><tr><th scope="col">Step</th><th scope="col">Status</th><th scope="col" class="number">Duration</th></tr></thead><tbody>
${validation.map(
  ({
    name,
    status,
    reason,
    durationMs,
    blame,
  }) => html`<tr><th scope="row">${name}</th><td>${statusMark(status)}${reason === undefined ? nothing : html` <span class="dim">${reason}</span>`}${blame === undefined ? nothing : html`<br>${blamed(blame)}`}</td><td class="number">${status === 'skipped' ? '' : formatDuration(durationMs)}</td></tr>
`,
)}</tbody></table></div></section>`;
}

const same = (text: string): string => text;
const SPELLING: Spelling = { task: same, path: same, text: same, paths: 5 };

export function integration({ integration }: Report): Markup {
  const { mode, merged, conflicts } = integration;
  if (merged.length === 0 && conflicts.length === 0) return nothing;
  const collisions = collisionsOf(conflicts);
  return html`<section id="integration" aria-labelledby="integration-title"><h2 id="integration-title">Integration</h2>
<p>Mode ${mode}.${merged.length > 0 ? ` Integrated, in this order: ${list(merged, 50)}.` : ''}</p>
${collisions.length > 0 ? html`<ul>${collisions.slice(0, 100).map((each) => html`<li>${encounter(each, SPELLING)}: ${resolution(each, SPELLING)}</li>`)}</ul>` : nothing}
</section>`;
}
