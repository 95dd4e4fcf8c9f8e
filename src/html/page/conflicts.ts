// Which tasks conflict: a matrix of those that do, and the same as a list.

import type { Matrix, MatrixPair, PageData } from '../page-data.ts';
import { make, roving } from './dom.ts';
import { count } from './words.ts';

const SIGNS: Record<MatrixPair['resolution'], [sign: string, text: string]> = {
  order: ['→', 'one after the other'],
  isolate: ['∥', 'in worktrees'],
  exclude: ['⊘', 'not at the same time'],
  allow: ['≈', 'allowed'],
};

export function drawConflicts(section: HTMLElement, data: PageData): void {
  const { matrix } = data;
  const { pairs, pairsLeftOut, tasks, tasksLeftOut } = matrix;
  if (pairs.length === 0) {
    const text =
      pairsLeftOut > 0
        ? `${count(pairsLeftOut, 'conflict')}, too many for the journal of a run to name; ptask plan names them.`
        : 'No two tasks conflict.';
    section.append(make('p', {}, text));
    return;
  }
  const detail = make('p', { class: 'detail', role: 'status' }, 'Choose a cell to see why.');
  const left =
    tasksLeftOut > 0
      ? `The ${tasks.length} tasks with the most conflicts of ${tasks.length + tasksLeftOut}. `
      : '';
  if (left !== '') section.append(make('p', { class: 'dim' }, left));
  const list = section.querySelector('details');
  section.append(
    make('div', { class: 'scroll matrix' }, table(matrix, data, detail)),
    detail,
    make(
      'ul',
      { class: 'legend' },
      ...Object.entries(SIGNS).map(([name, [sign, text]]) =>
        make('li', {}, make('span', { class: `cell ${name}`, 'aria-hidden': 'true' }, sign), text),
      ),
    ),
    ...(list ? [list] : []),
  );
}

/** The half below the diagonal: the other one says the same. */
function table({ tasks, pairs }: Matrix, data: PageData, detail: HTMLElement): HTMLElement {
  const byPair = new Map<string, MatrixPair[]>();
  for (const pair of pairs) {
    const key = keyOf(pair.a, pair.b);
    byPair.set(key, [...(byPair.get(key) ?? []), pair]);
  }
  const name = (at: number): string => data.tasks[at]?.id ?? '';
  const columns = tasks.slice(0, -1);
  const header = make('tr', {}, make('td'));
  for (const each of columns)
    header.append(make('th', { scope: 'col', title: name(each) }, make('span', {}, name(each))));
  const rows = tasks.slice(1).map((row, at) => {
    const line = make('tr', {}, make('th', { scope: 'row', title: name(row) }, make('span', {}, name(row))));
    for (const column of columns.slice(0, at + 1))
      line.append(make('td', {}, ...cell(byPair.get(keyOf(row, column)), detail)));
    return line;
  });
  const caption = make('caption', {}, 'Conflicts between tasks; arrow keys move');
  const made = make('table', {}, caption, make('thead', {}, header), make('tbody', {}, ...rows));
  roving(made, [...made.querySelectorAll('button')]);
  return made;
}

function cell(pairs: readonly MatrixPair[] | undefined, detail: HTMLElement): HTMLElement[] {
  const [first] = pairs ?? [];
  if (!first) return [];
  const said = (pairs ?? []).map(({ text }) => text).join('. ');
  const button = make(
    'button',
    { type: 'button', class: `cell ${first.resolution}`, 'aria-label': said, title: said },
    SIGNS[first.resolution][0],
  );
  button.addEventListener('click', () => {
    detail.textContent = `${said}.`;
  });
  return [button];
}

const keyOf = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`;
