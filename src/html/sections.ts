// The parts of the page that no other document has: its head, with the measures as tiles, and the table of tasks that its
// script sorts and filters.

import { formatDuration } from '../base/duration.ts';
import type { Report, TaskReport } from '../model/report.ts';
import { cachedCount } from '../present/cache-sentences.ts';
import { countsOf } from '../present/failures.ts';
import { formatCount, plural, spoken } from '../present/format.ts';
import { measures, remark } from '../present/report-document.ts';
import { opener, sign, statusMark } from './blocks.ts';
import { html, type Markup, nothing } from './markup.ts';

export function headline(report: Report): Markup {
  const { strategy, status, concurrency, criticalPath, cache } = report;
  const spared = cachedCount(cache);
  const tiles: [name: string, value: string, note: string][] = [
    ...measures(report).map(([name, value, note]): [string, string, string] => [
      name,
      value,
      note.every((span) => typeof span === 'string') ? note.join('') : plural(criticalPath.length, 'task'),
    ]),
    ['Strategy', strategy.letter, `${strategy.name}, up to ${concurrency} in parallel`],
  ];
  return html`<header class="top ${status}">
<div class="title">
<p class="sign" aria-hidden="true">${sign(status)}</p>
<div><h1>Run ${status}</h1>
<p><code>${report.id}</code> · <time datetime="${report.startedAt}">${report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time></p>
<p class="counts">${countsOf(report.tasks).map(([each, count]) => html`<span class="status ${each}"><span aria-hidden="true">${sign(each)}</span> ${formatCount(count)} ${spoken(each)}</span> `)}${spared === undefined ? nothing : html`<span>${spared}</span>`}</p></div>
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

export function tasks({ tasks }: Report): Markup {
  return html`<section id="tasks" aria-labelledby="tasks-title"><h2 id="tasks-title">Tasks</h2>
<div class="tools" id="task-tools"></div>
<div class="scroll" tabindex="0" role="group" aria-label="Tasks"><table id="task-table"><thead><tr><th scope="col">Task</th><th scope="col">Status</th><th scope="col" class="number">Started</th><th scope="col" class="number">Duration</th><th scope="col" class="number">Waited</th><th scope="col" class="number">Attempts</th><th scope="col" class="number">Files</th></tr></thead><tbody>
${tasks.map(row)}</tbody></table></div></section>`;
}

function row(task: TaskReport, at: number): Markup {
  const { id, status, startedAt, durationMs, attempts, filesChanged, waits = [] } = task;
  const waited = waits.filter((wait) => wait.for !== 'task').reduce((sum, { ms }) => sum + ms, 0);
  const more = remark(task);
  const why = more === undefined ? nothing : html` <span class="dim">${more}</span>`;
  const time = (ms: number | undefined): Markup =>
    ms === undefined
      ? html`<td class="number"></td>`
      : html`<td class="number" data-value="${ms}">${formatDuration(ms)}</td>`;
  return html`<tr data-status="${status}"><th scope="row">${opener(at, id)}</th><td>${statusMark(status)}${why}</td>${time(startedAt)}${time(attempts > 0 ? durationMs : undefined)}${time(waited > 0 ? waited : undefined)}<td class="number" data-value="${attempts}">${attempts}</td><td class="number" data-value="${filesChanged.length}">${filesChanged.length}</td></tr>
`;
}
