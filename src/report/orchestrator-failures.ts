// What went wrong with tasks, what each had changed before, and the recovery that was chosen.

import type {
  Event,
  RunStarted,
  RunStopping,
  TaskFinished,
  TaskRetrying,
  TreeRestored,
} from '../model/event.ts';
import type { FileChange } from '../model/report.ts';
import { clock } from './clock.ts';
import { causeOf } from './failures.ts';
import { bullets, codeSpan, escapeMarkdown } from './markdown-text.ts';
import { list, plural } from './words.ts';

/** Failures that are told one by one. */
const MOST = 100;
const MOST_NAMES = 20;
const names = (all: readonly string[]): string => list(all.map(codeSpan), MOST_NAMES);

interface Seen {
  run: RunStarted;
  retries: ReadonlyMap<string, TaskRetrying[]>;
  ends: ReadonlyMap<string, TaskFinished>;
  /** By the failed task: those that did not run on its account. */
  heldBack: ReadonlyMap<string, string[]>;
  stopping: RunStopping | undefined;
  restored: TreeRestored | undefined;
  /** By task: the branch that still has what it did. */
  kept: ReadonlyMap<string, string>;
}

/** A section for every task that failed, at once or at last, in the order in which they did first. */
export function failureSections(run: RunStarted, events: readonly Event[]): string[] {
  const seen = see(run, events);
  const failed = [...seen.ends.values()].filter(hasFailed).map(({ id }) => id);
  const ids = [...new Set([...seen.retries.keys(), ...failed])];
  const rest = ids.slice(MOST);
  return [
    ...ids.slice(0, MOST).map((id) => failure(id, seen)),
    ...(rest.length > 0 ? [`And ${names(rest)}.`] : []),
  ];
}

const hasFailed = ({ status }: TaskFinished): boolean => status === 'failed' || status === 'rolled-back';

function see(run: RunStarted, events: readonly Event[]): Seen {
  const retries = new Map<string, TaskRetrying[]>();
  const ends = new Map<string, TaskFinished>();
  const heldBack = new Map<string, string[]>();
  let stopping: RunStopping | undefined;
  let restored: TreeRestored | undefined;
  const kept = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'task-retrying') retries.set(event.id, [...(retries.get(event.id) ?? []), event]);
    else if (event.type === 'run-stopping') stopping ??= event;
    else if (event.type === 'tree-restored') restored = event;
    else if (event.type === 'run-cleaned') for (const { task, branch } of event.kept) kept.set(task, branch);
    else if (event.type === 'task-finished') {
      ends.set(event.id, event);
      const { because } = event;
      if (because !== undefined) heldBack.set(because, [...(heldBack.get(because) ?? []), event.id]);
    }
  }
  return { run, retries, ends, heldBack, stopping, restored, kept };
}

function failure(id: string, seen: Seen): string {
  const { run, retries, ends } = seen;
  const tries = retries.get(id) ?? [];
  const end = ends.get(id);
  const lines = [
    ...tries.map(({ at, attempt, reason, filesChanged = [] }) => {
      const files = filesChanged.length === 0 ? '' : `. Files modified before: ${listed(filesChanged)}`;
      return `${clock(run.startedAt, at)} attempt ${attempt} failed: ${escapeMarkdown(reason)}. Recovery: **retry**${files}`;
    }),
    ...(end === undefined ? ['It is not over yet'] : ended(end, seen)),
  ];
  return `### ${codeSpan(id)}\n\n${bullets(lines)}`;
}

function ended(end: TaskFinished, seen: Seen): string[] {
  const { run } = seen;
  const at = clock(run.startedAt, end.at);
  if (end.status === 'passed') return [`${at} attempt ${end.attempts} passed`];
  if (!hasFailed(end)) return [`${at} ${end.status}: ${escapeMarkdown(causeOf(end))}`];
  return [
    `${at} failed: ${escapeMarkdown(causeOf(end))}. Recovery: ${recovery(end, seen)}`,
    `Files modified before the failure: ${filesBefore(end, seen)}`,
  ];
}

function recovery({ id, status }: TaskFinished, { stopping, restored, heldBack }: Seen): string {
  const skipped = heldBack.get(id) ?? [];
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

function filesBefore({ id, undone, filesChanged }: TaskFinished, { run, kept }: Seen): string {
  const files = undone ?? filesChanged;
  if (files.length > 0) return listed(files);
  const task = run.plan.tasks.find((each) => each.id === id);
  const branch = kept.get(id);
  if (branch !== undefined)
    return `none in the shared tree; what it did is on the branch ${codeSpan(branch)}`;
  if (task?.workspace === 'worktree') return 'none in the shared tree; what is in its worktree was dropped';
  return task?.undeclared ? 'not known, it declares nothing' : 'none that it declares to write';
}
