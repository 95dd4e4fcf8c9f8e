// Sections of a document as HTML. The names of tasks open their details; the script listens.

import type { Block, Row, Section } from '../present/document.ts';
import { spoken } from '../present/format.ts';
import { plain, SIGNS } from '../present/plain.ts';
import type { Span, Text } from '../present/text.ts';
import { html, type Markup, nothing } from './markup.ts';
import { SIGNS as STATUS_SIGNS } from './page/words.ts';

export const sign = (status: string): string => STATUS_SIGNS[status] ?? '';

/** A status by sign, word and colour. */
export const statusMark = (status: string): Markup =>
  html`<span class="status ${status}"><span aria-hidden="true">${sign(status)}</span> ${spoken(status)}</span>`;

export const opener = (place: number, name: string): Markup =>
  html`<button type="button" class="open" data-task="${place}">${name}</button>`;

/** The places of tasks by their names. */
export type Places = ReadonlyMap<string, number>;

function inHtml(text: Text, places: Places): Markup[] {
  const span = (each: Span): Markup => {
    if (typeof each === 'string') return html`${each}`;
    if ('task' in each) {
      const place = places.get(each.task);
      return place === undefined ? html`${each.task}` : opener(place, each.task);
    }
    if ('code' in each) return html`<code>${each.code}</code>`;
    if ('strong' in each) return html`<strong>${inHtml(each.strong, places)}</strong>`;
    if ('faint' in each) return html`<span class="dim">${inHtml(each.faint, places)}</span>`;
    if ('sign' in each) return html`${SIGNS[each.sign]}`;
    return 'status' in each
      ? statusMark(each.status)
      : html`<span aria-hidden="true">${sign(each.icon)}</span>`;
  };
  return text.map(span);
}

/** Nothing of a section that has nothing to say. */
export function sectionHtml({ id, title, blocks }: Section, places: Places): Markup {
  if (blocks.length === 0) return nothing;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${blocksHtml(blocks, title, places)}</section>
`;
}

export const blocksHtml = (blocks: readonly Block[], title: string, places: Places): Markup[] =>
  blocks.map((each) => block(each, title, places));

function block(each: Block, title: string, places: Places): Markup {
  switch (each.kind) {
    case 'paragraph':
      return html`<p>${inHtml(each.text, places)}</p>
`;
    case 'list': {
      const items = each.items.map(({ text }) => html`<li>${inHtml(text, places)}</li>`);
      return each.isOrdered
        ? html`<ol class="suggestions">${items}</ol>
`
        : html`<ul>${items}</ul>
`;
    }
    case 'rows':
      return html`<ul>${each.rows.map((one) => row(one, places))}</ul>
`;
    case 'table':
      return table(each, title, places);
    case 'code':
      return pre(title, each.lines);
    case 'output':
      return each.output.tail.length === 0
        ? html`<p class="dim">It printed nothing.</p>
`
        : pre(`The end of the output of ${each.name}`, each.output.tail);
    case 'part':
      return html`<h3>${inHtml(each.title, places)}</h3>
${blocksHtml(each.blocks, plain(each.title), places)}`;
    case 'quote':
      return pre(title, each.markdown.split('\n'));
  }
}

function row({ label, texts, place, rows = [] }: Row, places: Places): Markup {
  const said = texts.map((text, at) => html`${at === 0 ? ': ' : '; '}${inHtml(text, places)}`);
  const where = place === undefined ? nothing : html` <span class="dim">${place}</span>`;
  const below = rows.length === 0 ? nothing : html`<ul>${rows.map((one) => row(one, places))}</ul>`;
  return html`<li>${inHtml(label, places)}${said}${where}${below}</li>`;
}

const pre = (label: string, lines: readonly string[]): Markup =>
  html`<pre tabindex="0" role="group" aria-label="${label}">${lines.join('\n')}</pre>
`;

function table(
  { header, rows, right = [] }: Extract<Block, { kind: 'table' }>,
  label: string,
  places: Places,
): Markup {
  const kind = (column: number): Markup => (right.includes(column) ? html` class="number"` : nothing);
  const head = header.map(
    (cell, column) => html`<th scope="col"${kind(column)}>${inHtml(cell, places)}</th>`,
  );
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, column) =>
      column === 0
        ? html`<th scope="row">${inHtml(cell, places)}</th>`
        : html`<td${kind(column)}>${inHtml(cell, places)}</td>`,
    )}</tr>
`,
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>
`;
}
