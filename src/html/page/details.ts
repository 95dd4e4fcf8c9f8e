// One task in full, in a dialog: why it was when it was, what it changed, what it said.

import type { Review } from '../../model/report.ts';
import type { Excerpted, PageData, PageEdge, PageTask } from '../page-data.ts';
import { byId, make, opener } from './dom.ts';
import { count, formatDuration, SIGNS, spoken, statusOf } from './words.ts';

export function watchDetails(data: PageData): void {
  const dialog = byId('task') as HTMLDialogElement;
  const show = (at: number): void => {
    const task = data.tasks[at];
    if (!task) return;
    dialog.replaceChildren(...contents(task, at, data, () => dialog.close()));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    history.replaceState(null, '', `#task=${inAddress(task.id)}`);
  };
  document.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
    const button = (event.target as Element).closest<HTMLElement>('[data-task]');
    if (button) show(Number(button.dataset.task));
  });
  dialog.addEventListener('close', () => history.replaceState(null, '', '#'));
  const asked = /^#task=(.+)$/.exec(location.hash)?.[1];
  if (asked === undefined) return;
  show(data.tasks.findIndex(({ id }) => inAddress(id) === asked));
}

/** No address holds half a character. */
const inAddress = (id: string): string => encodeURIComponent(id.toWellFormed());

function contents(task: PageTask, at: number, data: PageData, close: () => void): HTMLElement[] {
  const button = make('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '✕');
  button.addEventListener('click', close);
  const mark = make(
    'span',
    { class: `status ${task.status}` },
    `${SIGNS[task.status] ?? ''} ${statusOf(task)}`,
  );
  const conflicts = data.matrix.pairs.filter(({ a, b }) => a === at || b === at);
  return [
    make('header', {}, make('h2', { id: 'task-title' }, task.id), mark, button),
    ...(task.description === undefined ? [] : [make('p', {}, task.description)]),
    ...(task.reason === undefined ? [] : [make('p', { class: 'reason' }, task.reason)]),
    facts(task),
    ...links('Comes after', data, 'from', ({ to }) => to === at),
    ...links('Comes before', data, 'to', ({ from }) => from === at),
    ...listed('Waited for', task.waits, ({ text, ms }) => `${text}: ${formatDuration(ms)}`),
    ...listed('Conflicts', conflicts, ({ text }) => text),
    ...listed('Reviews', task.reviews, review),
    ...listed('Hands over', task.outputs, ({ key, value }) => `${key} = ${value}`),
    ...files(task),
    ...listed('Changed outside its writes', task.strays, String),
    ...diff(task),
    ...text('The end of its output', task.output),
    ...text('Its log', task.log),
  ];
}

function facts(task: PageTask): HTMLElement {
  const {
    startedAt,
    durationMs,
    attempts,
    phase,
    workspace,
    branch,
    agent,
    verify,
    reads,
    writes,
    cache,
    service,
  } = task;
  const all: [name: string, value: string | undefined][] = [
    ['Started', startedAt === undefined ? 'not at all' : `${formatDuration(startedAt)} into the run`],
    ['Duration', startedAt === undefined ? undefined : formatDuration(durationMs)],
    ['Attempts', String(attempts)],
    ['Cache', cache],
    ['Service', service],
    ['Phase', String(phase + 1)],
    ['Workspace', branch === undefined ? workspace : `${workspace}, branch ${branch}`],
    ['Agent', agent],
    ['Acceptance check', verify],
    ['Reads', reads.join('  ') || undefined],
    ['Writes', writes.join('  ') || undefined],
  ];
  const list = make('dl', { class: 'facts' });
  for (const [name, value] of all)
    if (value !== undefined) list.append(make('div', {}, make('dt', {}, name), make('dd', {}, value)));
  return list;
}

function links(
  title: string,
  data: PageData,
  end: 'from' | 'to',
  isMeant: (edge: PageEdge) => boolean,
): HTMLElement[] {
  const edges = data.edges.filter(isMeant);
  const items = edges.slice(0, 50).map((edge) => {
    const name = data.tasks[edge[end]]?.id ?? '';
    return make('li', {}, opener(edge[end], { class: 'open' }, name), `: ${edge.because}`);
  });
  const rest = edges.length - items.length;
  if (rest > 0) items.push(make('li', {}, `and ${count(rest, 'more task')}`));
  return items.length > 0 ? [make('h3', {}, title), make('ul', {}, ...items)] : [];
}

function listed<T>(title: string, all: readonly T[] | undefined, told: (one: T) => string): HTMLElement[] {
  const items = (all ?? []).slice(0, 100).map((one) => make('li', {}, told(one)));
  return items.length > 0 ? [make('h3', {}, title), make('ul', {}, ...items)] : [];
}

const review = ({ attempt, agent, result, findings }: Review): string => {
  const who = agent === undefined ? '' : `, by ${agent}`;
  return `attempt ${attempt}${who}: ${spoken(result)}${findings.length > 0 ? `. ${findings.join(' ')}` : ''}`;
};

const CHANGES = { created: '+', modified: '±', deleted: '−' } as const;

function files({ files, filesLeftOut }: PageTask): HTMLElement[] {
  if (files.length === 0) return [];
  const items = files.map(({ path, change }) =>
    make('li', { class: change }, `${CHANGES[change]} ${change} `, make('code', {}, path)),
  );
  if (filesLeftOut > 0) items.push(make('li', {}, `and ${count(filesLeftOut, 'more file')}`));
  return [make('h3', {}, 'Files changed'), make('ul', { class: 'files' }, ...items)];
}

function diff({ diff, noDiff }: PageTask): HTMLElement[] {
  if (diff === undefined)
    return noDiff === undefined ? [] : [make('h3', {}, 'Diff'), make('p', { class: 'dim' }, noDiff)];
  const block = scrolling('Diff');
  for (const line of diff.text.split('\n')) {
    const kind = /^(?:diff |--- |\+\+\+ |index |new file|deleted file|similarity|Binary)/.test(line)
      ? 'head'
      : { '+': 'added', '-': 'removed', '@': 'hunk' }[line[0] ?? ''];
    block.append(make('span', { class: kind }, `${line}\n`));
  }
  return [make('h3', {}, 'Diff'), block, ...leftOut(diff)];
}

function text(title: string, part: Excerpted | undefined): HTMLElement[] {
  if (part === undefined) return [];
  const block = scrolling(title);
  block.textContent = part.text;
  return [make('h3', {}, title), ...leftOut(part), block];
}

const scrolling = (title: string): HTMLElement =>
  make('pre', { tabindex: 0, role: 'group', 'aria-label': title });

function leftOut({ leftOut, file, href }: Excerpted): HTMLElement[] {
  if (leftOut === 0) return [];
  const name = href === undefined ? make('code', {}, file ?? '') : make('a', { href }, file ?? '');
  const where = file === undefined ? [] : [' All of it: ', name, '.'];
  return [make('p', { class: 'dim' }, `${count(leftOut, 'byte')} left out.`, ...where)];
}
