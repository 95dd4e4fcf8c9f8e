// The lines of a task: what it is and does, and the last of what it printed. Pure; unaware of which of them are shown.

import { formatDuration } from '../../base/duration.ts';
import { cached } from '../../present/cache-sentences.ts';
import * as say from '../../present/live.ts';
import { oneLine, plain } from '../../present/plain.ts';
import { atStage } from '../../present/remote-sentences.ts';
import { blamed, rerunBecause } from '../../present/sentences.ts';
import { isReady, UNTIL_STOPPED } from '../../present/service-sentences.ts';
import { hitOf } from '../../state/cached.ts';
import type { Item, TaskState } from '../../state/items.ts';
import { pendingOn } from '../../state/pending.ts';
import type { RunState } from '../../state/run-state.ts';
import { seemingServer } from '../../state/server-like.ts';
import { widthOf } from '../layout.ts';
import { type Marks, PAINTS } from '../marks.ts';
import type { Colors } from '../terminal.ts';
import { cut, lastLines, type Piece, row } from './text.ts';

/** How a frame may look, and the moment it shows. */
export interface Look {
  columns: number;
  colors: Colors;
  marks: Marks;
  /** The spinner as it stands. */
  spinner: string;
  /** Milliseconds after the start of the run. */
  at: number;
  /** Cells for the names of tasks, the same in each frame. */
  nameWidth: number;
  run: RunState;
  /** What may be left of the run, in milliseconds. */
  leftMs?: number | undefined;
}

/** What a task looks like on the screen: what has a slot runs, and how it failed or why it did not run is told beside it. */
export type Shown = 'waiting' | 'running' | 'serving' | 'retrying' | 'ran' | 'passed' | 'failed' | 'skipped';

export function shownAs({ status }: Item): Shown {
  if (status === 'verifying' || status === 'integrating') return 'running';
  if (status === 'rolled-back') return 'failed';
  return status === 'cancelled' ? 'skipped' : status;
}

const TIME = 6;
const ROOMY = 60;

/** The line's end stays free: a terminal that wraps there would need two rows. */
export const widthIn = (look: Look): number => look.columns - 1;

export function nameWidthFor({ tasks, steps }: RunState, columns: number): number {
  const items = [...tasks, ...steps];
  const longest = items.reduce((most, { id }) => Math.max(most, widthOf(oneLine(id))), 4);
  return Math.min(longest, Math.max(12, Math.floor(columns * 0.35)));
}

export function itemLine(item: Item, look: Look, indent: string): string {
  const state = shownAs(item);
  const { marks, colors } = look;
  const name = cut(oneLine(item.id), look.nameWidth, marks.ellipsis);
  const time = timeOf(item, look);
  const column = time !== '' || look.columns >= ROOMY ? time.padStart(TIME) : '';
  const quiet = state === 'waiting' || state === 'skipped';
  return row(
    [
      [indent],
      signOf(item, look),
      [' '],
      [name.padEnd(name.length + look.nameWidth - widthOf(name)), quiet ? colors.dim : undefined],
      ['  '],
      [column, time === '' ? undefined : colors.dim],
      [column === '' ? '' : '  '],
      ...details(item, look).flatMap((piece): Piece[] => [piece, ['  ']]),
    ],
    widthIn(look),
    marks.ellipsis,
  );
}

function signOf(item: Item, { marks, colors, spinner }: Look): Piece {
  if (shownAs(item) === 'running') return [spinner, colors.cyan];
  // What has run waits as well.
  if (item.status === 'ran') return [marks.waiting, colors.cyan];
  const mark = item.status as keyof typeof PAINTS;
  return [marks[mark], colors[PAINTS[mark]]];
}

function timeOf(item: Item, { at }: Look): string {
  const state = shownAs(item);
  if (state === 'running' || state === 'serving' || state === 'retrying')
    return say.clock(at - (item.startedAt ?? at));
  if (state === 'waiting') return '';
  if (state === 'ran') return say.clock((item.ranAt ?? at) - (item.startedAt ?? at));
  const hit = hitOf(item);
  if (hit) return cached(hit);
  return item.startedAt === undefined ? '' : formatDuration(item.result?.durationMs ?? 0);
}

function details(item: Item, look: Look): Piece[] {
  const { colors, run, at } = look;
  const state = shownAs(item);
  const pieces: Piece[] = [];
  if (state === 'waiting' && item.collision)
    pieces.push([plain(rerunBecause(item.collision)), colors.yellow]);
  if (state === 'waiting' && item.cached?.hit) pieces.push(['from the cache', colors.cyan]);
  else if (state === 'waiting' || state === 'ran') pieces.push([say.waits(pendingOn(run, item)), colors.dim]);
  if (state === 'retrying') {
    pieces.push([say.retries(item.attempt + 1, (item.retry?.at ?? at) - at), colors.yellow]);
    if (item.retry) pieces.push([oneLine(item.retry.reason), colors.red]);
  } else if (item.attempt > 1) pieces.push([`attempt ${item.attempt}`, colors.yellow]);
  if (state === 'running' && seemingServer(run, at) === item)
    pieces.push(['a server? service: true', colors.yellow]);
  if (state === 'skipped' && item.isServerLike) pieces.push(['a server? service: true', colors.yellow]);
  if (state === 'serving') pieces.push(...readiness(item, look));
  if (item.status === 'verifying' || item.status === 'integrating') pieces.push([item.status, colors.cyan]);
  const { remoteStage } = item as Partial<TaskState>;
  if (state === 'running' && remoteStage !== undefined) pieces.push([atStage(remoteStage), colors.cyan]);
  if (state === 'passed' && (item as Partial<TaskState>).remote) pieces.push(['remotely', colors.dim]);
  if (state === 'failed' && item.result) pieces.push([say.failing(item.result), colors.red]);
  if (item.blame) pieces.push([plain(blamed(item.blame)), colors.red]);
  else if (item.replay !== undefined) pieces.push([say.replaying(item.replay), colors.cyan]);
  if (state === 'skipped' && item.result) pieces.push([say.failing(item.result), colors.yellow]);
  const said = pieces.filter(([text]) => text !== '');
  // Beside what it does just now, which is longer or shorter from line to line, it would stand in no column.
  if (item.description && said.length === 0) said.push([oneLine(item.description), colors.dim]);
  return said;
}

function readiness(item: Item, { colors, run }: Look): Piece[] {
  const task = run.task(item.id);
  const { service } = task?.planned ?? {};
  if (task === undefined || service === undefined) return [];
  const ms = (task.readyAt ?? 0) - (task.startedAt ?? 0);
  return [
    [oneLine(isReady(service, ms)), colors.green],
    [service.lasts ? UNTIL_STOPPED : '', colors.dim],
  ];
}

/** What one waits for and says nothing else, or nothing. */
export const waitOf = (item: Item, { run }: Look): string =>
  item.collision || item.cached?.hit ? '' : say.waits(pendingOn(run, item));

/** Several that wait for the same, as one of them. */
export function waitingLine(count: number, item: Item, look: Look, indent: string): string {
  const text = say.alsoWaiting(count, waitOf(item, look));
  return row(
    [[indent], signOf(item, look), [' '], [text, look.colors.dim]],
    widthIn(look),
    look.marks.ellipsis,
  );
}

/** What stands before a line of output, and the last cell of a row, which stays free. */
export const TAIL_INDENT = '    │ '.length + 1;

/** The last lines of what a running task printed. */
export function tailLines(item: Item, count: number, look: Look, indent: string): string[] {
  const { marks, colors } = look;
  if (count <= 0 || item.tail === '') return [];
  return lastLines(item.tail, count).map((line) =>
    row([[`${indent}  `], [`${marks.tail} ${line}`, colors.dim]], widthIn(look), marks.ellipsis),
  );
}
