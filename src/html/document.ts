// The page of a run: one document with its style, its script and its data in it, which loads nothing and opens from disk.

import { createHash } from 'node:crypto';
import { PAGE_SCRIPT, PAGE_STYLE } from '../generated/report-page.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { conflictCount } from '../model/task-pairs.ts';
import type { Section } from '../present/document.ts';
import { plural } from '../present/format.ts';
import { conflictBlocks } from '../present/plan-conflicts.ts';
import { reportDocument } from '../present/report-document.ts';
import { withoutCodes } from '../present/terminal-codes.ts';
import type { RunState } from '../state/run-state.ts';
import { blocksHtml, type Places, sectionHtml } from './blocks.ts';
import { html, type Markup, nothing, raw } from './markup.ts';
import type { PageData } from './page-data.ts';
import { type PageSources, pageData } from './page-model.ts';
import { headline, tasks } from './sections.ts';

export function reportPage(report: Report, state: RunState, sources: PageSources): string {
  const data = pageData(report, state, sources);
  const places = new Map(report.tasks.map(({ id }, at) => [id, at]));
  const sections = new Map(reportDocument(report).sections.map((section) => [section.id, section]));
  const part = (...ids: string[]): Markup[] =>
    ids.flatMap((id) => sections.get(id) ?? []).map((section) => sectionHtml(section, places));
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.status}: ${report.id}</title>
<link rel="icon" href="data:,">
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${headline(report)}
<nav aria-label="Sections"><ul>
${sectionLinks([...sections.values()])}
</ul></nav>
<main id="main">
${part('failures', 'further-failures', 'not-run', 'suggestions')}
<section id="timeline" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>${SCRIPTED}</section>
${part('waits')}
<section id="graph" aria-labelledby="graph-title"><h2 id="graph-title">Graph</h2>${SCRIPTED}</section>
<section id="conflicts" aria-labelledby="conflicts-title"><h2 id="conflicts-title">Conflicts</h2>${SCRIPTED}${conflicts(state.started.plan, places)}</section>
${tasks(report)}
${part('cache', 'validation', ...TRACES)}
</main>
<dialog id="task" aria-labelledby="task-title"></dialog>
<script type="application/json" id="data">${raw(embedded(data))}</script>
<script>${raw(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

const SCRIPTED: Markup = html`<noscript><p>This part is drawn by a script, and scripts are off.</p></noscript>`;

/** How many times as much as on a screen is named. */
const MUCH = 5;

/** What the matrix shows, in words. */
function conflicts(plan: Plan, places: Places): Markup {
  const blocks = conflictBlocks(plan, MUCH);
  if (blocks.length === 0) return nothing;
  return html`<details><summary>${plural(conflictCount(plan), 'conflict')} as a list</summary>
${blocksHtml(blocks, 'Conflicts', places)}</details>`;
}

/** What a run has left behind. */
const TRACES = ['integration', 'strays', 'outside', 'restored', 'branches', 'worktrees', 'cleanup'];

/** Those that are always there, and of the others those that have something to say. */
function sectionLinks(made: readonly Section[]): Markup[] {
  const there = (...ids: string[]): [string, string][] =>
    made.filter(({ id }) => ids.includes(id)).map(({ id, title }) => [id, title]);
  const sections: [id: string, name: string][] = [
    ['timeline', 'Timeline'],
    ...there('waits'),
    ['graph', 'Graph'],
    ['conflicts', 'Conflicts'],
    ['tasks', 'Tasks'],
    ...there('cache', 'validation', ...TRACES),
  ];
  return sections.map(
    ([id, name]) => html`<li><a href="#${id}">${name}</a></li>
`,
  );
}

/** Nothing but what stands in the page, and of that nothing but what was put there. */
function policy(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(PAGE_SCRIPT)}`,
    `style-src ${hash(PAGE_STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** JSON that ends no script and begins no comment, whatever it holds, and nothing in it is for a terminal. */
const embedded = (data: PageData): string =>
  JSON.stringify(data, (_, value) => (typeof value === 'string' ? withoutCodes(value) : value))
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
