// What is said of results that did not fit together. Sentences without colours and layout.

import type { PathChange, Report } from '../model/report.ts';
import { type Collision, collisionsOf, discardedOf, isUnresolved } from '../state/collisions.ts';
import { list, plural } from './words.ts';

/** How names and paths are written where the sentence stands. */
export interface Spelling {
  task(id: string): string;
  path(path: string): string;
  text(text: string): string;
  /** Paths named before the rest is counted. */
  paths: number;
}

/** The collisions that nothing has decided; the run stopped on their account. */
export const unresolvedOf = ({ integration }: Pick<Report, 'integration'>): Collision[] =>
  collisionsOf(integration.conflicts.filter(isUnresolved));

/** `web collided with api in src/routes.ts`. */
export function encounter({ task, others, kind, conflicts }: Collision, spelling: Spelling): string {
  const where = list(
    conflicts.map(({ path }) => spelling.path(path)),
    spelling.paths,
  );
  const self = spelling.task(task);
  const them = list(others.map(spelling.task), 3);
  if (kind === 'stale-read')
    return `${self} reads ${where}, which ${them || 'something'} changed after ${self} began`;
  const ignored = kind === 'ignored' ? ', which git ignores' : '';
  return `${self} collided${them && ` with ${them}`} in ${where}${ignored}`;
}

/** `ran again on the result of api`; while the run goes on, `runs again …`. */
export function resolution(collision: Collision, spelling: Spelling, going = false): string {
  const { task, others, reason } = collision;
  const them = list(others.map(spelling.task), 3);
  const does = (): string => {
    switch (collision.resolution) {
      case 'rerun': {
        const on = them && ` on the ${others.length > 1 ? 'results' : 'result'} of ${them}`;
        return `${going ? 'runs' : 'ran'} again${on}`;
      }
      case 'ours':
        return `kept what ${them ? `${them} did` : 'was'} there`;
      case 'theirs':
        return `kept what ${spelling.task(task)} did there`;
      case 'union':
        return 'kept the lines of both';
      case 'run':
        return 'merged by the resolver';
      case 'abort':
        return 'left unresolved';
    }
  };
  const dropped = discardedOf(collision).map(
    ({ task, lines }) => `${plural(lines.length, 'line')} of ${spelling.task(task)}`,
  );
  return [
    `${does()}${reason === undefined ? '' : ` (${spelling.text(reason)})`}`,
    ...(dropped.length > 0 ? [`dropped ${list(dropped)}`] : []),
  ].join(', ');
}

/** What a task did to a path: `modified it, 12 lines added, 3 removed`. */
export function deed({ change, added, removed }: PathChange): string {
  if (change === 'none') return 'did not change it';
  const lines = [
    ...(added > 0 ? [`${plural(added, 'line')} added`] : []),
    ...(removed > 0 ? [`${added > 0 ? removed : plural(removed, 'line')} removed`] : []),
  ];
  return [`${change} it`, ...lines].join(', ');
}
