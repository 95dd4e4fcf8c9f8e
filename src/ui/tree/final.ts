// The tree that stays when the run is over: every phase, and of the tasks those worth a line. Pure.

import * as say from '../../present/live.ts';
import type { Item } from '../../state/items.ts';
import { type Branch, inRows } from './frame.ts';
import { phaseLine } from './phase.ts';
import { itemLine, type Look, shownAs } from './row.ts';
import { row } from './text.ts';

/** So many tasks are all listed. */
const FEW = 30;
const MAX_PHASES = 30;
const MAX_FAILED = 20;
const MAX_OTHER = 10;

export function finalTree(branches: readonly Branch[], look: Look): string[] {
  const few = branches.reduce((count, { items }) => count + items.length, 0) <= FEW;
  const titled = branches.filter((branch) => branch.titled).length;
  const shown = titled > MAX_PHASES ? inRows(branches) : branches;
  const left = { failed: MAX_FAILED, skipped: MAX_OTHER };
  const hidden = { failed: 0, skipped: 0 };
  const worthALine = (item: Item): boolean => {
    const state = shownAs(item);
    if (few) return true;
    if (state !== 'failed' && state !== 'skipped') return false;
    left[state] -= 1;
    if (left[state] >= 0) return true;
    hidden[state] += 1;
    return false;
  };
  const lines: string[] = [];
  for (const { phases, titled, items } of shown) {
    if (titled) lines.push(phaseLine(phases, look));
    lines.push(...items.filter(worthALine).map((item) => itemLine(item, look, '  ')));
  }
  const { marks, colors, columns } = look;
  for (const kind of ['failed', 'skipped'] as const) {
    if (hidden[kind] === 0) continue;
    const text = `${marks.ellipsis} ${say.counted(hidden[kind], `more ${kind}`)}`;
    lines.push(row([['  '], [text, colors.dim]], columns - 1, marks.ellipsis));
  }
  return lines;
}
