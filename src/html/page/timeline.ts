// When what ran: by slot, as a run used its slots, or by task, with what each waited for.

import type { Bar, PageData, PageTask } from '../page-data.ts';
import { make, opener, roving } from './dom.ts';
import { formatDuration, SIGNS, spoken, statusOf } from './words.ts';

/** Rows of the view by task; more would be slow and read by nobody. */
const MAX_ROWS = 1_500;
const MAX_ZOOM = 40;
/** Rows from which on those out of sight are not drawn. */
const MANY = 100;

export function drawTimeline(section: HTMLElement, data: PageData): void {
  if (data.bars.length === 0) {
    section.append(make('p', {}, 'Nothing ran.'));
    return;
  }
  const chart = make('div', { class: 'chart', role: 'group', 'aria-label': 'Timeline; arrow keys move' });
  const scroll = make('div', { class: 'scroll timeline' }, chart);
  const views = { 'by slot': () => bySlot(data), 'by task': () => byTask(data) };
  const buttons = Object.entries(views).map(([name, rows], at) => {
    const button = make('button', { type: 'button', 'aria-pressed': String(at === 0) }, name);
    button.addEventListener('click', () => {
      for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
      show(rows());
    });
    return button;
  });
  const zoom = make('input', { type: 'range', min: 1, max: MAX_ZOOM, step: 1, value: 1, id: 'zoom' });
  zoom.addEventListener('input', () => {
    chart.style.setProperty('--zoom', zoom.value);
    drawAxis();
  });
  const axis = make('div', { class: 'axis', 'aria-hidden': 'true' });
  const drawAxis = (): void => {
    axis.replaceChildren(...ticks(data.durationMs, Number(zoom.value)));
  };
  const show = (rows: HTMLElement[]): void => {
    drawAxis();
    chart.classList.toggle('many', rows.length > MANY);
    chart.replaceChildren(axis, ...rows);
    roving(chart, [...chart.querySelectorAll('button')]);
  };
  const tools = make(
    'div',
    { class: 'tools' },
    make('div', { class: 'choice', role: 'group', 'aria-label': 'View' }, ...buttons),
    make('label', { for: 'zoom' }, 'Zoom '),
    zoom,
  );
  section.append(tools, scroll, legend());
  show(bySlot(data));
}

function bySlot(data: PageData): HTMLElement[] {
  const critical = new Set(data.criticalPath);
  const rows: Bar[][] = Array.from({ length: data.lanes }, () => []);
  for (const bar of data.bars) rows[bar.lane]?.push(bar);
  return rows.map((bars, lane) =>
    row(
      `slot ${lane + 1}`,
      bars.map((bar) => barButton(bar, data, critical)),
    ),
  );
}

function byTask(data: PageData): HTMLElement[] {
  const critical = new Set(data.criticalPath);
  const bars = new Map<number | undefined, Bar[]>();
  for (const bar of data.bars) bars.set(bar.task, [...(bars.get(bar.task) ?? []), bar]);
  const order = [...data.tasks.entries()]
    .filter(([at]) => bars.has(at))
    .sort(([a], [b]) => since(bars, a) - since(bars, b));
  const rows = order.slice(0, MAX_ROWS).map(([at, task]) => {
    const waits = task.waits.map((wait) => waitMark(wait, data.durationMs));
    const own = (bars.get(at) ?? []).map((bar) => barButton(bar, data, critical));
    return row(task.id, [...waits, ...own]);
  });
  const steps = (bars.get(undefined) ?? []).map((bar) => row(bar.name, [barButton(bar, data, critical)]));
  const rest = order.length - rows.length;
  const more = rest > 0 ? [make('p', { class: 'dim' }, `And ${rest} more; the table below has all.`)] : [];
  return [...rows, ...steps, ...more];
}

const since = (bars: ReadonlyMap<number | undefined, Bar[]>, task: number): number =>
  bars.get(task)?.[0]?.from ?? 0;

const row = (name: string, marks: HTMLElement[]): HTMLElement =>
  make(
    'div',
    { class: 'row' },
    make('span', { class: 'name', title: name }, name),
    make('div', { class: 'track' }, ...marks),
  );

function barButton(bar: Bar, data: PageData, critical: ReadonlySet<number>): HTMLElement {
  const { task, name, status, from, to, isDropped } = bar;
  const isCritical = task !== undefined && critical.has(task);
  const own = task === undefined ? undefined : data.tasks[task];
  const waits = waitsIn(own);
  const said = [
    `${name}: ${isDropped ? 'dropped, ran again' : own ? statusOf(own) : spoken(status)}`,
    `${formatDuration(to - from)} from ${formatDuration(from)}`,
    ...(isCritical ? ['on the critical path'] : []),
    ...(waits === '' ? [] : [`waited for ${waits}`]),
  ].join(', ');
  const sign = isDropped ? '↻' : (SIGNS[status] ?? '');
  const attributes = {
    class: `bar ${isDropped ? 'dropped' : status}${isCritical ? ' critical' : ''}`,
    title: said,
    'aria-label': said,
  };
  const label = make('span', {}, `${isCritical ? '◆ ' : ''}${sign} ${name}`);
  const mark =
    task === undefined ? make('div', { ...attributes, role: 'img' }, label) : opener(task, attributes, label);
  place(mark, from, to, data.durationMs);
  return mark;
}

function waitsIn(task: PageTask | undefined): string {
  const waits = (task?.waits ?? []).filter(({ kind }) => kind !== 'task');
  return waits.map(({ text, ms }) => `${text} (${formatDuration(ms)})`).join('; ');
}

function waitMark({ kind, text, at, ms }: PageTask['waits'][number], total: number): HTMLElement {
  const said = `waited ${formatDuration(ms)} for ${text}`;
  const mark = make('div', { class: `wait ${kind}`, title: said, role: 'img', 'aria-label': said });
  place(mark, at, at + ms, total);
  return mark;
}

function place(mark: HTMLElement, from: number, to: number, total: number): void {
  mark.style.left = `${(from / total) * 100}%`;
  mark.style.width = `${((to - from) / total) * 100}%`;
}

/** Round times, about eight in what is seen at once. */
function ticks(total: number, zoom: number): HTMLElement[] {
  const rough = total / (8 * zoom);
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((each) => each >= rough) ?? unit * 10;
  const marks: HTMLElement[] = [];
  for (let at = 0; at <= total; at += step) {
    const mark = make('span', {}, formatDuration(at));
    mark.style.left = `${(at / total) * 100}%`;
    marks.push(mark);
  }
  return marks;
}

const LEGEND: [className: string, text: string][] = [
  ['bar passed', '✓ passed'],
  ['bar failed', '✕ failed'],
  ['bar critical passed', '◆ on the critical path'],
  ['bar dropped', '↻ dropped and run again'],
  ['wait resource', 'waited for a resource'],
  ['wait slot', 'for a slot'],
  ['wait turn', 'for its turn, its phase, its next attempt or an answer'],
  ['wait task', 'for another task'],
];

const legend = (): HTMLElement =>
  make(
    'ul',
    { class: 'legend' },
    ...LEGEND.map(([name, text]) =>
      make('li', {}, make('span', { class: name, 'aria-hidden': 'true' }), text),
    ),
  );
