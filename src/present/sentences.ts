// The sentences about what happens in a run, each in one place: screen, logs, report and page say the same.

import { formatDuration } from '../base/duration.ts';
import { inYaml } from '../config/yaml-format.ts';
import type {
  Blame,
  Cleanup,
  IntegrationConflict,
  KeptBranch,
  KeptWorktree,
  NotIsolated,
  OutsideChange,
  PathChange,
  Restored,
  Stray,
  Wait,
} from '../model/report.ts';
import { TERMINAL } from '../model/terminal.ts';
import { type Collision, discardedOf, isUnresolved } from '../state/collisions.ts';
import { plural, printable, spoken } from './format.ts';
import { code, codes, joined, listOf, say, type Text, task, tasks } from './text.ts';

/** Names in a sentence before the rest is counted. */
const NAMED = 3;
const NAMED_PATHS = 20;

// --- ends ---

export interface Ended {
  reason?: string;
  /** The failed task on whose account. */
  because?: string;
  exitCode?: number | null;
  signal?: string;
}

/** The reason, and the exit code or signal unless the reason names it already. */
export function causeOf({ reason: told, because, exitCode, signal }: Ended): string {
  const reason = told ?? (because === undefined ? undefined : `${because} failed`);
  const code = exitCode !== undefined && exitCode !== null ? `exit code ${exitCode}` : undefined;
  const end = signal ?? code;
  if (reason === undefined) return signal ? `ended by ${signal}` : (code ?? 'no reason given');
  if (end === undefined || exitCode === 0) return reason;
  const named = new RegExp(signal ? `\\b${signal}\\b` : `\\b(?:code|status|with) ${exitCode}\\b`);
  return named.test(reason) ? reason : `${reason}, ${end}`;
}

export interface Outcome extends Ended {
  status: string;
  durationMs: number;
  attempts?: number;
}

/**
 * What came of something, after its name: `1.2s`, `failed after 1.2s: exit code 2`, `skipped: api failed`. That it passed is
 * said by whatever stands before it.
 */
export function outcome({ status, durationMs, attempts = 1, ...end }: Outcome): string {
  const tries = attempts > 1 ? `, attempt ${attempts}` : '';
  switch (status) {
    case 'passed':
      // An earlier run has done it, and the reason says so.
      return end.reason ?? `${formatDuration(durationMs)}${tries}`;
    case 'skipped':
      return `skipped: ${causeOf(end)}`;
    case 'cancelled':
      return `cancelled${durationMs > 0 ? ` after ${formatDuration(durationMs)}` : ''}: ${causeOf(end)}`;
    default:
      return `${spoken(status)} after ${formatDuration(durationMs)}${tries}: ${causeOf(end)}`;
  }
}

/** `attempt 1 failed (exit code 1), retrying in 1s`. */
export function retrying(attempt: number, reason: string, delayMs: number): string {
  const again = delayMs > 0 ? `retrying in ${formatDuration(delayMs).replace('.0s', 's')}` : 'retrying now';
  return `attempt ${attempt} failed (${reason}), ${again}`;
}

/** Of a raw task. */
export const NOT_KEPT = 'It had the terminal to itself; what it printed was not kept.';

// --- waits ---

/** What a wait was for: `db.orders, held by api`. */
export function waitFor({ for: kind, on, holders = [] }: Omit<Wait, 'at' | 'ms'>): Text {
  const by = holders.length > 0 ? say`, held by ${tasks(holders, NAMED)}` : [];
  switch (kind) {
    case 'task':
      return on === undefined ? ['a task'] : say`${task(on)} to finish`;
    case 'resource':
      return say`${on === undefined ? 'a resource' : on === TERMINAL ? on : code(on)}${by}`;
    case 'slot':
      return say`a free slot${by}`;
    case 'turn':
      return say`its turn to be integrated${on === undefined ? undefined : say`, after ${task(on)}`}`;
    case 'phase':
      return ['earlier phases'];
    case 'retry':
      return ['its next attempt'];
    case 'answer':
      return ['an answer'];
  }
}

// --- results that conflict ---

/** `web conflicts with api in src/routes.ts`. */
export function encounter({ task: id, others, kind, conflicts }: Collision): Text {
  const where = codes(
    conflicts.map(({ path }) => path),
    NAMED,
  );
  const them = tasks(others, NAMED);
  if (kind === 'stale-read')
    return say`${task(id)} reads ${where}, which ${them.length > 0 ? them : 'something'} changed after ${task(id)} started`;
  const with_ = them.length > 0 ? say` with ${them}` : [];
  return say`${task(id)} conflicts${with_} in ${where}${kind === 'ignored' ? ', which git ignores' : ''}`;
}

/** What was done about it: `rerun on top of api`. */
export function resolution(collision: Collision): Text {
  const { task: id, others, reason } = collision;
  const them = tasks(others, NAMED);
  const how = (): Text => {
    switch (collision.resolution) {
      case 'rerun':
        return them.length > 0 ? say`rerun on top of ${them}` : ['rerun'];
      case 'ours':
        return them.length > 0 ? say`kept the version of ${them}` : ['kept what was there'];
      case 'theirs':
        return say`kept the version of ${task(id)}`;
      case 'union':
        return ['kept the lines of both'];
      case 'run':
        return ['merged by the resolver'];
      case 'abort':
        return ['unresolved'];
    }
  };
  const dropped = discardedOf(collision).map(
    ({ task: other, lines }) => say`${plural(lines.length, 'line')} of ${task(other)}`,
  );
  const why = reason === undefined ? '' : ` (${reason})`;
  return joined([say`${how()}${why}`, dropped.length > 0 ? say`dropped ${listOf(dropped)}` : []], ', ');
}

/** `web conflicts with api in a.ts: rerun on top of api`, `web conflicts with api in a.ts (unresolved)`. */
export function collision(of: Collision): Text {
  if (!isUnresolved(of)) return say`${encounter(of)}: ${resolution(of)}`;
  return say`${encounter(of)} (unresolved${of.reason === undefined ? '' : `: ${of.reason}`})`;
}

/** Why a task runs once more: `conflicts with api, runs again`. */
export function rerunBecause({ conflicts }: { conflicts: readonly IntegrationConflict[] }): Text {
  const others = [...new Set(conflicts.flatMap(({ tasks: all }) => all.slice(1)))];
  return say`conflicts${others.length > 0 ? say` with ${tasks(others, 2)}` : undefined}, runs again`;
}

/** What a task did to a path: `modified it, 12 lines added, 3 removed`. */
export function changed({ change, added, removed }: PathChange): string {
  if (change === 'none') return 'did not change it';
  const lines = [
    ...(added > 0 ? [`${plural(added, 'line')} added`] : []),
    ...(removed > 0 ? [`${added > 0 ? removed : plural(removed, 'line')} removed`] : []),
  ];
  return [`${change} it`, ...lines].join(', ');
}

/** Where the changes of a task are that are not in the files. */
export const nothingTaken = (id: string, branches: readonly string[]): Text =>
  joined([
    say`nothing of ${task(id)} was applied to your files`,
    branches.length > 0 ? say`the changes are on ${codes(branches)}` : [],
  ]);

export const deniedWorktree = (reason: string): Text => [
  `takes turns in the shared tree, since no worktree could be made: ${reason}`,
];

export const notIsolated = ({ tasks: ids, reason }: NotIsolated): Text =>
  say`${tasks(ids, NAMED)} took turns in the shared tree, since no worktree could be made: ${reason}`;

// --- traces ---

/** The lines that would cover the strays of a task, as they would stand under its `writes`. */
export const writesLines = (strays: readonly Stray[]): string[] =>
  [...new Set(strays.map(({ writes }) => writes))].map((pattern) => `- ${inYaml(pattern)}`);

export const strayed = (strays: readonly Stray[]): string =>
  `changed ${plural(strays.length, 'file')} outside its writes`;

/** Which files, and whose they may be as well. */
export function strayPaths(strays: readonly Stray[], most = NAMED_PATHS): Text {
  const others = [...new Set(strays.flatMap(({ others = [] }) => others))];
  const perhaps =
    others.length === 0 ? [] : say` (or ${tasks(others, NAMED)} did, which ran at the same time)`;
  return say`${strayed(strays)}${perhaps}: ${codes(
    strays.map(({ path }) => path),
    most,
  )}`;
}

export const TO_DECLARE = 'to declare them, add under its writes:';

/** What a task changed, or may have, beyond the tree that it works in. */
export function reachedOutside(id: string, change: OutsideChange): Text {
  const { kind, name, others = [], perhapsUser = false } = change;
  const thing = kind === 'branch' || kind === 'tag' ? say`the ${kind} ${code(name)}` : say`${code(name)}`;
  const where = kind === 'file' ? ' in the shared tree' : ', which all worktrees share';
  const who = [id, ...others].map(task);
  if (others.length === 0 && !perhapsUser) {
    if (kind === 'HEAD') return say`${task(id)} switched the shared tree: ${code(name)}`;
    return say`${task(id)} ${change.change} ${thing}${where}${kind === 'file' ? ', past the folder it works in' : ''}`;
  }
  const either = listOf([...who, ...(perhapsUser ? ['somebody else'] : [])], 10);
  const what =
    kind === 'HEAD'
      ? say`the shared tree was switched: ${code(name)}`
      : say`${thing}${where}${kind === 'file' ? '' : ','} was ${change.change}`;
  return say`${what} while ${listOf(who, 10)} ran; ptask cannot tell which of ${either} did it`;
}

export const restored = ({ files }: Pick<Restored, 'files'>): string =>
  files === 0 ? 'restored: nothing had changed' : `restored ${plural(files, 'file')}`;

export const leftAlone = (paths: readonly string[], most = NAMED_PATHS): Text =>
  say`left as they are, since no task declares to write them: ${codes(paths, most)}`;

export const notCommitted = (why: string): Text => [
  `not committed: ${why}. The results are in the files, and each task is on a branch`,
];

export const keptBranch = ({ task: id, branch, reason }: KeptBranch): Text =>
  say`${code(branch)} of ${task(id)}: ${reason}`;

export const keptWorktree = ({ task: id, path, branch, reason }: KeptWorktree): Text =>
  say`${code(path)} of ${task(id)}, on branch ${code(branch)}: ${reason}`;

export const CLEAN_FORCE = say`${code('ptask clean')} lists what is kept, ${code('ptask clean --force')} removes it`;

/** To look at what a branch holds, and to take it. */
export const byHand = (branch: string): string[] => [
  `git diff ${shellWord(`HEAD...${branch}`)}`,
  `git merge ${shellWord(branch)}`,
];

/** As it can be pasted into a shell. */
export const shellWord = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A validation step may be called anything. */
export const logCommand = (name: string): string => `ptask log ${printable(shellWord(name))}`;

/** `removed 2 worktrees and 2 branches`; nothing where there was nothing to remove. */
export function removed({ worktrees, branches }: Pick<Cleanup, 'worktrees' | 'branches'>): Text {
  const parts = [
    ...(worktrees > 0 ? [plural(worktrees, 'worktree')] : []),
    ...(branches > 0 ? [plural(branches, 'branch', 'branches')] : []),
  ];
  return parts.length > 0 ? say`removed ${listOf(parts)}` : [];
}

// --- validation ---

/** Who broke a validation step: `broken by web (4 replays, 12.0s)`. */
export function blamed({ status, tasks: ids, replays, durationMs, reason }: Blame): Text {
  const cost = replays > 0 ? ` (${plural(replays, 'replay')}, ${formatDuration(durationMs)})` : '';
  switch (status) {
    case 'found':
      return say`broken by ${tasks(ids)}${ids.length > 1 ? ', only together' : ''}${cost}`;
    case 'broken-before':
      return [`already broken: in a scratch worktree it fails without any of the tasks${cost}`];
    case 'not-reproduced':
      return reason === undefined
        ? [
            `it passes in a scratch worktree with all tasks' results, so no task is to blame for certain${cost}`,
          ]
        : [`no task is to blame for certain: ${reason}${cost}`];
    case 'not-possible':
      return [`ptask could not find out which task broke it${reason === undefined ? '' : `: ${reason}`}`];
  }
}
