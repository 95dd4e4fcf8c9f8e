// What stands against services in a plan. One is up beside all that runs in the time, so nothing can be put in order with what it
// writes, and what it holds of a resource it holds until it is stopped.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Config, Locate, ResourceUse, Task } from '../config/config.ts';
import type { PlannedService, PlannedTask } from '../model/plan.ts';
import { hasInSpan } from './bits.ts';
import { listsOfClasses, overlapsOf } from './class-overlaps.ts';
import type { Closure } from './graph.ts';
import type { Overlaps, PatternOverlap } from './overlaps.ts';
import type { ServiceUsers } from './service-users.ts';
import type { TaskClasses } from './task-classes.ts';
import { policyOf } from './verdict.ts';

/** What a plan says of a task that is a service. */
export function plannedService(
  { service }: Task,
  users: ServiceUsers | undefined,
): Pick<PlannedTask, 'service'> {
  if (service === undefined) return {};
  const { ready } = service;
  const on = (): string | undefined => {
    if (ready.by === 'port') return `${ready.host === undefined ? '' : `${ready.host}:`}${ready.port}`;
    if (ready.by === 'url') return ready.url;
    if (ready.by === 'log') return ready.log;
    return ready.by === 'command' ? ready.command : undefined;
  };
  const what = on();
  const planned: PlannedService = {
    ready: ready.by,
    ...(what !== undefined && { on: what }),
    ...(users?.lasts && { lasts: true }),
  };
  return { service: planned };
}

export interface ServiceInput {
  tasks: readonly Task[];
  classes: TaskClasses;
  met: Overlaps;
  /** What the tasks need, through whatever others. */
  needs: Closure;
  config: Config;
}

type Problem = (locate: Locate) => Diagnostic;

/** Undefined where there are none. */
export function serviceProblems(input: ServiceInput): ((locate: Locate) => Diagnostic[]) | undefined {
  if (!input.tasks.some(({ service }) => service !== undefined)) return undefined;
  const found = [...sharedFiles(input), ...heldForEver(input)].slice(0, MOST);
  return found.length === 0 ? undefined : (locate) => found.map((problem) => problem(locate));
}

/** Pairs that are told. */
const MOST = 20;

function sharedFiles({ tasks, classes, met, needs, config }: ServiceInput): Problem[] {
  const isWriter = ({ service, writes }: Task): boolean => service !== undefined && writes.length > 0;
  if (!tasks.some(isWriter)) return [];
  const found: Problem[] = [];
  const lists = listsOfClasses(classes.all.length, met);
  for (const [number, own] of classes.all.entries())
    for (const overlap of overlapsOf(number, classes.all, lists, met).values()) {
      const { other, writesWrites, writesReads, readsWrites } = overlap;
      for (const low of own.members)
        for (const high of other.members) {
          if (high <= low || found.length >= MOST) continue;
          for (const [at, with_, read] of [
            [low, high, writesReads],
            [high, low, readsWrites],
          ] as const) {
            const [service, task] = [tasks[at] as Task, tasks[with_] as Task];
            if (!isWriter(service) || hasInSpan(needs.before[at], with_)) continue;
            const isDependent = hasInSpan(needs.after[at], with_);
            const isAllowed = policyOf(service, task, config.conflicts) === 'allow';
            if (writesWrites && !isAllowed) {
              // Of two services it is told once.
              if (!(at === high && isWriter(task))) found.push(bothWrite(service, task, writesWrites));
            } else if (read && !isDependent && !task.snapshotReads) found.push(reads(service, task, read));
          }
        }
    }
  return found;
}

const bothWrite =
  (service: Task, task: Task, { witness, patterns }: PatternOverlap): Problem =>
  (locate) => {
    const path = witness ?? patterns[0];
    return {
      message: `\`${task.id}\` writes ${path}, which the service \`${service.id}\` writes as long as it is up`,
      place: locate(task.id, 'writes'),
      hint: `make their \`writes\` differ, add \`needs: [${task.id}]\` to ${service.id}, or set \`conflicts: allow\` where it does no harm`,
      related: [{ message: `\`${service.id}\` is a service`, place: locate(service.id, 'writes') }],
    };
  };

const reads =
  (service: Task, task: Task, { witness, patterns }: PatternOverlap): Problem =>
  (locate) => ({
    message: `\`${task.id}\` reads ${witness ?? patterns[0]}, which the service \`${service.id}\` writes as long as it is up`,
    place: locate(task.id, 'reads'),
    hint: `say which comes first: \`needs: [${service.id}]\` in ${task.id}, or \`needs: [${task.id}]\` in ${service.id}`,
    related: [{ message: `\`${service.id}\` is a service`, place: locate(service.id, 'writes') }],
  });

/** Those that cannot have what they use, since a service that they need holds it, or holds it until after them. */
function heldForEver({ tasks, needs, config }: ServiceInput): Problem[] {
  const holders = [...tasks.entries()].filter(([, task]) => task.service && task.resources.length > 0);
  if (holders.length === 0) return [];
  return [...tasks.entries()].flatMap(([at, task]) => {
    const needed = holders.filter(([holder]) => hasInSpan(needs.before[at], holder)).map(([, each]) => each);
    const own = clash([...needed, task], config.resources);
    if (own !== undefined) return [neverTogether(needed, task, own)];
    const others = holders.filter(
      ([holder, service]) =>
        !hasInSpan(needs.before[holder], at) &&
        !hasInSpan(needs.after[holder], at) &&
        holder !== at &&
        clash([service, task], config.resources) !== undefined,
    );
    const isUser = (holder: number, user: number): boolean => hasInSpan(needs.after[holder], user);
    const lasting = others.find(
      ([holder]) =>
        !tasks.some(({ run }, user) => run.length > 0 && isUser(holder, user)) &&
        // Of two it is told once.
        (task.service === undefined || holder < at),
    );
    const shared = (service: Task): string => clash([service, task], config.resources) as string;
    if (lasting !== undefined) return [heldByLasting(lasting[1], task, shared(lasting[1]))];
    // Of two services those are told that need both.
    if (task.service !== undefined) return [];
    // What somebody who needs the service waits for must not wait for the service.
    const late = others.find(([holder]) =>
      tasks.some((_, user) => isUser(holder, user) && hasInSpan(needs.before[user], at)),
    );
    return late === undefined ? [] : [heldUntilAfter(late[1], task, shared(late[1]))];
  });
}

/** The resource that they cannot all have at the same time. */
function clash(tasks: readonly Task[], capacities: Config['resources']): string | undefined {
  const uses = new Map<string, ResourceUse[]>();
  for (const { resources } of tasks)
    for (const use of resources) uses.set(use.name, [...(uses.get(use.name) ?? []), use]);
  return [...uses].find(([name, all]) => {
    const capacity = capacities.get(name);
    if (capacity !== undefined) return all.reduce((sum, { units }) => sum + units, 0) > capacity;
    return all.length > 1 && all.some(({ mode }) => mode === 'write');
  })?.[0];
}

const neverTogether =
  (services: readonly Task[], task: Task, resource: string): Problem =>
  (locate) => {
    const holders = services.filter(({ resources }) => resources.some(({ name }) => name === resource));
    const names = holders.map(({ id }) => `\`${id}\``).join(' and ');
    const uses = task.resources.some(({ name }) => name === resource);
    return {
      message: uses
        ? `\`${task.id}\` uses ${resource}, which the service ${names} holds as long as \`${task.id}\` needs it: it could never start`
        : `\`${task.id}\` needs the services ${names}, which cannot both have ${resource}`,
      place: locate(task.id, uses ? 'resources' : 'needs', uses ? resource : undefined),
      hint: 'remove the resource from one of them: what needs a service has it by that',
    };
  };

const heldByLasting =
  (service: Task, task: Task, resource: string): Problem =>
  (locate) => ({
    message: `\`${task.id}\` uses ${resource}, which the service \`${service.id}\` holds until the run is ended: no task of the run needs it`,
    place: locate(task.id, 'resources', resource),
    hint:
      task.service === undefined
        ? `add \`needs: [${task.id}]\` to ${service.id}, so that it comes first, or run them apart`
        : 'run them apart',
  });

const heldUntilAfter =
  (service: Task, task: Task, resource: string): Problem =>
  (locate) => ({
    message: `\`${task.id}\` uses ${resource}, which the service \`${service.id}\` may hold until after \`${task.id}\` is needed`,
    place: locate(task.id, 'resources', resource),
    hint: `add \`needs: [${task.id}]\` to ${service.id}, so that it comes first`,
  });
