// The log of a run as a whole: what was known of its tasks before it began, what was decided and why, and what became of
// it. A pure function of the state so far, so true at any moment.

import { formatDuration } from '../base/duration.ts';
import type { TaskFinished } from '../model/event.ts';
import type { FileChange } from '../model/report.ts';
import type { TaskState } from '../state/items.ts';
import type { RunState } from '../state/run-state.ts';
import type { Status } from '../state/status.ts';
import { eventsOf } from '../state/task-facts.ts';
import { clock } from './clock.ts';
import { conflictParts } from './conflict-parts.ts';
import {
  type Block,
  code as codeBlock,
  type Document,
  ends,
  first,
  list,
  paragraph,
  part,
  type Section,
  table,
} from './document.ts';
import { told } from './events.ts';
import { formatCount, plural } from './format.ts';
import { blamed, causeOf } from './sentences.ts';
import { code, listOf, say, strong, type Text, task, tasks } from './text.ts';
import { inFull } from './told.ts';

/** Lines at either end of the decisions, failures and names before the rest is counted. */
const MOST_LINES = 1_000;
const MOST_FAILURES = 100;
const MOST_NAMES = 20;

const NONE = [paragraph(['None.'])];

/** @param planned what there is to say of its plan */
export function runLog(state: RunState, planned: readonly Section[]): Document {
  const { started, at, endedAt } = state;
  const time = clock(started.startedAt, at);
  const failed = failures(state);
  const conflicts = conflictParts(
    state.events.flatMap((event) => (event.type === 'task-collided' ? event.conflicts : [])),
  );
  return {
    title: ['Orchestrator log: ', started.id],
    facts: [
      say`Execution ID: ${code(started.id)}`,
      ['Started: ', started.startedAt],
      say`Root: ${code(started.root)}`,
      say`Tasks: ${state.tasks.length}, up to ${started.concurrency} in parallel`,
      ['Results: ', started.integrate],
      [`State: ${endedAt === undefined ? `running, as of ${time}` : `finished at ${time}`}`],
    ],
    sections: [
      ...planned,
      { id: 'decisions', title: 'Decisions', blocks: decisions(state) },
      { id: 'failures', title: 'Failures', blocks: failed.length > 0 ? failed : NONE },
      {
        id: 'conflicts',
        title: 'Integration Conflicts',
        blocks: conflicts.length > 0 ? conflicts : NONE,
      },
      { id: 'validation', title: 'Validation', blocks: validation(state) },
    ],
  };
}

function decisions(state: RunState): Block[] {
  const lines = state.events.flatMap((event) =>
    told(event, state)
      .filter(({ audience }) => audience !== 'task-log')
      .map((each) => (): Text => say`${clock(state.started.startedAt, event.at)} ${inFull(each)}`),
  );
  const shown = ends(lines, MOST_LINES, (rest) => () => [`… ${formatCount(rest)} more …`]);
  return [paragraph(['Times are in UTC.']), list(shown.map((text) => text()))];
}

/** A part for every task that failed, at once or at last, in the order in which they did first. */
function failures(state: RunState): Block[] {
  const retried = state.events.flatMap((event) => (event.type === 'task-retrying' ? event.id : []));
  const failed = state.finished.filter(({ status }) => hasFailed(status)).map(({ id }) => id);
  const ids = [...new Set([...retried, ...failed])];
  const all = ids.flatMap((id) => {
    const own = state.task(id);
    return own === undefined ? [] : [part(say`${task(id)}`, [list(failure(state, own))])];
  });
  return first(all, MOST_FAILURES, () => paragraph(say`And ${tasks(ids.slice(MOST_FAILURES), MOST_NAMES)}.`));
}

const hasFailed = (status: Status): boolean => status === 'failed' || status === 'rolled-back';

function failure(state: RunState, own: TaskState): Text[] {
  const { startedAt } = state.started;
  return [
    ...eventsOf(own, 'task-retrying').map(({ at, attempt, reason, filesChanged = [] }) => {
      const files =
        filesChanged.length === 0 ? undefined : say`. Files modified before: ${listed(filesChanged)}`;
      return say`${clock(startedAt, at)} attempt ${attempt} failed: ${reason}. Recovery: ${strong('retry')}${files}`;
    }),
    ...(own.result === undefined ? [['Not finished yet']] : ended(state, own, own.result)),
  ];
}

function ended(state: RunState, own: TaskState, end: TaskFinished): Text[] {
  const at = clock(state.started.startedAt, end.at);
  if (end.status === 'passed') return [[`${at} attempt ${end.attempts} passed`]];
  if (!hasFailed(end.status)) return [[`${at} ${end.status}: ${causeOf(end)}`]];
  return [
    say`${at} failed: ${causeOf(end)}. Recovery: ${recovery(state, end)}`,
    say`Files modified before the failure: ${filesBefore(state, own, end)}`,
  ];
}

function recovery({ finished, stopping, restored }: RunState, { id, status }: TaskFinished): Text {
  const skipped = finished.filter(({ result }) => result?.because === id).map((each) => each.id);
  const without =
    skipped.length === 0 ? undefined : say`; did not run because of it: ${tasks(skipped, MOST_NAMES)}`;
  if (status === 'rolled-back')
    return say`${strong('rollback')}, its changes were restored and the rest went on${without}`;
  if (stopping !== undefined && stopping.task === id && stopping.reason !== 'interrupt') {
    const back =
      restored === undefined ? '' : `, and the tree was restored (${plural(restored.files, 'file')})`;
    return say`${strong('abort')}, the run was stopped${back}${without}`;
  }
  return say`${strong('continue')}, the rest went on${without}`;
}

const listed = (files: readonly FileChange[]): Text =>
  listOf(
    files.map(({ path, change }) => say`${change} ${code(path)}`),
    MOST_NAMES,
  );

function filesBefore({ cleaned }: RunState, own: TaskState, { undone, filesChanged }: TaskFinished): Text {
  const files = undone ?? filesChanged;
  if (files.length > 0) return listed(files);
  const kept = cleaned?.kept.findLast((each) => each.task === own.id);
  if (kept !== undefined)
    return say`none in the shared tree; its changes are on the branch ${code(kept.branch)}`;
  if (own.workspace === 'worktree') return ['none in the shared tree; its worktree was discarded'];
  return [own.planned.undeclared ? 'unknown, it declares no writes' : 'none of its declared writes'];
}

function validation({ steps }: RunState): Block[] {
  if (steps.length === 0) return [paragraph(['The config has no validation steps.'])];
  const rows = steps.map(({ id, startedAt, result }) => {
    if (result === undefined) return [[id], [startedAt === undefined ? 'not started' : 'running'], []];
    const why = result.status === 'passed' ? '' : `: ${causeOf(result)}`;
    return [
      [id],
      [`${result.status}${why}`],
      result.status === 'skipped' ? [] : [formatDuration(result.durationMs)],
    ];
  });
  const tails = steps.flatMap(({ id, result }) =>
    result?.status === 'failed' && result.output.tail.length > 0
      ? [paragraph(say`The end of the output of ${task(id)}:`), codeBlock(result.output.tail)]
      : [],
  );
  const blame = steps.flatMap(({ id, blame }) =>
    blame ? [paragraph(say`${task(id)}: ${blamed(blame)}.`)] : [],
  );
  return [table(['Step', 'Result', 'Duration'], rows, [2]), ...tails, ...blame];
}
