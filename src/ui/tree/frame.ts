// Which lines of the tree the screen has room for. Pure: the same tree, size and moment give the same frame.

import * as say from '../../present/live.ts';
import { isReady } from '../../state/pending.ts';
import type { Phase } from '../../state/run-state.ts';
import { countOver } from '../../state/status.ts';
import { barLine } from './bar.ts';
import { phaseLine, phasesLine } from './phase.ts';
import { type Leaf, type Look, leafLine, tailLines } from './row.ts';
import { row } from './text.ts';

/** A phase and its tasks as listr2 has them. Without a title its tasks stand directly under the heading of the run. */
export interface Branch {
  phases: Phase[];
  titled: boolean;
  leaves: Leaf[];
}

/** Lines that belong together: a title, and tasks under it. */
interface Group {
  title: string | undefined;
  leaves: Leaf[];
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

const isBusy = ({ state }: Leaf): boolean => state === 'running' || state === 'retrying';
const isDone = ({ phases }: Branch): boolean =>
  phases.every(({ counts, items }) => countOver(counts) === items.length);
const isUntouched = ({ phases }: Branch): boolean => phases.every(({ startedAt }) => startedAt === undefined);

/** Every task in its place, if each running one has room for a line of its output besides. */
function whole(branches: readonly Branch[], look: Look, room: number, close = false): string[] | undefined {
  let used = 0;
  const groups: Group[] = [];
  for (const branch of branches) {
    const closed = close && branch.titled && isDone(branch);
    const leaves = closed ? branch.leaves.filter(({ state }) => state === 'failed') : branch.leaves;
    used += leaves.length + (branch.titled ? 1 : 0);
    if (used > room) return undefined;
    groups.push({ title: branch.titled ? phaseLine(branch.phases, look) : undefined, leaves });
  }
  const busy = branches.reduce((count, { leaves }) => count + leaves.filter(isBusy).length, 0);
  if (used + busy > room) return undefined;
  const tail = busy > 0 ? Math.min(MAX_TAIL, Math.floor((room - used) / busy)) : 0;
  return draw(groups, look, tail);
}

function draw(groups: readonly Group[], look: Look, tail: number): string[] {
  return groups.flatMap(({ title, leaves }) => [
    ...(title === undefined ? [] : [title]),
    ...leaves.flatMap((leaf) => [
      leafLine(leaf, look, '  '),
      ...(leaf.state === 'running' ? tailLines(leaf, tail, look, '  ') : []),
    ]),
  ]);
}

/** The tasks that matter most now. */
function chosen(branches: readonly Branch[], look: Look, room: number): string[] {
  let sections = inRows(branches);
  const titles = sections.filter(({ titled }) => titled).length;
  const flat = titles > Math.max(3, room / 3);
  if (flat)
    sections = [{ phases: [], titled: false, leaves: branches.flatMap(({ leaves }) => leaves), open: true }];
  const heads = flat ? (room >= 6 ? 1 : 0) : titles;

  const busy: Leaf[] = [];
  const failed: Leaf[] = [];
  const ran: Leaf[] = [];
  const ready: Leaf[] = [];
  const later: Leaf[] = [];
  for (const { leaves, open } of sections) {
    for (const leaf of leaves) {
      if (isBusy(leaf)) busy.push(leaf);
      else if (leaf.state === 'failed') failed.push(leaf);
      else if (leaf.state === 'ran') ran.push(leaf);
      else if (open && leaf.state === 'waiting') (isReady(look.run, leaf.item) ? ready : later).push(leaf);
    }
  }
  const waiting = ran.length + ready.length + later.length;

  // One line is kept for what is not shown.
  let left = Math.max(0, room - heads - 1);
  const take = (leaves: readonly Leaf[], most: number): Leaf[] => {
    const taken = most > 0 ? leaves.slice(0, most) : [];
    left -= taken.length;
    return taken;
  };
  const shown = new Set(take(busy, left));
  const tails = tailsOf(shown, left - Math.min(failed.length, 2) - Math.min(waiting, 2), look);
  for (const lines of tails.values()) left -= lines.length;
  for (const leaf of take(failed.slice().reverse(), Math.max(Math.min(left, 1), Math.floor(left / 3))))
    shown.add(leaf);
  const failures = failed.filter((leaf) => shown.has(leaf)).length;
  const next = take(ran, left);
  next.push(...take(ready, left));
  next.push(...take(later, left));
  for (const leaf of next) shown.add(leaf);

  const lines = flat && heads > 0 ? [phasesLine(look)] : [];
  const rest = say.notShown({
    running: busy.length - tails.size,
    failed: failed.length - failures,
    waiting: waiting - next.length,
  });
  const order = (leaf: Leaf): number => (isBusy(leaf) ? 0 : leaf.state === 'failed' ? 1 : 2);
  const lastOpen = sections.findLast(({ open }) => open) ?? sections.at(-1);
  for (const section of sections) {
    if (section.titled) lines.push(phaseLine(section.phases, look));
    const some = section.leaves.filter((leaf) => shown.has(leaf)).sort((a, b) => order(a) - order(b));
    for (const leaf of some) lines.push(leafLine(leaf, look, '  '), ...(tails.get(leaf) ?? []));
    if (section !== lastOpen || rest === '') continue;
    const { marks, colors, columns } = look;
    lines.push(row([['  '], [`${marks.ellipsis} ${rest}`, colors.dim]], columns - 1, marks.ellipsis));
  }
  return lines;
}

/** The room for output shared out evenly; what cannot be shared goes to those that have run longest. */
function tailsOf(busy: ReadonlySet<Leaf>, room: number, look: Look): Map<Leaf, string[]> {
  const tails = new Map<Leaf, string[]>([...busy].map((leaf) => [leaf, []]));
  const oldest = [...busy].sort((a, b) => (a.item.startedAt ?? 0) - (b.item.startedAt ?? 0));
  let left = Math.max(0, room);
  for (const [at, leaf] of oldest.entries()) {
    if (leaf.state !== 'running') continue;
    const lines = tailLines(leaf, Math.min(MAX_TAIL, Math.ceil(left / (oldest.length - at))), look, '  ');
    tails.set(leaf, lines);
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
      last.leaves.push(...branch.leaves);
    } else {
      const { phases, titled, leaves } = branch;
      sections.push({ phases: [...phases], titled, leaves: [...leaves], open: kind === 'active', kind });
    }
  }
  return sections;
}
