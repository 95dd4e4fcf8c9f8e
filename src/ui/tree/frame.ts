// Which lines of the tree the screen has room for. Pure: the same tree, size and moment give the same frame.

import * as say from '../../present/live.ts';
import type { Item, Phase } from '../../state/items.ts';
import { isReady } from '../../state/pending.ts';
import type { RunState } from '../../state/run-state.ts';
import { countOver } from '../../state/status.ts';
import { barLine } from './bar.ts';
import { phaseLine, phasesLine } from './phase.ts';
import { itemLine, type Look, shownAs, tailLines, waitingLine, waitOf } from './row.ts';
import { row } from './text.ts';

/** A phase, or several in a row, and their tasks. Without a title these stand directly under the heading of the run. */
export interface Branch {
  phases: Phase[];
  titled: boolean;
  items: Item[];
}

export function branchesOf({ phases, validation, tasks }: RunState): Branch[] {
  const titled = (phase: Phase): Branch => ({ phases: [phase], titled: true, items: phase.items });
  // Levels of one task each say nothing that the order of the tasks does not say.
  const isFlat = phases.length < 2 || phases.every(({ items }) => items.length === 1);
  return [
    ...(isFlat ? [{ phases: [...phases], titled: false, items: [...tasks] }] : phases.map(titled)),
    ...(validation ? [titled(validation)] : []),
  ];
}

/** Lines that belong together: a title, and tasks under it. */
interface Group {
  title: string | undefined;
  items: Item[];
}

const MAX_TAIL = 3;
/** From so many rows on there is one to spare between the tree and the bar. */
const ROOMY = 12;

/**
 * The greatest of these that fits: the whole tree; the tree with finished phases closed; of each phase what matters most
 * now, finished and untouched phases in a row as one line; the same without phases. What is running comes first, then
 * failures, then what is next. Never more lines than `rows` minus one, as the cursor stands below them.
 */
export function frame(branches: readonly Branch[], look: Look, rows: number): string[] {
  const bar = barLine(look);
  const spare = rows >= ROOMY ? 1 : 0;
  const room = Math.max(1, rows - 2 - spare);
  const body =
    whole(branches, look, room) ?? whole(branches, look, room, true) ?? chosen(branches, look, room);
  return [...body.slice(0, room), ...(spare ? [''] : []), bar].slice(-Math.max(1, rows - 1));
}

const isBusy = (item: Item): boolean => ['running', 'retrying'].includes(shownAs(item));
const isFailed = (item: Item): boolean => shownAs(item) === 'failed';
const isDone = ({ phases }: Branch): boolean =>
  phases.every(({ counts, items }) => countOver(counts) === items.length);
const isUntouched = ({ phases }: Branch): boolean => phases.every(({ startedAt }) => startedAt === undefined);

/** Every task in its place, if each running one has room for a line of its output besides. */
function whole(branches: readonly Branch[], look: Look, room: number, close = false): string[] | undefined {
  let used = 0;
  const groups: Group[] = [];
  for (const branch of branches) {
    const closed = close && branch.titled && isDone(branch);
    const items = closed ? branch.items.filter(isFailed) : branch.items;
    used += items.length + (branch.titled ? 1 : 0);
    if (used > room) return undefined;
    groups.push({ title: branch.titled ? phaseLine(branch.phases, look) : undefined, items });
  }
  const busy = branches.reduce((count, { items }) => count + items.filter(isBusy).length, 0);
  if (used + busy > room) return undefined;
  const tail = busy > 0 ? Math.min(MAX_TAIL, Math.floor((room - used) / busy)) : 0;
  return draw(groups, look, tail);
}

function draw(groups: readonly Group[], look: Look, tail: number): string[] {
  return groups.flatMap(({ title, items }) => [
    ...(title === undefined ? [] : [title]),
    ...folded(items, look).flatMap(([item, ...alike]) =>
      alike.length > 0
        ? [waitingLine(alike.length + 1, item as Item, look, '  ')]
        : [
            itemLine(item as Item, look, '  '),
            ...(shownAs(item as Item) === 'running' ? tailLines(item as Item, tail, look, '  ') : []),
          ],
    ),
  ]);
}

/** From so many on, those that wait for the same one after the other are one line: their names say nothing yet. */
const FOLDED = 5;

function folded(items: readonly Item[], look: Look): Item[][] {
  const runs: { items: Item[]; wait: string }[] = [];
  for (const item of items) {
    const wait = item.status === 'waiting' ? waitOf(item, look) : '';
    const last = runs.at(-1);
    if (last !== undefined && wait !== '' && last.wait === wait) last.items.push(item);
    else runs.push({ items: [item], wait });
  }
  return runs.flatMap((run) => (run.items.length < FOLDED ? run.items.map((item) => [item]) : [run.items]));
}

/** The tasks that matter most now. */
function chosen(branches: readonly Branch[], look: Look, room: number): string[] {
  let sections = inRows(branches);
  const titles = sections.filter(({ titled }) => titled).length;
  const flat = titles > Math.max(3, room / 3);
  if (flat)
    sections = [{ phases: [], titled: false, items: branches.flatMap(({ items }) => items), open: true }];
  const heads = flat ? (room >= 6 ? 1 : 0) : titles;

  const busy: Item[] = [];
  const failed: Item[] = [];
  const ran: Item[] = [];
  const waits: Item[] = [];
  for (const { items, open } of sections) {
    for (const item of items) {
      if (isBusy(item)) busy.push(item);
      else if (isFailed(item)) failed.push(item);
      else if (item.status === 'ran') ran.push(item);
      else if (open && item.status === 'waiting') waits.push(item);
    }
  }
  const waiting = ran.length + waits.length;

  // One line is kept for what is not shown.
  let left = Math.max(0, room - heads - 1);
  const take = (items: readonly Item[], most: number): Item[] => {
    const taken = most > 0 ? items.slice(0, most) : [];
    left -= taken.length;
    return taken;
  };
  const shown = new Set(take(busy, left));
  const tails = tailsOf(shown, left - Math.min(failed.length, 2) - Math.min(waiting, 2), look);
  for (const lines of tails.values()) left -= lines.length;
  const latest = failed.slice().reverse();
  for (const item of take(latest, Math.max(Math.min(left, 1), Math.floor(left / 3)))) shown.add(item);
  const next = take(ran, left);
  const ready = new Set(waits.filter((item) => isReady(look.run, item)));
  const later = new Set(firstOf(waits, MOST_ASKED, (item) => !ready.has(item)));
  const groups = [ready, later].flatMap((some) =>
    sections.flatMap(({ items }) =>
      byWait(
        items.filter((item) => some.has(item)),
        look,
      ),
    ),
  );
  const alike = new Map(groups.map((group) => [group[0] as Item, group]));
  next.push(...take([...alike.keys()], left));
  const more = take(
    latest.filter((item) => !shown.has(item)),
    left,
  );
  for (const item of [...next, ...more]) shown.add(item);
  const failures = failed.filter((item) => shown.has(item)).length;
  const told = next.reduce((sum, item) => sum + (alike.get(item)?.length ?? 1), 0);

  const lines = flat && heads > 0 ? [phasesLine(look)] : [];
  const rest = say.notShown({
    running: busy.length - tails.size,
    failed: failed.length - failures,
    waiting: waiting - told,
  });
  const order = (item: Item): number => (isBusy(item) ? 0 : isFailed(item) ? 1 : 2);
  const lastOpen = sections.findLast(({ open }) => open) ?? sections.at(-1);
  for (const section of sections) {
    if (section.titled) lines.push(phaseLine(section.phases, look));
    const some = section.items.filter((item) => shown.has(item)).sort((a, b) => order(a) - order(b));
    for (const item of some) {
      const count = alike.get(item)?.length ?? 1;
      if (count > 1) lines.push(waitingLine(count, item, look, '  '));
      else lines.push(itemLine(item, look, '  '), ...(tails.get(item) ?? []));
    }
    if (section !== lastOpen || rest === '') continue;
    const { marks, colors, columns } = look;
    lines.push(row([['  '], [`${marks.ellipsis} ${rest}`, colors.dim]], columns - 1, marks.ellipsis));
  }
  return lines;
}

/** Of ten thousand that wait for others only so many are asked for which. */
const MOST_ASKED = 100;

/** Those that wait for the same, where they are many enough to be one line, else each by itself; in the order of the first of them. */
function byWait(items: readonly Item[], look: Look): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const wait = waitOf(item, look);
    const known = groups.get(wait);
    if (known !== undefined && wait !== '') known.push(item);
    else groups.set(wait === '' ? item.id : wait, [item]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < FOLDED ? group.map((item) => [item]) : [group],
  );
}

function firstOf(items: readonly Item[], most: number, is: (item: Item) => boolean): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length >= most) break;
    if (is(item)) found.push(item);
  }
  return found;
}

/** The room for output shared out evenly; what cannot be shared goes to those that have run longest. */
function tailsOf(busy: ReadonlySet<Item>, room: number, look: Look): Map<Item, string[]> {
  const tails = new Map<Item, string[]>([...busy].map((item) => [item, []]));
  const oldest = [...busy].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  let left = Math.max(0, room);
  for (const [at, item] of oldest.entries()) {
    if (shownAs(item) !== 'running') continue;
    const lines = tailLines(item, Math.min(MAX_TAIL, Math.ceil(left / (oldest.length - at))), look, '  ');
    tails.set(item, lines);
    left -= lines.length;
  }
  return tails;
}

type Section = Branch & { open: boolean };

/** Finished phases in a row as one, untouched ones in a row as one; the rest, and what comes next, by themselves. */
export function inRows(branches: readonly Branch[]): Section[] {
  const sections: (Section & { kind: string })[] = [];
  const anyActive = branches.some((branch) => !isDone(branch) && !isUntouched(branch));
  let next = !anyActive;
  for (const branch of branches) {
    let kind = isDone(branch) ? 'done' : isUntouched(branch) ? 'untouched' : 'active';
    if (kind === 'untouched' && next) {
      kind = 'active';
      next = false;
    }
    const last = sections.at(-1);
    const alike = branch.titled && last?.titled && last.kind === kind && kind !== 'active';
    if (alike && !branch.phases[0]?.validation && !last.phases[0]?.validation) {
      last.phases.push(...branch.phases);
      last.items.push(...branch.items);
    } else {
      const { phases, titled, items } = branch;
      sections.push({ phases: [...phases], titled, items: [...items], open: kind === 'active', kind });
    }
  }
  return sections;
}
