// What is said of a run as a whole: how it begins, why it stops, what is left when it is cleaned up.

import type { RunCleaned, RunStarted, RunStopping } from '../model/event.ts';
import { chosenBy, reasonsOf } from './chosen.ts';
import { formatCount, plural } from './format.ts';
import * as sentence from './sentences.ts';
import { code, say, type Text, task, tasks } from './text.ts';
import { aboutRun, NAMED, type Told } from './told.ts';

/** What is about to run: `C phased, 12 tasks in 3 phases, 4 at a time`. */
export function heading({ plan, concurrency }: RunStarted): string {
  const { letter, name } = plan.strategy;
  const phases = plan.phases.length > 1 ? ` in ${plural(plan.phases.length, 'phase')}` : '';
  const together =
    plan.tasks.length > 1 && concurrency > 1 && letter !== 'D'
      ? `, ${formatCount(concurrency)} at a time`
      : '';
  const sent = plan.tasks.filter((each) => each.remote).length;
  const remotely = sent > 0 ? `, ${sent === plan.tasks.length ? 'all' : formatCount(sent)} remotely` : '';
  return `${letter} ${name}, ${plural(plan.tasks.length, 'task')}${phases}${remotely}${together}`;
}

/** A log has room for all. */
export function chosen({ plan }: RunStarted): Told[] {
  if (plan.chosen === undefined) return [];
  return [chosenBy(plan.chosen), ...reasonsOf(plan.chosen)].map((text) => aboutRun('run-log', 'dot', text));
}

export function resumed({ resume }: RunStarted): Told[] {
  if (resume === undefined) return [];
  const done = resume.tasks.filter(({ isDone }) => isDone).map(({ id }) => id);
  const already =
    done.length === 0 ? 'nothing is' : say`${tasks(done, NAMED)} ${done.length > 1 ? 'are' : 'is'}`;
  return [aboutRun('run-log', 'dot', say`resuming ${code(resume.run)}, where ${already} done`)];
}

export function stopping({ reason, task: id, signal }: RunStopping): Text {
  if (reason === 'interrupt') return [`stopping${signal ? ` after ${signal}` : ''}`];
  const why = reason === 'collision' ? 'has an unresolved conflict' : 'failed';
  return id === undefined ? ['stopping'] : say`stopping: ${task(id)} ${why}`;
}

export const whyStopping = ({ reason }: RunStopping): Text =>
  reason === 'abort' ? say`, and its ${code('onFailure')} is abort` : [];

export function cleaned(event: RunCleaned): Told[] {
  const gone = sentence.removed(event);
  const { uncommitted, kept } = event;
  return [
    ...(gone.length > 0 ? [aboutRun('verbose', 'dot', gone)] : []),
    ...(uncommitted === undefined
      ? []
      : [aboutRun('run-log', 'warning', sentence.notCommitted(uncommitted))]),
    ...kept.map((branch) => aboutRun('run-log', 'dot', say`kept the branch ${sentence.keptBranch(branch)}`)),
  ];
}
