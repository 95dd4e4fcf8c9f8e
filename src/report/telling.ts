// What is said of waits, reviews and blame. Sentences without colours and layout.

import { formatDuration } from '../base/duration.ts';
import type { Blame, Wait } from '../model/report.ts';
import { list, plural } from './words.ts';

type Spell = (name: string) => string;

/** What a wait was for: `db.orders, held by api`. */
export function waitFor({ for: kind, on, holders = [] }: Wait, spell: Spell = (name) => name): string {
  const by = holders.length > 0 ? `, held by ${list(holders.map(spell), 3)}` : '';
  switch (kind) {
    case 'task':
      return `${spell(on ?? 'a task')} to be over`;
    case 'resource':
      return `${spell(on ?? 'a resource')}${by}`;
    case 'slot':
      return `a free slot${by}`;
    case 'turn':
      return `its turn to be integrated${on === undefined ? '' : `, after ${spell(on)}`}`;
    case 'phase':
      return 'the phases before its own';
    case 'retry':
      return 'its next attempt';
    case 'answer':
      return 'your answer';
  }
}

/** Who broke a validation step: `broken by web (4 replays, 12.0s)`. */
export function blamed(
  { status, tasks, replays, durationMs, reason }: Blame,
  spell: Spell = (name) => name,
): string {
  const cost = replays > 0 ? ` (${plural(replays, 'replay')}, ${formatDuration(durationMs)})` : '';
  switch (status) {
    case 'found': {
      const together = tasks.length > 1 ? ', only together' : '';
      return `broken by ${list(tasks.map(spell))}${together}${cost}`;
    }
    case 'broken-before':
      return `it was broken before: in a scratch worktree it fails without any task, too${cost}`;
    case 'not-reproduced':
      return reason === undefined
        ? `it passes in a scratch worktree with all tasks' results, so none is to blame for certain${cost}`
        : `none of the tasks is to blame for certain: ${reason}${cost}`;
    case 'not-possible':
      return `which task broke it could not be found out${reason === undefined ? '' : `: ${reason}`}`;
  }
}
