// The tasks of a schedule and what each has before and after it, before anything has happened.

import type { ResourceUse } from '../../config/config.ts';
import { OrderGroup, type PairLists } from '../../model/order-group.ts';
import { measureRemaining } from './remaining-path.ts';

export interface ScheduledTask {
  id: string;
  phase: number;
  resources: readonly ResourceUse[];
  /** Nothing else runs, is looked for or is integrated while it does. */
  isAlone?: boolean;
  /** It runs on another machine, and takes no slot here. */
  isRemote?: boolean;
}

/** The second of each pair waits for the first. */
export type ScheduledOrder = PairLists<string>;

export interface ScheduledEdges {
  tasks: ScheduledOrder;
  /** When one that is waited for does not pass, those that wait cannot be run either. False: they only come later. */
  requires: boolean;
}

/** A service: it starts once one of its users is to run, and is up until all of them are over. */
export interface ScheduledService {
  /** Those that wait until it is ready. */
  dependents: readonly string[];
  users: readonly string[];
  /** It is started for nobody but who asked for it. */
  isAsked: boolean;
  /** And is up until `endLasting`. */
  lasts: boolean;
}

export interface ScheduleInput {
  /** In the order of declaration, which decides between equals. */
  tasks: readonly ScheduledTask[];
  edges: readonly ScheduledEdges[];
  /** Isolated tasks that conflict: who waits is not integrated before. */
  turns: readonly ScheduledOrder[];
  /** Units of counted resources. */
  capacities: ReadonlyMap<string, number>;
  concurrency: number;
  /** How many run on other machines at once. */
  remoteJobs?: number | undefined;
  /** Milliseconds; a task without one is taken to last as long as the others do on average. */
  expectedMs: ReadonlyMap<string, number>;
  /** Those whose results are looked for before they start. */
  cached?: ReadonlySet<string>;
  /** By task. Edges that begin with one of them count as kept: it is by these that others wait for it. */
  services?: ReadonlyMap<string, ScheduledService> | undefined;
  /** Places of tasks, by which ready ones start instead; see best-order.ts. */
  order?: ReadonlyMap<string, number> | undefined;
  /** Start no task before every task of the phases before its own is over. */
  barrier: boolean;
}

export type State =
  | 'waiting'
  | 'ready'
  | 'looking'
  | 'running'
  | 'serving'
  | 'ran'
  | 'integrating'
  | 'passed'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export interface Node {
  task: ScheduledTask;
  /** Its result is still to be looked for. */
  isSought: boolean;
  isRemote: boolean;
  index: number;
  state: State;
  /** In how many groups it waits for others to be over. */
  before: number;
  after: Edges[];
  /** In how many groups for its turn. */
  turnsBefore: number;
  turnsAfter: OrderGroup<Node>[];
  /** What it requires has not passed: it is to be skipped. */
  isDoomed: boolean;
  /** Milliseconds from its start to the end of the longest chain that it begins. */
  remaining: number;
  /** Its place in the order that is given. */
  place: number;
  /** What it waits for until they are ready. */
  services: Node[];
  /** Of a service. */
  service?: { dependents: Node[]; users: Node[]; isAsked: boolean; lasts: boolean };
  /** Nothing that comes after it waits for it any more. */
  isOut: boolean;
  /** Of a service that it is not needed any more was said. */
  isReleased: boolean;
}

class Edges extends OrderGroup<Node> {
  readonly requires: boolean;

  constructor(members: PairLists<Node>, requires: boolean) {
    super(members);
    this.requires = requires;
  }
}

/** By id. All of them are waiting. */
export function nodesOf(input: ScheduleInput): Map<string, Node> {
  const nodes = new Map(input.tasks.map((task, index) => [task.id, nodeOf(task, index, input)]));
  const groupOf = (order: ScheduledOrder): Node[][] =>
    order.map((ids) => ids.map((id) => nodes.get(id) as Node));
  const edges = input.edges.map(({ tasks, requires }) => new Edges(groupOf(tasks), requires));
  const turns = input.turns.map((order) => new OrderGroup(groupOf(order)));
  for (const group of edges) {
    for (const node of group.firsts) node.after.push(group);
    for (const node of group.seconds) node.before++;
  }
  for (const group of turns) {
    for (const node of group.firsts) node.turnsAfter.push(group);
    for (const node of group.seconds) node.turnsBefore++;
  }
  for (const [id, { dependents, users, isAsked, lasts }] of input.services ?? []) {
    const node = nodes.get(id) as Node;
    const named = (ids: readonly string[]): Node[] => ids.map((each) => nodes.get(each) as Node);
    node.service = { dependents: named(dependents), users: named(users), isAsked, lasts };
    for (const each of node.service.dependents) each.services.push(node);
  }
  measureRemaining([...nodes.values()], edges, turns, input.expectedMs);
  return nodes;
}

const nodeOf = (task: ScheduledTask, index: number, { cached, order }: ScheduleInput): Node => ({
  task,
  isSought: cached?.has(task.id) ?? false,
  isRemote: task.isRemote ?? false,
  index,
  state: 'waiting',
  before: 0,
  after: [],
  turnsBefore: 0,
  turnsAfter: [],
  isDoomed: false,
  remaining: 0,
  place: order?.get(task.id) ?? 0,
  services: [],
  isOut: false,
  isReleased: false,
});
