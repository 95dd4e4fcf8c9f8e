// What comes after what: the phases as columns, the edges as lines between them.

import type { PageData, PageEdge } from '../page-data.ts';
import { make, makeSvg, opener, roving } from './dom.ts';
import { count, SIGNS, statusOf } from './words.ts';

/** Tasks of a phase that are shown until somebody asks for the rest. */
const MAX_IN_PHASE = 30;
/** Beyond this only the lines of one task at a time are drawn: a thousand of them say nothing. */
const MAX_LINES = 300;

export function drawGraph(section: HTMLElement, data: PageData): void {
  const { edges, phases, edgesLeftOut } = data;
  if (data.tasks.length === 0) return;
  const critical = new Set(data.criticalPath);
  const nodes = new Map<number, HTMLButtonElement>();
  const lines = makeSvg('svg', { class: 'lines', 'aria-hidden': 'true' });
  const columns = make('ol', { class: 'phases' });
  const canvas = make('div', { class: 'canvas' }, lines, columns);
  const neighbours = neighboursOf(edges);

  const nodeOf = (at: number): HTMLElement => {
    const task = data.tasks[at];
    if (!task) return make('li');
    const isCritical = critical.has(at);
    const before = neighbours.before.get(at)?.length ?? 0;
    const said = `${task.id}: ${statusOf(task)}${isCritical ? ', on the critical path' : ''}, after ${count(before, 'task')}`;
    const node = opener(
      at,
      { class: `node ${task.status}${isCritical ? ' critical' : ''}`, 'aria-label': said, title: said },
      make('span', {}, `${isCritical ? '◆ ' : ''}${SIGNS[task.status] ?? ''} ${task.id}`),
    );
    for (const type of ['focus', 'mouseenter']) node.addEventListener(type, () => draw(at));
    for (const type of ['blur', 'mouseleave']) node.addEventListener(type, () => draw());
    nodes.set(at, node);
    return make('li', {}, node);
  };
  const settle = (): void => {
    roving(columns, [...columns.querySelectorAll<HTMLButtonElement>('button.node')]);
    draw();
  };
  for (const [phase, tasks] of phases.entries()) {
    const list = make('ul', {}, ...tasks.slice(0, MAX_IN_PHASE).map(nodeOf));
    const rest = tasks.slice(MAX_IN_PHASE);
    const column = make('li', { class: 'phase' }, make('h3', {}, `Phase ${phase + 1}`), list);
    if (rest.length > 0) {
      const more = make(
        'button',
        { type: 'button', class: 'more' },
        `Show ${count(rest.length, 'more task')}`,
      );
      more.addEventListener('click', () => {
        list.append(...rest.map(nodeOf));
        more.remove();
        settle();
        nodes.get(rest[0] ?? -1)?.focus();
      });
      column.append(more);
    }
    columns.append(column);
  }

  const isSparse = edges.length <= MAX_LINES;
  const draw = (of?: number): void => {
    const box = canvas.getBoundingClientRect();
    lines.setAttribute('width', String(columns.scrollWidth));
    lines.setAttribute('height', String(columns.scrollHeight));
    const isShown = ({ from, to }: PageEdge): boolean =>
      isSparse || from === of || to === of || (critical.has(from) && critical.has(to));
    const drawn = edges.filter(isShown).flatMap((edge) => {
      const [a, b] = [nodes.get(edge.from), nodes.get(edge.to)];
      if (!a || !b) return [];
      const [from, to] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
      const start = { x: from.right - box.left, y: from.top + from.height / 2 - box.top };
      const end = { x: to.left - box.left, y: to.top + to.height / 2 - box.top };
      const bend = Math.max(16, (end.x - start.x) / 2);
      const path = `M${start.x},${start.y}C${start.x + bend},${start.y} ${end.x - bend},${end.y} ${end.x},${end.y}`;
      const isOn = edge.from === of || edge.to === of;
      const isCritical = critical.has(edge.from) && critical.has(edge.to);
      return [makeSvg('path', { d: path, class: isOn ? 'on' : isCritical ? 'critical' : undefined })];
    });
    lines.replaceChildren(...drawn);
  };
  const said = [
    isSparse ? '' : 'Point at a task to see what it waits for and what waits for it. ',
    edgesLeftOut > 0 ? `${count(edgesLeftOut, 'more edge')} left out.` : '',
  ].join('');
  if (said !== '') section.append(make('p', { class: 'dim' }, said));
  section.append(make('div', { class: 'scroll graph' }, canvas));
  settle();
  new ResizeObserver(() => draw()).observe(canvas);
}

function neighboursOf(edges: readonly PageEdge[]) {
  const before = new Map<number, PageEdge[]>();
  for (const edge of edges) {
    const known = before.get(edge.to);
    if (known) known.push(edge);
    else before.set(edge.to, [edge]);
  }
  return { before };
}
