// What one task is: what it runs and where, when, and what it reads and writes.

import type { Task } from '../config/config.ts';
import type { Plan, PlannedTask } from '../model/plan.ts';
import type { Row } from './document.ts';
import { plural } from './format.ts';
import { reasonsIn } from './plan-phases.ts';
import { code, joined, pattern, say, type Text } from './text.ts';

/** Patterns that are shown of a list. */
const MOST_PATTERNS = 12;

export function taskRows(
  { description, run, assignment, cwd, tags, remote }: Task,
  planned: PlannedTask,
  plan: Plan,
  hasServer = false,
): Row[] {
  // Where it runs is a row of its own.
  const { remote: _, here: __, ...ordered } = planned;
  const commands: Text =
    run.length === 0
      ? ['nothing itself: it gathers what it needs']
      : joined(
          run.map((command) => [code(command)]),
          ', then ',
        );
  return [
    ...row('about', description === '' ? [] : [[description]]),
    ...row('runs', [assignment === undefined ? commands : say`the agent ${assignment.agent.name}`]),
    ...row('folder', cwd === '.' ? [] : [[code(cwd)]]),
    ...row('order', reasonsIn(plan, 1)(ordered)),
    ...row('remote', hasServer ? [remotely(planned, remote)] : []),
    ...row('reads', globs(planned.reads, planned.files.reads)),
    ...row('writes', globs(planned.writes, planned.files.writes)),
    ...row('tags', tags.length === 0 ? [] : [[tags.join(', ')]]),
  ];
}

function remotely({ remote, here }: PlannedTask, { obstacle = here }: Task['remote']): Text {
  if (remote) return ['yes'];
  return [
    obstacle === undefined ? 'only with `--remote`; `remote: true` says it of the task' : `no: ${obstacle}`,
  ];
}

const row = (label: string, texts: readonly Text[]): Row[] =>
  texts.length === 0 ? [] : [{ label: [label], texts }];

function globs(patterns: readonly string[], files: number): Text[] {
  if (patterns.length === 0) return [];
  const shown = patterns.slice(0, MOST_PATTERNS).map(pattern);
  const more = patterns.length - shown.length;
  const rest = more > 0 ? ` and ${plural(more, 'more pattern')}` : '';
  return [say`${joined(shown, ', ')}${rest}; ${plural(files, 'existing file')}`];
}
