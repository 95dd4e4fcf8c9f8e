// The table of tasks, by whichever column, and only those that are looked for.

import { byId, make } from './dom.ts';
import { count, spoken } from './words.ts';

export function sortAndFilter(): void {
  const table = byId('task-table') as HTMLTableElement;
  const body = table.tBodies[0];
  if (!body) return;
  const rows = [...body.rows];
  sortable(table, body, rows);
  const search = make('input', { type: 'search', id: 'search', placeholder: 'name', autocomplete: 'off' });
  const statuses = [...new Set(rows.map((row) => row.dataset.status ?? ''))];
  const status = make(
    'select',
    { id: 'status' },
    make('option', { value: '' }, 'every status'),
    ...statuses.map((each) => make('option', { value: each }, spoken(each))),
  );
  const found = make('span', { role: 'status', class: 'dim' });
  const filter = (): void => {
    const words = search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const isOf = status.value === '' || row.dataset.status === status.value;
      row.hidden = !isOf || !(row.cells[0]?.textContent ?? '').toLowerCase().includes(words);
      if (!row.hidden) shown++;
    }
    found.textContent = count(shown, 'task');
  };
  search.addEventListener('input', filter);
  status.addEventListener('change', filter);
  byId('task-tools').append(
    make('label', { for: 'search' }, 'Find '),
    search,
    make('label', { for: 'status' }, 'Status '),
    status,
    found,
  );
  filter();
}

/** By number where the cells have one; empty cells come last. */
function sortable(table: HTMLTableElement, body: HTMLTableSectionElement, rows: HTMLTableRowElement[]): void {
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const [column, header] of headers.entries()) {
    const button = make('button', { type: 'button' }, header.textContent ?? '');
    header.replaceChildren(button);
    button.addEventListener('click', () => {
      const isDown = header.getAttribute('aria-sort') === 'descending';
      for (const each of headers) each.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', isDown ? 'ascending' : 'descending');
      const sign = isDown ? 1 : -1;
      const sorted = [...rows].sort((a, b) => compare(a.cells[column], b.cells[column], sign));
      body.append(...sorted);
    });
  }
}

function compare(a: HTMLElement | undefined, b: HTMLElement | undefined, sign: number): number {
  const [one, two] = [a?.dataset.value, b?.dataset.value];
  const [text, other] = [a?.textContent ?? '', b?.textContent ?? ''];
  if ((text === '') !== (other === '')) return text === '' ? 1 : -1;
  if (one !== undefined && two !== undefined) return (Number(one) - Number(two)) * sign;
  return -text.localeCompare(other) * sign;
}
