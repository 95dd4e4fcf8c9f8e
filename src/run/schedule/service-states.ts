// What the states of tasks mean for the services that they need.

import type { Decision } from './decision.ts';
import type { Node, State } from './schedule-graph.ts';

const OVER: ReadonlySet<State> = new Set<State>(['passed', 'failed', 'skipped', 'cancelled']);

export const isOver = (state: State): boolean => OVER.has(state);

/** Whether it does not keep those waiting that need it. One that has passed was not needed by them after all. */
export const isUp = ({ state }: Node): boolean => state === 'serving' || state === 'passed';

/** Whether somebody is known to run that needs it: of one that is still looked for it is not. */
export const isWanted = ({ service }: Node): boolean =>
  service !== undefined &&
  (service.isAsked ||
    service.users.some(
      ({ state, isSought, service: own }) => !isOver(state) && (own === undefined ? !isSought : own.isAsked),
    ));

/** Whether it is, or may come to be, up for somebody. */
const hasUsers = ({ service, state }: Node): boolean =>
  service !== undefined &&
  (service.lasts ||
    (service.isAsked && state !== 'serving') ||
    service.users.some((user) => !isOver(user.state)));

/** A service that it needs and that has failed, where there is one. */
export const goneOf = ({ services }: Node): Node | undefined =>
  services.find(({ state }) => isOver(state) && state !== 'passed');

/** Whether it works with what it needs just now. */
export const isUsing = ({ state }: Node): boolean => state === 'running' || state === 'serving';

/** Each is told once. */
export function idleAmong(services: readonly Node[]): Pick<Decision, 'release' | 'unneeded'> {
  const release: string[] = [];
  const unneeded: string[] = [];
  for (const node of services) {
    if (node.isReleased || isOver(node.state) || hasUsers(node)) continue;
    node.isReleased = true;
    (isUsing(node) ? release : unneeded).push(node.task.id);
  }
  return { ...(release.length > 0 && { release }), ...(unneeded.length > 0 && { unneeded }) };
}
