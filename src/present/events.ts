// What is said of each event by whoever tells a run as it goes: the lines of a terminal, the log of a task, the log of the
// run. They differ in form and in what they leave out, and in no word.

import { formatDuration } from '../base/duration.ts';
import type { Event, ServiceReady, TaskFinished, TaskStarted } from '../model/event.ts';
import type { Note, Review, Stray } from '../model/report.ts';
import { hitOf } from '../state/cached.ts';
import { type Collision, collisionsOf, discardedOf, isUnresolved, runsAgain } from '../state/collisions.ts';
import type { TaskState } from '../state/items.ts';
import { pendingOn } from '../state/pending.ts';
import type { RunState } from '../state/run-state.ts';
import * as cache from './cache-sentences.ts';
import type { Mark } from './document.ts';
import { plural } from './format.ts';
import * as remote from './remote-sentences.ts';
import { chosen, cleaned, heading, resumed, stopping, whyStopping } from './run-events.ts';
import * as sentence from './sentences.ts';
import * as services from './service-sentences.ts';
import { code, codes, listOf, say, type Text, task, tasks } from './text.ts';
import { aboutRun, aboutStep, aboutTask, NAMED, type Told, withColon } from './told.ts';

/** In the order in which it is to be read. Nothing of what says nothing new. */
export function told(event: Event, state: RunState): Told[] {
  switch (event.type) {
    case 'run-started':
      return [
        aboutRun('everybody', 'started', [heading(event)], { verb: 'run started:' }),
        ...chosen(event),
        ...resumed(event),
      ];
    case 'task-waiting':
      return [aboutTask(event.id, 'verbose', 'waiting', say`waits for ${codes(event.resources, NAMED)}`)];
    case 'task-looked-up': {
      const { id, cached } = event;
      // Its end says it once more, with no more words than a line has room for.
      if (cached.hit) return [withColon(aboutTask(id, 'task-log', 'dot', [cache.fromCache(cached)]))];
      return [withColon(aboutTask(id, 'verbose', 'dot', cache.notCached(cached.because)))];
    }
    case 'task-not-stored':
      return [withColon(aboutTask(event.id, 'verbose', 'dot', [cache.notStored(event.reason)]))];
    case 'workspace-ready': {
      const { id, path, branch, reused } = event;
      const where = say`in its own worktree (${code(path)}, branch ${code(branch)}${reused ? ', used before' : ''})`;
      return [aboutTask(id, 'verbose', 'started', where)];
    }
    case 'workspace-denied': {
      const warning = { title: ['no worktree could be made'], text: [event.reason] };
      return [
        aboutTask(event.id, 'everybody', 'warning', sentence.deniedWorktree(event.reason), { warning }),
      ];
    }
    case 'remote-cache-failed': {
      const text = remote.failedCache(event);
      const warning = { title: ['the remote cache is in trouble'], text };
      return [aboutRun('everybody', 'warning', text, { warning })];
    }
    case 'remote-cache-storing':
      return [aboutRun('everybody', 'started', remote.storing(event))];
    case 'remote-stage':
      return [aboutTask(event.id, 'verbose', 'started', [remote.atStage(event.stage)])];
    case 'remote-ran':
      return [aboutTask(event.id, 'verbose', 'dot', say`ran ${remote.ranRemotely(event.remote)}`)];
    case 'remote-denied': {
      const warning = { title: ['could not run remotely'], text: [event.reason] };
      return [aboutTask(event.id, 'everybody', 'warning', remote.deniedRemote(event.reason), { warning })];
    }
    case 'task-started':
      return [started(event, state)];
    case 'service-ready':
      return [serviceReady(event, state.task(event.id))];
    case 'service-stopping': {
      const text = event.stays ? 'is no longer needed, and stays up' : 'stopping';
      return [aboutTask(event.id, 'verbose', 'started', [text])];
    }
    case 'task-verifying':
      return [aboutTask(event.id, 'task-log', 'started', say`review started${byAgent(event.agent)}`)];
    case 'task-reviewed': {
      const { result, durationMs } = event.review;
      const text = [`review: ${verdict(result)} (${formatDuration(durationMs)})`];
      return [withColon(aboutTask(event.id, 'run-log', 'dot', text))];
    }
    case 'task-noted':
      return event.notes.flatMap((note) => noted(event.id, note));
    case 'task-handed-over': {
      const keys = event.outputs.map(({ key }) => key);
      return keys.length === 0
        ? []
        : [aboutTask(event.id, 'task-log', 'dot', say`handed over ${codes(keys, 20)}`)];
    }
    case 'task-asking':
      return [aboutTask(event.id, 'run-log', 'waiting', [`failed (${event.reason}), asks what to do`])];
    case 'task-answered':
      return [withColon(aboutTask(event.id, 'run-log', 'dot', [`answer: ${event.choice}`]))];
    case 'task-retrying': {
      const text = [sentence.retrying(event.attempt, event.reason, event.delayMs)];
      return [withColon(aboutTask(event.id, 'everybody', 'retrying', text))];
    }
    case 'task-ran':
      return [aboutTask(event.id, 'verbose', 'waiting', ran(event, state.task(event.id), state))];
    case 'task-integrating':
      return [aboutTask(event.id, 'run-log', 'started', ['integrating'])];
    case 'task-collided':
      return collisionsOf(event.conflicts).map(collided);
    case 'task-finished':
      return [finished(event, state.task(event.id)), ...endless(event.id, state.task(event.id))];
    case 'task-strayed':
      return [
        aboutTask(
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
        return aboutRun('run-log', 'warning', text, { warning: { title, text } });
      });
    case 'run-stopping':
      return [aboutRun('everybody', 'cancelled', stopping(event), { more: whyStopping(event) })];
    case 'tree-restored': {
      const more = event.left.length === 0 ? [] : say`; ${sentence.leftAlone(event.left, NAMED)}`;
      return [aboutRun('everybody', 'rolled-back', [sentence.restored(event)], { more })];
    }
    case 'run-cleaned':
      return cleaned(event);
    case 'validation-started':
      return [aboutStep(event.name, 'verbose', 'started', ['started'])];
    case 'validation-finished':
      return [aboutStep(event.name, 'everybody', event.status, [sentence.outcome(event)], verbOf(event))];
    case 'validation-replaying':
      return [aboutStep(event.name, 'verbose', 'started', [replayed(event.replay, event.tasks)])];
    case 'validation-blamed':
      return [withColon(aboutStep(event.name, 'everybody', 'dot', sentence.blamed(event.blame)))];
    case 'run-finished':
      return [aboutRun('run-log', 'dot', ['run finished'])];
    case 'task-output':
    case 'validation-output':
      return [];
  }
}

function started({ id, attempt, agent }: TaskStarted, state: RunState): Told {
  const text = say`started${byAgent(agent)}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
  const own = state.task(id);
  if (attempt > 1 || own === undefined) return aboutTask(id, 'verbose', 'started', text);
  const before = state.graph.before(own).map((other) => other.id);
  const where = own.workspace === 'worktree' ? ' in its worktree' : ' in the shared tree';
  const more = say`${where}${before.length > 0 ? say`, after ${tasks(before, NAMED)}` : undefined}`;
  return aboutTask(id, 'verbose', 'started', text, { more });
}

function serviceReady({ id, at, adopted }: ServiceReady, own: TaskState | undefined): Told {
  const { service = { ready: 'started' } } = own?.planned ?? {};
  const text = services.isReady(service, at - (own?.startedAt ?? at), adopted);
  return aboutTask(id, 'everybody', 'serving', [service.lasts ? `${text}; ${services.UNTIL_STOPPED}` : text]);
}

const byAgent = (agent: string | undefined): Text | undefined =>
  agent === undefined ? undefined : say` by the agent ${code(agent)}`;

export const verdict = (result: Review['result']): string =>
  result === 'approved' ? 'approved' : 'needs fixes';

/** Understanding, plan and handoff have sections of their own in the log of a task. */
function noted(id: string, { kind, text, severity, resolution }: Note): Told[] {
  if (kind === 'text') return [aboutTask(id, 'task-log', 'dot', ['note:'], { quote: text })];
  if (kind !== 'issue') return [];
  const how = severity === undefined ? '' : ` (${severity})`;
  return [
    aboutTask(id, 'task-log', 'warning', [`issue${how}: ${text}${resolution ? ` → ${resolution}` : ''}`]),
  ];
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
  return aboutRun('everybody', markOf(collision), text, isLost ? { warning: { title, text } } : {});
}

function finished(event: TaskFinished, own: TaskState | undefined): Told {
  const { id, status, attempts, filesChanged, strays } = event;
  const hit = own && hitOf(own);
  const isPassed = status === 'passed' && (attempts > 0 || hit !== undefined);
  const text = hit ? cache.cached(hit) : (services.upTime(event, own) ?? sentence.outcome(event));
  const where = isPassed && own?.remote !== undefined ? ' remotely' : '';
  return aboutTask(id, 'everybody', status, [`${text}${where}`], {
    ...(hit ? { verb: 'passed:' } : verbOf(event)),
    ...(isPassed && { more: [`, ${plural(filesChanged.length, 'file')} changed`] }),
    ...(strays.length > 0 && strayWarning(id, strays)),
  });
}

const endless = (id: string, own: TaskState | undefined): Told[] =>
  own?.isServerLike ? [aboutRun('everybody', 'dot', services.wasPerhapsServer(id))] : [];

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

const replayed = (replay: number, count: number): string =>
  `replay ${replay}, ${count === 0 ? 'without any task' : `with ${plural(count, 'task')}`}`;
