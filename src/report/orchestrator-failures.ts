// What went wrong with tasks, what each had changed before, and the recovery that was chosen.

import type { TaskFinished } from '../model/event.ts';
import type { FileChange } from '../model/report.ts';
import type { RunState, TaskState } from '../state/run-state.ts';
import type { Status } from '../state/status.ts';
import { eventsOf } from '../state/task-facts.ts';
import { clock } from './clock.ts';
import { causeOf } from './failures.ts';
import { bullets, codeSpan, escapeMarkdown } from './markdown-text.ts';
import { list, plural } from './words.ts';

/** Failures that are told one by one. */
const MOST = 100;
const MOST_NAMES = 20;
const names = (all: readonly string[]): string => list(all.map(codeSpan), MOST_NAMES);

/** A section for every task that failed, at once or at last, in the order in which they did first. */
export function failureSections(state: RunState): string[] {
  const retried = state.events.flatMap((event) => (event.type === 'task-retrying' ? event.id : []));
  const failed = state.finished.filter(({ status }) => hasFailed(status)).map(({ id }) => id);
  const ids = [...new Set([...retried, ...failed])];
  const rest = ids.slice(MOST);
  return [
    ...ids.slice(0, MOST).flatMap((id) => failure(state, state.task(id))),
    ...(rest.length > 0 ? [`And ${names(rest)}.`] : []),
  ];
}

const hasFailed = (status: Status): boolean => status === 'failed' || status === 'rolled-back';

function failure(state: RunState, task: TaskState | undefined): string[] {
  if (task === undefined) return [];
  const lines = [
    ...eventsOf(task, 'task-retrying').map(({ at, attempt, reason, filesChanged = [] }) => {
      const files = filesChanged.length === 0 ? '' : `. Files modified before: ${listed(filesChanged)}`;
      return `${clock(state.started.startedAt, at)} attempt ${attempt} failed: ${escapeMarkdown(reason)}. Recovery: **retry**${files}`;
    }),
    ...(task.result === undefined ? ['It is not over yet'] : ended(state, task, task.result)),
  ];
  return [`### ${codeSpan(task.id)}\n\n${bullets(lines)}`];
}

function ended(state: RunState, task: TaskState, end: TaskFinished): string[] {
  const at = clock(state.started.startedAt, end.at);
  if (end.status === 'passed') return [`${at} attempt ${end.attempts} passed`];
  if (!hasFailed(end.status)) return [`${at} ${end.status}: ${escapeMarkdown(causeOf(end))}`];
  return [
    `${at} failed: ${escapeMarkdown(causeOf(end))}. Recovery: ${recovery(state, end)}`,
    `Files modified before the failure: ${filesBefore(state, task, end)}`,
  ];
}

function recovery({ finished, stopping, restored }: RunState, { id, status }: TaskFinished): string {
  const skipped = finished.filter(({ result }) => result?.because === id).map((task) => task.id);
  const without = skipped.length === 0 ? '' : `; on its account did not run: ${names(skipped)}`;
  if (status === 'rolled-back')
    return `**rollback**, what it had changed was put back and the rest went on${without}`;
  if (stopping !== undefined && stopping.task === id && stopping.reason !== 'interrupt') {
    const back =
      restored === undefined ? '' : `, and the tree was put back (${plural(restored.files, 'file')})`;
    return `**abort**, the run was stopped${back}${without}`;
  }
  return `**continue**, the rest went on${without}`;
}

const listed = (files: readonly FileChange[]): string =>
  list(
    files.map(({ path, change }) => `${change} ${codeSpan(path)}`),
    MOST_NAMES,
  );

function filesBefore({ cleaned }: RunState, task: TaskState, { undone, filesChanged }: TaskFinished): string {
  const files = undone ?? filesChanged;
  if (files.length > 0) return listed(files);
  const kept = cleaned?.kept.findLast((each) => each.task === task.id);
  if (kept !== undefined)
    return `none in the shared tree; what it did is on the branch ${codeSpan(kept.branch)}`;
  if (task.workspace === 'worktree') return 'none in the shared tree; what is in its worktree was dropped';
  return task.planned.undeclared ? 'not known, it declares nothing' : 'none that it declares to write';
}
