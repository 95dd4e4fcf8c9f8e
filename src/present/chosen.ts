// Why the tasks of a plan were chosen, for the heading of a run and for the plan.

import type { Chosen, ChosenBecause } from '../model/plan.ts';
import { formatCount, plural, spoken } from './format.ts';
import { plain } from './plain.ts';
import { code, say, type Text, task, tasks } from './text.ts';

/** Names in a sentence before the rest is counted. */
const NAMED = 8;

/** `origin/main (1a2b3c4)` */
export const baseOf = ({ ref, commit }: NonNullable<Chosen['comparedWith']>): string =>
  `${ref} (${commit.slice(0, 7)})`;

/** What was looked at to choose them; where they were named, only those are told of that came along. */
export function chosenBy({ comparedWith, changedFiles, rerunOf }: Chosen): Text {
  // Of what was to run again and has not come to it.
  if (changedFiles === 0 && comparedWith === undefined) return ['still to run'];
  const files = changedFiles === undefined ? undefined : plural(changedFiles, 'file');
  const since = comparedWith && say` since ${baseOf(comparedWith)}`;
  const affected = files === undefined ? undefined : say`affected by ${files} changed${since ?? []}`;
  const again = rerunOf === undefined ? undefined : say`did not pass in run ${code(rerunOf)}`;
  return affected && again ? say`${affected}, and ${again}` : (affected ?? again ?? ['came along']);
}

/** Each reason once, with all tasks of which it is true. What others need is seen where these are. */
export function reasonsOf({ tasks: all }: Pick<Chosen, 'tasks'>): Text[] {
  const found = new Map<string, { because: ChosenBecause; ids: string[] }>();
  for (const { id, because } of all) {
    const key = JSON.stringify(because);
    const known = found.get(key);
    if (known) known.ids.push(id);
    else found.set(key, { because, ids: [id] });
  }
  return [...found.values()].flatMap(({ because, ids }) => reasonOf(because, ids) ?? []);
}

/** Below the heading of a run: what was looked at, and the first of the reasons. */
export function chosenLines(chosen: Chosen | undefined): string[] {
  if (chosen === undefined) return [];
  const reasons = reasonsOf(chosen);
  const rest = reasons.length - MOST_REASONS;
  return [
    plain(chosenBy(chosen)),
    ...reasons.slice(0, rest === 1 ? undefined : MOST_REASONS).map((reason) => `  ${plain(reason)}`),
    ...(rest > 1 ? [`  and ${formatCount(rest)} more such reasons`] : []),
  ];
}

const MOST_REASONS = 5;

function reasonOf(because: ChosenBecause, ids: readonly string[]): Text[] | undefined {
  const { kind, path = '', access = 'reads', task: other = '', status = '' } = because;
  const isOne = ids.length === 1;
  const who = tasks(ids, NAMED);
  switch (kind) {
    case 'named':
    case 'needed':
      return undefined;
    case 'changed':
      return [say`${who} ${isOne ? access : access.slice(0, -1)} ${code(path)}`];
    case 'all':
      return [say`${code(path)} has changed, on which all tasks depend`];
    case 'undeclared':
      return [say`${who} ${isOne ? 'declares' : 'declare'} no reads or writes`];
    case 'follows':
      return [say`${who} ${isOne ? 'comes' : 'come'} after ${task(other)}`];
    case 'failed':
      return [say`${who} ${status === 'failed' ? '' : isOne ? 'was ' : 'were '}${spoken(status)}`];
    case 'writes':
      return [say`${who} ${isOne ? 'writes' : 'write'} ${code(path)}, which ${task(other)} reads`];
  }
}
