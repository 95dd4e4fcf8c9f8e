// What is said of each event by whoever tells a run as it goes: the lines of a terminal, the log of a task, the log of the
// run. They differ in form and in what they leave out, and in no word.

import { formatDuration } from '../base/duration.ts';
import type {
  Event,
  RunCleaned,
  RunStarted,
  RunStopping,
  ServiceReady,
  TaskFinished,
  TaskStarted,
} from '../model/event.ts';
import type { Note, Review, Stray } from '../model/report.ts';
import { hitOf } from '../state/cached.ts';
import { type Collision, collisionsOf, discardedOf, isUnresolved, runsAgain } from '../state/collisions.ts';
import type { TaskState } from '../state/items.ts';
import { pendingOn } from '../state/pending.ts';
import type { RunState } from '../state/run-state.ts';
import * as cache from './cache-sentences.ts';
import { chosenBy, reasonsOf } from './chosen.ts';
import type { Mark } from './document.ts';
import { formatCount, plural } from './format.ts';
import * as remote from './remote-sentences.ts';
import * as sentence from './sentences.ts';
import * as services from './service-sentences.ts';
import { code, codes, joined, listOf, say, type Text, task, tasks } from './text.ts';

/** Names in a sentence before the rest is counted. */
const NAMED = 8;

/** From those who are told everything to those who are told the most important. */
export type Audience = 'task-log' | 'run-log' | 'verbose' | 'everybody';

export interface Told {
  mark: Mark;
  audience: Audience;
  /** The task or validation step it is about, where the sentence does not name it itself. */
  subject: Text;
  /** What a mark says as well. */
  verb?: string;
  text: Text;
  /** What a log has room for. */
  more?: Text;
  /** Markdown that a task has written. */
  quote?: string;
  /** What a CI service shows beside its log. */
  warning?: { title: Text; text: Text };
}

type More = Partial<Omit<Told, 'audience' | 'mark' | 'subject'>>;

const about =
  (subject: Text) =>
  (audience: Audience, mark: Mark, text: Text, more: More = {}): Told => ({
    ...{ audience, mark, subject, text },
    ...more,
  });
type Said = Parameters<ReturnType<typeof about>>;
const run = about([]);
/** What follows the name of a task goes on from it, or is a sentence of its own after a colon. */
const of = (id: string, ...said: Said): Told => about([task(id)])(...said);
const step = (name: string, ...said: Said): Told => about(say`validate ${task(name)}`)(...said);

const colon = ({ subject, ...rest }: Told): Told => ({ ...rest, subject: [...subject, ':'] });

/** In the order in which it is to be read. Nothing of what says nothing new. */
export function told(event: Event, state: RunState): Told[] {
  switch (event.type) {
    case 'run-started':
      return [
        run('everybody', 'started', [heading(event)], { verb: 'run started:' }),
        ...chosen(event),
        ...resumed(event),
      ];
    case 'task-waiting':
      return [of(event.id, 'verbose', 'waiting', say`waits for ${codes(event.resources, NAMED)}`)];
    case 'task-looked-up': {
      const { id, cached } = event;
      // Its end says it once more, with no more words than a line has room for.
      if (cached.hit) return [colon(of(id, 'task-log', 'dot', [cache.fromCache(cached)]))];
      return [colon(of(id, 'verbose', 'dot', cache.notCached(cached.because)))];
    }
    case 'task-not-stored':
      return [colon(of(event.id, 'verbose', 'dot', [cache.notStored(event.reason)]))];
    case 'workspace-ready': {
      const { id, path, branch, reused } = event;
      const where = say`in its own worktree (${code(path)}, branch ${code(branch)}${reused ? ', used before' : ''})`;
      return [of(id, 'verbose', 'started', where)];
    }
    case 'workspace-denied': {
      const warning = { title: ['no worktree could be made'], text: [event.reason] };
      return [of(event.id, 'everybody', 'warning', sentence.deniedWorktree(event.reason), { warning })];
    }
    case 'remote-cache-failed': {
      const text = remote.failedCache(event);
      const warning = { title: ['the remote cache is in trouble'], text };
      return [run('everybody', 'warning', text, { warning })];
    }
    case 'remote-stage':
      return [of(event.id, 'verbose', 'started', [remote.atStage(event.stage)])];
    case 'remote-ran':
      return [of(event.id, 'verbose', 'dot', say`ran ${remote.ranRemotely(event.remote)}`)];
    case 'remote-denied': {
      const warning = { title: ['could not run remotely'], text: [event.reason] };
      return [of(event.id, 'everybody', 'warning', remote.deniedRemote(event.reason), { warning })];
    }
    case 'task-started':
      return [started(event, state)];
    case 'service-ready':
      return [serviceReady(event, state.task(event.id))];
    case 'service-stopping': {
      const text = event.stays ? 'is no longer needed, and stays up' : 'stopping';
      return [of(event.id, 'verbose', 'started', [text])];
    }
    case 'task-verifying':
      return [of(event.id, 'task-log', 'started', say`review started${byAgent(event.agent)}`)];
    case 'task-reviewed': {
      const { result, durationMs } = event.review;
      const text = [`review: ${verdict(result)} (${formatDuration(durationMs)})`];
      return [colon(of(event.id, 'run-log', 'dot', text))];
    }
    case 'task-noted':
      return event.notes.flatMap((note) => noted(event.id, note));
    case 'task-handed-over': {
      const keys = event.outputs.map(({ key }) => key);
      return keys.length === 0 ? [] : [of(event.id, 'task-log', 'dot', say`handed over ${codes(keys, 20)}`)];
    }
    case 'task-asking':
      return [of(event.id, 'run-log', 'waiting', [`failed (${event.reason}), asks what to do`])];
    case 'task-answered':
      return [colon(of(event.id, 'run-log', 'dot', [`answer: ${event.choice}`]))];
    case 'task-retrying': {
      const text = [sentence.retrying(event.attempt, event.reason, event.delayMs)];
      return [colon(of(event.id, 'everybody', 'retrying', text))];
    }
    case 'task-ran':
      return [of(event.id, 'verbose', 'waiting', ran(event, state.task(event.id), state))];
    case 'task-integrating':
      return [of(event.id, 'run-log', 'started', ['integrating'])];
    case 'task-collided':
      return collisionsOf(event.conflicts).map(collided);
    case 'task-finished':
      return [finished(event, state.task(event.id)), ...endless(event.id, state.task(event.id))];
    case 'task-strayed':
      return [
        of(
          event.id,
          'run-log',
          'warning',
          sentence.strayPaths(event.strays),
          strayWarning(event.id, event.strays),
        ),
      ];
    case 'task-reached-outside':
      return event.changes.map((change) => {
        const text = sentence.reachedOutside(event.id, change);
        const title = say`${task(event.id)} reached outside its own tree`;
        return run('run-log', 'warning', text, { warning: { title, text } });
      });
    case 'run-stopping':
      return [run('everybody', 'cancelled', stopping(event), { more: whyStopping(event) })];
    case 'tree-restored': {
      const more = event.left.length === 0 ? [] : say`; ${sentence.leftAlone(event.left, NAMED)}`;
      return [run('everybody', 'rolled-back', [sentence.restored(event)], { more })];
    }
    case 'run-cleaned':
      return cleaned(event);
    case 'validation-started':
      return [step(event.name, 'verbose', 'started', ['started'])];
    case 'validation-finished':
      return [step(event.name, 'everybody', event.status, [sentence.outcome(event)], verbOf(event))];
    case 'validation-replaying':
      return [step(event.name, 'verbose', 'started', [replayed(event.replay, event.tasks)])];
    case 'validation-blamed':
      return [colon(step(event.name, 'everybody', 'dot', sentence.blamed(event.blame)))];
    case 'run-finished':
      return [run('run-log', 'dot', ['run finished'])];
    case 'task-output':
    case 'validation-output':
      return [];
  }
}

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

/** A log has room for all. */
function chosen({ plan }: RunStarted): Told[] {
  if (plan.chosen === undefined) return [];
  return [chosenBy(plan.chosen), ...reasonsOf(plan.chosen)].map((text) => run('run-log', 'dot', text));
}

function resumed({ resume }: RunStarted): Told[] {
  if (resume === undefined) return [];
  const done = resume.tasks.filter(({ isDone }) => isDone).map(({ id }) => id);
  const already =
    done.length === 0 ? 'nothing is' : say`${tasks(done, NAMED)} ${done.length > 1 ? 'are' : 'is'}`;
  return [run('run-log', 'dot', say`resuming ${code(resume.run)}, where ${already} done`)];
}

function started({ id, attempt, agent }: TaskStarted, state: RunState): Told {
  const text = say`started${byAgent(agent)}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
  const own = state.task(id);
  if (attempt > 1 || own === undefined) return of(id, 'verbose', 'started', text);
  const before = state.graph.before(own).map((other) => other.id);
  const where = own.workspace === 'worktree' ? ' in its worktree' : ' in the shared tree';
  const more = say`${where}${before.length > 0 ? say`, after ${tasks(before, NAMED)}` : undefined}`;
  return of(id, 'verbose', 'started', text, { more });
}

function serviceReady({ id, at, adopted }: ServiceReady, own: TaskState | undefined): Told {
  const { service = { ready: 'started' } } = own?.planned ?? {};
  const text = services.isReady(service, at - (own?.startedAt ?? at), adopted);
  return of(id, 'everybody', 'serving', [service.lasts ? `${text}; ${services.UNTIL_STOPPED}` : text]);
}

const byAgent = (agent: string | undefined): Text | undefined =>
  agent === undefined ? undefined : say` by the agent ${code(agent)}`;

export const verdict = (result: Review['result']): string =>
  result === 'approved' ? 'approved' : 'needs fixes';

/** Understanding, plan and handoff have sections of their own in the log of a task. */
function noted(id: string, { kind, text, severity, resolution }: Note): Told[] {
  if (kind === 'text') return [of(id, 'task-log', 'dot', ['note:'], { quote: text })];
  if (kind !== 'issue') return [];
  const how = severity === undefined ? '' : ` (${severity})`;
  return [of(id, 'task-log', 'warning', [`issue${how}: ${text}${resolution ? ` → ${resolution}` : ''}`])];
}

/** For whom it waits is known as long as it does. */
function ran(event: Event, own: TaskState | undefined, state: RunState): Text {
  const pending = own?.events.at(-1) === event ? pendingOn(state, own) : undefined;
  const after = pending?.for === 'integration' ? pending.after : [];
  return after.length > 0 ? say`ran, waits for ${tasks(after, 2)}` : ['ran, waits to be integrated'];
}

export function markOf(collision: Collision): Mark {
  if (isUnresolved(collision)) return 'failed';
  if (runsAgain([collision])) return 'retrying';
  return discardedOf(collision).length > 0 ? 'warning' : 'dot';
}

function collided(collision: Collision): Told {
  const text = sentence.collision(collision);
  const title = say`lines dropped in a conflict of ${task(collision.task)}`;
  const isLost = discardedOf(collision).length > 0;
  return run('everybody', markOf(collision), text, isLost ? { warning: { title, text } } : {});
}

function finished(event: TaskFinished, own: TaskState | undefined): Told {
  const { id, status, attempts, filesChanged, strays } = event;
  const hit = own && hitOf(own);
  const isPassed = status === 'passed' && (attempts > 0 || hit !== undefined);
  const text = hit ? cache.cached(hit) : (services.upTime(event, own) ?? sentence.outcome(event));
  return of(id, 'everybody', status, [text], {
    ...(hit ? { verb: 'passed:' } : verbOf(event)),
    ...(isPassed && { more: [`, ${plural(filesChanged.length, 'file')} changed`] }),
    ...(strays.length > 0 && strayWarning(id, strays)),
  });
}

const endless = (id: string, own: TaskState | undefined): Told[] =>
  own?.isServerLike ? [run('everybody', 'dot', services.wasPerhapsServer(id))] : [];

const verbOf = ({ status, reason }: { status: string; reason?: string }): Pick<Told, 'verb'> =>
  status !== 'passed' ? {} : { verb: reason === undefined ? 'passed in' : 'passed:' };

function strayWarning(id: string, strays: readonly Stray[]): Pick<Told, 'warning'> {
  const paths = codes(
    strays.map(({ path }) => path),
    10,
  );
  const lines = listOf(sentence.writesLines(strays), 10);
  const title = say`${task(id)} ${sentence.strayed(strays)}`;
  return { warning: { title, text: say`${paths}; ${sentence.TO_DECLARE} ${lines}` } };
}

export function stopping({ reason, task: id, signal }: RunStopping): Text {
  if (reason === 'interrupt') return [`stopping${signal ? ` after ${signal}` : ''}`];
  const why = reason === 'collision' ? 'has an unresolved conflict' : 'failed';
  return id === undefined ? ['stopping'] : say`stopping: ${task(id)} ${why}`;
}

const whyStopping = ({ reason }: RunStopping): Text =>
  reason === 'abort' ? say`, and its ${code('onFailure')} is abort` : [];

function cleaned(event: RunCleaned): Told[] {
  const gone = sentence.removed(event);
  const { uncommitted, kept } = event;
  return [
    ...(gone.length > 0 ? [run('verbose', 'dot', gone)] : []),
    ...(uncommitted === undefined ? [] : [run('run-log', 'warning', sentence.notCommitted(uncommitted))]),
    ...kept.map((branch) => run('run-log', 'dot', say`kept the branch ${sentence.keptBranch(branch)}`)),
  ];
}

const replayed = (replay: number, count: number): string =>
  `replay ${replay}, ${count === 0 ? 'without any task' : `with ${plural(count, 'task')}`}`;

/** For a log: with all that there is room for, and no marks. */
export const inFull = ({ subject, verb, text, more = [] }: Told, withSubject = true): Text =>
  joined([withSubject ? subject : [], verb === undefined ? [] : [verb], say`${text}${more}`], ' ');
