// Results that conflict: what each task had changed, what became of it, and what was lost.

import type { IntegrationConflict } from '../model/report.ts';
import { type Collision, collisionsOf, isUnresolved } from '../state/collisions.ts';
import { type Block, code, first, list, paragraph, part } from './document.ts';
import { markOf } from './events.ts';
import { plural } from './format.ts';
import { changed, collision } from './sentences.ts';
import { code as codeOf, say, task } from './text.ts';

/** Paths that are described; the rest are named. */
const MOST = 50;

export function conflictParts(conflicts: readonly IntegrationConflict[]): Block[] {
  return [
    ...collisionsOf(conflicts.slice(0, MOST)).map((each) => partOf(each, each.conflicts.map(inFull))),
    ...collisionsOf(conflicts.slice(MOST)).map((each) => paragraph(say`${collision(each)}.`)),
  ];
}

/** Where there is little room: what was lost, and of what is unresolved what each task did. */
export function briefConflictParts(conflicts: readonly IntegrationConflict[], most: number): Block[] {
  const parts = collisionsOf(conflicts).map((each) => {
    const paths = each.conflicts.map((conflict) =>
      isUnresolved(conflict) ? changesOf(conflict) : lostOf(conflict),
    );
    return partOf(each, paths, most);
  });
  return first(parts, most, (rest) => paragraph([`and ${plural(rest, 'more conflict', 'more conflicts')}`]));
}

/** @param paths what is said of each path */
function partOf(each: Collision, paths: readonly Block[][], most = MOST): Block {
  const blocks = each.conflicts.flatMap(({ path }, at) => {
    const said = paths[at] ?? [];
    const isNamed = each.conflicts.length > 1 && said.length > 0;
    return said.length === 0 ? [] : [isNamed ? [paragraph(say`${codeOf(path)}:`), ...said] : said];
  });
  const shown = first(blocks, most, (rest) => [
    paragraph([`and ${plural(rest, 'more path', 'more paths')}`]),
  ]);
  return part(collision(each), shown.flat(), markOf(each));
}

const quoted = (title: string, id: string, lines: readonly string[]): Block[] =>
  lines.length === 0 ? [] : [paragraph(say`${title} ${task(id)}:`), code(lines)];

const changesOf = ({ changes }: IntegrationConflict): Block[] =>
  changes.length === 0 ? [] : [list(changes.map((change) => say`${task(change.task)} ${changed(change)}`))];

const lostOf = ({ discarded }: IntegrationConflict): Block[] =>
  discarded.flatMap(({ task: id, lines }) => quoted('Dropped from', id, lines));

const inFull = (conflict: IntegrationConflict): Block[] => [
  ...changesOf(conflict),
  ...conflict.changes.flatMap(({ task: id, lines = [] }) => quoted('Added by', id, lines)),
  ...lostOf(conflict),
];
