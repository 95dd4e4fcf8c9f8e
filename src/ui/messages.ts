// Every sentence that people read while a run goes, in one place, so that the tree and the lines say the same thing.
// Plain text: no colours, no signs, nothing about width.

import { formatDuration } from '../base/duration.ts';
import type {
  RunStarted,
  TaskCollided,
  TaskFinished,
  TreeRestored,
  ValidationFinished,
  WorkspaceReady,
} from '../model/event.ts';
import type { Blame, NotIsolated } from '../model/report.ts';
import { shellWord, strayed, writesLines } from '../report/aftermath.ts';
import { encounter, resolution, type Spelling } from '../report/collisions.ts';
import { blamed } from '../report/telling.ts';
import { formatCount, list, plural, printable, spoken } from '../report/words.ts';
import type { Collision } from '../state/collisions.ts';
import type { Pending } from '../state/pending.ts';
import type { Item, Phase, RunState } from '../state/run-state.ts';
import { type Counts, isRunning } from '../state/status.ts';

/** Names a list shows before it counts the rest. */
const NAMED = 2;

/** What is about to run: `C phased, 12 tasks in 3 phases, 4 at a time`. */
export function heading({ plan, concurrency }: RunStarted): string {
  const { letter, name } = plan.strategy;
  const phases = plan.phases.length > 1 ? ` in ${plural(plan.phases.length, 'phase')}` : '';
  const together =
    plan.tasks.length > 1 && concurrency > 1 && letter !== 'D'
      ? `, ${formatCount(concurrency)} at a time`
      : '';
  return `${letter} ${name}, ${plural(plan.tasks.length, 'task')}${phases}${together}`;
}

/** A description, a reason or a name on one line, whatever somebody put into it. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' ').trim());

/** Time that is still passing, so without tenths: `3s`, `1m 05s`. */
export function clock(ms: number): string {
  return ms < 59_950 ? `${Math.max(0, Math.floor(ms / 1_000))}s` : formatDuration(ms);
}

export const lasted = (ms: number): string => formatDuration(ms);

/** `about 31s left`. The longer it takes, the rounder. */
export function left(ms: number): string {
  const step = ms < 60_000 ? 1_000 : ms < 600_000 ? 10_000 : 60_000;
  return `about ${clock(Math.max(1_000, Math.round(ms / step) * step))} left`;
}

export function waits(wait: Pending): string {
  switch (wait.for) {
    case 'tasks':
      return `waits for ${list(wait.ids.map(oneLine), NAMED)}`;
    case 'resources':
      return `waits for ${list(wait.resources.map(oneLine), NAMED)}`;
    case 'slot':
      return 'waits for a free slot';
    case 'phase':
      return `waits for the end of ${phaseName(wait.index)}`;
    case 'integration':
      return wait.after.length > 0
        ? `ran, waits for ${list(wait.after.map(oneLine), NAMED)}`
        : 'ran, waits to be integrated';
    case 'turn':
      return '';
  }
}

/** `retry 2 in 2s`, or `retry 2 now`: the attempt that comes is the first one more. */
export function retries(attempt: number, inMs: number): string {
  return `retry ${attempt} ${inMs > 0 ? `in ${clock(Math.ceil(inMs / 1_000) * 1_000)}` : 'now'}`;
}

export const attemptNumber = (attempt: number): string => `attempt ${attempt}`;
export const verifying = 'verifying';
export const integrating = 'integrating';

type Result = Pick<TaskFinished, 'status' | 'exitCode'> &
  Partial<Pick<TaskFinished, 'reason' | 'because' | 'signal'>>;

/** Why something did not pass: its own reason, the task on whose account, the signal, or the exit code. */
export function why(result: Result | ValidationFinished): string {
  const { because, signal } = result as Result;
  if (because !== undefined) return `${oneLine(because)} failed`;
  if (result.reason) return oneLine(result.reason);
  if (signal) return `ended by ${signal}`;
  return result.exitCode === null ? '' : `exit code ${result.exitCode}`;
}

/** While it is looked for who broke a step. */
export const replaying = (replay: number): string => `looks for the task that broke it, replay ${replay}`;

export const replayed = (replay: number, tasks: number): string =>
  `replay ${replay}, ${tasks === 0 ? 'without any task' : `with ${plural(tasks, 'task')}`}`;

export const blame = (found: Blame): string => oneLine(blamed(found));

/** Why it failed, and that it was rolled back. */
export function failing(result: TaskFinished | ValidationFinished): string {
  const undone = result.status === 'rolled-back' ? [spoken(result.status)] : [];
  return [...undone, why(result)].filter((part) => part !== '').join(': ');
}

/** What came of an item, after its name: `1.2s`, `failed after 1.2s: exit code 2`, `skipped: api failed`. */
export function outcome(result: TaskFinished | ValidationFinished, attempts = 1): string {
  const reason = why(result);
  const because = reason === '' ? '' : `: ${reason}`;
  const tries = attempts > 1 ? `, ${attemptNumber(attempts)}` : '';
  switch (result.status) {
    case 'passed':
      // Without an attempt: an earlier run has done it, and the reason says so.
      if (result.reason !== undefined) return oneLine(result.reason);
      return `${lasted(result.durationMs)}${tries}`;
    case 'failed':
    case 'rolled-back':
      return `${spoken(result.status)} after ${lasted(result.durationMs)}${tries}${because}`;
    case 'skipped':
      return `skipped${because}`;
    case 'cancelled':
      return `cancelled${result.durationMs > 0 ? ` after ${lasted(result.durationMs)}` : ''}${because}`;
  }
}

/** `attempt 1 failed (exit code 1), again in 1s`. */
export function retrying(attempt: number, reason: string, delayMs: number): string {
  const again = delayMs > 0 ? `again in ${formatDuration(delayMs).replace('.0s', 's')}` : 'again at once';
  return `attempt ${attempt} failed (${oneLine(reason)}), ${again}`;
}

/** How names stand in the sentences about collisions. */
const SPELLING: Spelling = { task: oneLine, path: oneLine, text: oneLine, paths: NAMED };

/** `web collided with api in a.ts: ran again on the result of api`; as it happens, `runs again …`. */
export const collision = (of: Collision, going = false): string =>
  `${encounter(of, SPELLING)}: ${resolution(of, SPELLING, going)}`;

/** A collision at which the run stopped. */
export function undecided(of: Collision): string {
  const reason = of.reason === undefined ? '' : ` (${oneLine(of.reason)})`;
  return `${encounter(of, SPELLING)}, and nothing decides between them${reason}`;
}

/** Where the work of tasks that do not fit together is to be found. */
export function nothingTaken(task: string, branches: readonly string[]): string {
  const nothing = `nothing of ${oneLine(task)} is in your files`;
  return branches.length > 0 ? `${nothing}; what was done is on ${list(branches.map(oneLine))}` : nothing;
}

export const mergedInOrder = (names: string): string => `merged in this order: ${names}`;
export const toDeclare = 'to declare this, add under its writes:';
export const unlessOthers = (names: string): string =>
  names === '' ? '' : ` (or ${names} did, which ran at the same time)`;
export const branchesKept = (count: number): string => `${plural(count, 'branch', 'branches')} kept`;
export const notIsolated = ({ tasks, reason }: NotIsolated): string =>
  `${list(tasks.map(oneLine), NAMED)} took turns in the shared tree, since no worktree could be made: ${oneLine(reason)}`;
export const worktreesKept = (count: number): string => `${plural(count, 'worktree')} kept`;
export const cleanForce = '`ptask clean` lists what is kept, `ptask clean --force` removes it';
export const takeByHand = (count: number): string =>
  `to look at what ${count === 1 ? 'it' : 'one'} holds, and to take it:`;
export const moreInReport = (count: number, what: string): string => `${moreOf(count, what)}, in the report`;

/** Why a task waits once more: `collided with api`. */
export function collided({ conflicts }: TaskCollided): string {
  const others = [...new Set(conflicts.flatMap(({ tasks }) => tasks.slice(1)))];
  return `collided${others.length > 0 ? ` with ${list(others.map(oneLine), NAMED)}` : ''}, runs again`;
}

/** `api in its own worktree (../repo.api, branch task/api)`. */
export function ownWorktree({ id, branch, reused }: WorkspaceReady, folder: string): string {
  const again = reused ? ', used before' : '';
  return `${oneLine(id)} in its own worktree (${oneLine(folder)}, branch ${oneLine(branch)}${again})`;
}

export const restored = ({ files }: TreeRestored): string =>
  `put back ${files === 0 ? 'nothing' : plural(files, 'file')}`;

export const linesDropped = ({ task }: Collision): string => `lines dropped as ${oneLine(task)} collided`;
type Strayed = Pick<TaskFinished, 'id' | 'strays'>;
export const straying = (result: Strayed): string => `${oneLine(result.id)} ${strayed(result)}`;

/** The files that strayed, and the lines that would declare them. */
export function strays({ strays }: Strayed): string {
  const paths = strays.map(({ path }) => oneLine(path));
  return `${list(paths, 10)}; ${toDeclare} ${list(writesLines(strays), 10)}`;
}

const phaseName = (index: number): string => `phase ${index + 1}`;
export const phaseNames = (first: number, last: number): string =>
  first === last ? phaseName(first) : `phases ${first + 1}-${last + 1}`;
export const validationName = 'validation';
export const nameOf = (phase: Phase): string => (phase.validation ? validationName : phaseName(phase.index));
/** A validation step among tasks in a log. */
export const labelOf = (item: Item): string =>
  `${item.phase.validation ? 'validate ' : ''}${oneLine(item.id)}`;

export const tasks = (count: number): string => plural(count, 'task');
export const steps = (count: number): string => plural(count, 'step');

/** What did not go the usual way: `1 failed`, `3 skipped`. */
export function troubles(counts: Counts): { text: string; failed: boolean }[] {
  const kinds = ['failed', 'rolled-back', 'skipped', 'cancelled'] as const;
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => ({
      text: `${formatCount(counts[kind])} ${spoken(kind)}`,
      failed: kind === 'failed' || kind === 'rolled-back',
    }));
}

export const toIntegrate = (count: number): string => `${formatCount(count)} to integrate`;
export const running = (count: number): string => `${formatCount(count)} running`;
export const done = (over: number, total: number): string => `${formatCount(over)}/${formatCount(total)}`;

/** What the screen has no room for: `940 more waiting`, `12 more running, 3 more failed, 940 waiting`. */
export function notShown(hidden: { running: number; failed: number; waiting: number }): string {
  const kinds = ['running', 'failed', 'waiting'] as const;
  const parts = kinds
    .filter((kind) => hidden[kind] > 0)
    .map((kind) => `${formatCount(hidden[kind])} more ${kind}`);
  return parts.join(', ');
}

export const moreOf = (count: number, what: string): string => `${formatCount(count)} more ${what}`;

export function stopping({ stopping }: RunState): string {
  if (!stopping) return '';
  if (stopping.reason === 'interrupt') return `stopping${stopping.signal ? ` after ${stopping.signal}` : ''}`;
  const did = stopping.reason === 'collision' ? 'collided' : 'failed';
  return `stopping${stopping.task ? `: ${oneLine(stopping.task)} ${did}` : ''}`;
}

/** A long silence says that the run is alive: `2 running: api (1m 02s), web (34s)`. */
export function alive({ tasks, steps, counts }: RunState, at: number): string {
  const items: Item[] = [...tasks, ...steps];
  const busy = items.filter(({ status }) => isRunning(status));
  const named = busy.map((item) => `${labelOf(item)} (${clock(at - (item.startedAt ?? at))})`);
  if (busy.length > 0)
    return `${running(busy.length)}: ${named.slice(0, 5).join(', ')}${more(named.length - 5)}`;
  const merging = items.find(({ status }) => status === 'integrating');
  if (merging) return `${integrating} ${labelOf(merging)}`;
  const later = items.find(({ status }) => status === 'retrying');
  if (later) return `${labelOf(later)}: ${retries(later.attempt + 1, (later.retry?.at ?? at) - at)}`;
  const searched = items.find(({ replay, blame }) => replay !== undefined && blame === undefined);
  if (searched?.replay !== undefined) return `${labelOf(searched)}: ${replaying(searched.replay)}`;
  const { waiting } = counts;
  return waiting > 0 ? `${formatCount(waiting)} waiting` : 'finishing';
}

const more = (count: number): string => (count > 0 ? ` and ${formatCount(count)} more` : '');

export const started = (attempt: number): string =>
  `started${attempt > 1 ? `, ${attemptNumber(attempt)}` : ''}`;
export const outputOf = (label: string): string => `output of ${label}`;
export const endOf = (label: string): string => `end of ${label}`;
export const unreadable = 'its output cannot be read';

/** A validation step may be called anything. */
export const logCommand = (name: string): string => `ptask log ${printable(shellWord(name))}`;
