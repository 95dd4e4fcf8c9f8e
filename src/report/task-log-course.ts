// The section of a task's log that says what happened when.

import { formatDuration } from '../base/duration.ts';
import type { Event } from '../model/event.ts';
import type { Note } from '../model/report.ts';
import { collisionsOf } from '../state/collisions.ts';
import { reachedOutside } from './aftermath.ts';
import { clock } from './clock.ts';
import { encounter, resolution } from './collisions.ts';
import { deniedWorktree } from './denied.ts';
import { causeOf } from './failures.ts';
import { SPELLING } from './integration-markdown.ts';
import { blockQuote, codeSpan, escapeMarkdown } from './markdown-text.ts';
import type { TaskStory } from './task-story.ts';
import { formatCount, list, spoken } from './words.ts';

/** Lines at either end of a long one. */
const MOST = 500;

export function executionLog({ state, task }: TaskStory): string {
  const lines = task.events.flatMap((event) =>
    happened(event).map((text) => `- ${clock(state.started.startedAt, event.at)} ${text}`),
  );
  if (lines.length === 0) return 'Nothing yet.';
  const rest = lines.length - 2 * MOST;
  const told =
    rest > 0
      ? [...lines.slice(0, MOST), `- … ${formatCount(rest)} more lines …`, ...lines.slice(-MOST)]
      : lines;
  return `Times are in UTC.\n\n${told.join('\n')}`;
}

/** What to say of an event; nothing of those that say nothing new. */
function happened(event: Event): string[] {
  switch (event.type) {
    case 'task-waiting':
      return [`waits for ${list(event.resources.map(codeSpan), 10)}`];
    case 'workspace-ready': {
      const made = event.reused ? 'taken over from an earlier task' : 'made';
      return [`worktree ${made} in ${formatDuration(event.durationMs)}, branch ${codeSpan(event.branch)}`];
    }
    case 'workspace-denied':
      return [deniedWorktree(event.reason, escapeMarkdown)];
    case 'task-started': {
      const by = event.agent === undefined ? '' : ` by the agent ${codeSpan(event.agent)}`;
      return [`started, attempt ${event.attempt}${by}`];
    }
    case 'task-verifying':
      return [`review started${event.agent === undefined ? '' : ` by the agent ${codeSpan(event.agent)}`}`];
    case 'task-reviewed': {
      const { result, durationMs } = event.review;
      return [
        `review ended: ${result === 'approved' ? 'approved' : 'needs fixes'} (${formatDuration(durationMs)})`,
      ];
    }
    case 'task-noted':
      return event.notes.flatMap(noted);
    case 'task-handed-over':
      return event.outputs.length === 0
        ? []
        : [
            `handed over ${list(
              event.outputs.map(({ key }) => codeSpan(key)),
              20,
            )}`,
          ];
    case 'task-retrying':
      return [
        `attempt ${event.attempt} failed: ${escapeMarkdown(event.reason)}; again in ${formatDuration(event.delayMs)}`,
      ];
    case 'task-ran':
      return ['its commands ended well; waits for its turn to be integrated'];
    case 'task-integrating':
      return ['integration started'];
    case 'task-collided':
      return collisionsOf(event.conflicts).map(
        (collision) => `${encounter(collision, SPELLING)}: ${resolution(collision, SPELLING, true)}`,
      );
    case 'task-finished':
      return event.status === 'passed'
        ? [`completed${event.attempts === 0 && event.reason ? `: ${escapeMarkdown(event.reason)}` : ''}`]
        : [`${spoken(event.status)}: ${escapeMarkdown(causeOf(event))}`];
    case 'task-strayed':
      return [
        `issue: changed ${list(
          event.strays.map(({ path }) => codeSpan(path)),
          20,
        )} outside its \`writes\``,
      ];
    case 'task-reached-outside':
      return event.changes.map((change) => `issue: ${reachedOutside(event.id, change, codeSpan)}`);
    case 'tree-restored':
      return ['the tree was put back as it was before the run'];
    default:
      return [];
  }
}

/** Of prose, and nothing that is a heading, a list, a table or code only where a line begins. */
const isOneLine = (text: string): boolean => !/\n|^\s*(?:[#>|+*=-]|\d+[.)]|```|~~~|$)/.test(text);

/** Understanding, plan and handoff have sections of their own. */
function noted({ kind, text, severity, resolution }: Note): string[] {
  if (kind === 'issue') {
    const how = severity === undefined ? '' : ` (${severity})`;
    return [`issue${how}: ${escapeMarkdown(text)}${resolution ? ` → ${escapeMarkdown(resolution)}` : ''}`];
  }
  if (kind !== 'text') return [];
  const quote = blockQuote(text);
  if (isOneLine(text)) return [`told: ${quote.replace(/^> /, '')}`];
  return [`told:\n\n${quote.replace(/^/gm, '  ')}\n`];
}
