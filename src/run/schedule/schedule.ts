// When which task starts: a pure state machine, unaware of processes, clocks and files.
//
//   waiting ──▶ ready ──▶ running ─────────────────────────▶ passed
//      │         ▲│ ▲        ├──▶ serving ──────────────────▶ passed | failed | cancelled
//      │         ││ │        ├──▶ ran ──▶ integrating ──────▶ passed
//      │         ││ └────────┼─────┼───────────┤
//      │         ││          └─────┴───────────┴───────────▶ failed | cancelled
//      │      looking ───────────▶ ran | passed
//      └──────────┴────────────────────────────────────────▶ skipped | cancelled
//
// A task is ready when everything before it is over. Among ready tasks the one with the longest remaining path of
// expected durations goes first (critical-path list scheduling: Graham 1969, Hu 1961), or the first in an order that is given, if
// a slot and all of its resources are free; they are taken together, so a waiter holds nothing and no deadlock can arise.
//
// A cached task is first looked for, with no slot: either its result is there and it is over without having run, or it is ready once
// more, to start.
//
// One that runs alone, when it is the first of the ready ones, keeps all others from starting until what goes on is over.
//
// An isolated task has only run when its command ends: it gives back its slot and resources, and is integrated in its turn (turns.ts).
//
// A service starts once one of its users is to run, and not where all of them turn out to be cached. When it is ready it is serving:
// it gives its slot back and keeps its resources, and those that wait for it may start. It is to be stopped when all of its users are
// over, so those that need others are stopped before these. One that ends while it is needed takes its users with it.
//
// One that runs on another machine takes no slot here; where that proves impossible it is ready once more, for one of this machine.

import { TERMINAL } from '../../model/terminal.ts';
import type { Decision, Fallout } from './decision.ts';
import { Phases } from './phases.ts';
import { ReadyQueue } from './ready-queue.ts';
import { ResourcePool } from './resource-pool.ts';
import { type Node, nodesOf, type ScheduleInput, type State } from './schedule-graph.ts';
import { goneOf, idleAmong, isOver, isUp, isUsing, isWanted } from './service-states.ts';
import { Slots } from './slots.ts';
import { Turns } from './turns.ts';

export class Schedule {
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #ready = new ReadyQueue();
  readonly #pool: ResourcePool;
  readonly #phases: Phases;
  readonly #input: ScheduleInput;
  readonly #slots: Slots;
  readonly #turns = new Turns();
  #over = 0;
  #stopped = false;
  #isOneAlone = false;
  readonly #services: readonly Node[];

  constructor(input: ScheduleInput) {
    this.#input = input;
    this.#slots = new Slots(input);
    this.#pool = new ResourcePool(input.capacities);
    this.#nodes = nodesOf(input);
    this.#services = [...this.#nodes.values()].filter(({ service }) => service !== undefined);
    // Whether a service starts is known when those that need it are looked at, which may be in a later phase.
    this.#phases = new Phases(input.tasks.filter(({ id }) => !input.services?.has(id)));
    // Who comes after a service waits for it by other means.
    for (const node of this.#services)
      for (const group of node.after.splice(0)) for (const { node: next } of group.end(node)) next.before--;
    for (const node of this.#nodes.values()) if (node.before === 0) this.#set(node, 'ready');
  }

  /** What to start now. The tasks named are running from here on. */
  next(): Decision {
    const decision: Decision = { start: [], blocked: [], ...idleAmong(this.#services) };
    if (this.#stopped || this.#isOneAlone) return decision;
    const next = this.#turns.next();
    if (next !== undefined) {
      this.#set(next, 'integrating');
      decision.integrate = next.task.id;
    }
    // What a more urgent task waits for is not taken by a less urgent one, or a writer might never get its turn. No more is the
    // slot of one that is being looked for, which takes a moment.
    const claimed = new Set<string>();
    const look: string[] = [];
    const orphaned: Fallout[] = [];
    for (const node of this.#ready.nodes) {
      if (this.#slots.areTaken && !this.#ready.hasSought) break;
      if (this.#input.barrier && node.task.phase > this.#phases.now) continue;
      if (this.#turns.isToWait(node)) continue;
      // What a service waits for, those that need it wait for as well.
      if (node.services.some(({ state }) => state === 'waiting')) continue;
      if (node.isSought) {
        this.#set(node, 'looking');
        look.push(node.task.id);
        continue;
      }
      const gone = goneOf(node);
      if (gone !== undefined) orphaned.push({ id: node.task.id, because: gone.task.id });
      if (!node.services.every(isUp) || (node.service && !isWanted(node))) continue;
      const { isAlone = false, resources } = node.task;
      if (!isAlone && this.#ready.unknownBefore(node) >= this.#slots.freeFor(node)) continue;
      const missing = resources
        .filter((use) => claimed.has(use.name) || !this.#pool.isFree(use))
        .map((use) => use.name);
      if (missing.length > 0) {
        for (const name of missing) claimed.add(name);
        decision.blocked.push({ id: node.task.id, resources: missing });
        continue;
      }
      if (isAlone && !this.#isIdle) {
        decision.blocked.push({ id: node.task.id, resources: [TERMINAL] });
        break;
      }
      this.#set(node, 'running');
      decision.start.push(node.task.id);
      if (isAlone) break;
    }
    return {
      ...decision,
      ...(look.length > 0 && { look }),
      ...(orphaned.length > 0 && { orphaned }),
    };
  }

  /** Its result is there: what is left to do needs no slot. */
  found(id: string): void {
    this.#expect(id, 'looking');
    this.#ready.known(this.#node(id));
  }

  /** There is no result of it: it is to run. */
  missed(id: string): void {
    this.#expect(id, 'looking');
    const node = this.#node(id);
    node.isSought = this.#turns.isToWait(node);
    this.#set(node, 'ready');
  }

  /** A service is ready. */
  serve(id: string): void {
    this.#expect(id, 'running');
    this.#set(this.#node(id), 'serving');
  }

  /** Services that are up for nobody but who asked for them are to be stopped; whether nothing else is left. */
  endLasting(): boolean {
    const isLeft = ({ state }: Node): boolean => !isOver(state);
    const left = [...this.#nodes.values()].filter(isLeft);
    if (left.length === 0 || left.some(({ state }) => state !== 'serving')) return false;
    for (const { service } of left) if (service) service.lasts = false;
    return true;
  }

  /** The command of an isolated task has ended well, or its result is there. */
  ran(id: string): void {
    this.#expect(id, 'running', 'looking');
    this.#set(this.#node(id), 'ran');
  }

  /** What an integrating task has done is dropped, and it runs again. */
  again(id: string): void {
    this.#expect(id, 'integrating');
    const node = this.#node(id);
    node.isSought = this.#input.cached?.has(id) ?? false;
    this.#set(node, 'ready');
  }

  /** It has got no workspace of its own, and nobody else will: tasks that conflict start one after the other from here on. */
  takeTurns(id: string): void {
    this.#expect(id, 'running');
    this.#turns.areOfStarts = true;
    this.#set(this.#node(id), 'ready');
    // What was looked for was to be made beside the others, and is made after them now.
    for (const node of this.#nodes.values()) {
      if (node.isSought || node.turnsBefore === 0 || !this.#input.cached?.has(node.task.id)) continue;
      if (node.state === 'ready') this.#ready.seek(node);
      else node.isSought = true;
    }
  }

  /** It could not run on another machine: it waits for a slot of this one. */
  comeHome(id: string): void {
    this.#expect(id, 'running');
    const node = this.#node(id);
    this.#set(node, 'ready');
    node.isRemote = false;
  }

  /** What a service that is gone keeps from running; what cannot be run any more comes back with it. */
  skip({ id, because }: Fallout): Fallout[] {
    this.#expect(id, 'ready');
    const fallout: Fallout[] = [];
    this.#end(this.#node(id), 'skipped', because, fallout);
    return fallout;
  }

  /** Takes the outcome of a task that is running, integrating or looked for; what cannot be run any more is skipped and comes back. */
  finish(id: string, outcome: 'passed' | 'failed' | 'cancelled'): Fallout[] {
    const node = this.#node(id);
    if (node.service === undefined) this.#expect(id, 'running', 'integrating', 'looking');
    else this.#expect(id, 'running', 'serving', 'waiting', 'ready');
    const fallout: Fallout[] = [];
    this.#end(node, outcome, id, fallout);
    return fallout;
  }

  /** Starts and integrates nothing more; what does neither just now is cancelled and comes back. */
  stop(): string[] {
    this.#stopped = true;
    const isPending = ({ state }: Node): boolean =>
      state === 'waiting' || state === 'ready' || state === 'ran';
    const pending = [...this.#nodes.values()].filter(isPending);
    for (const node of pending) this.#set(node, 'cancelled');
    for (const { service } of this.#services)
      if (service) Object.assign(service, { isAsked: false, lasts: false });
    return pending.map((node) => node.task.id);
  }

  get #isIdle(): boolean {
    return this.#slots.areIdle && !this.#turns.isIntegrating && !this.#ready.isLookedFor;
  }

  get isOver(): boolean {
    return this.#over === this.#nodes.size;
  }

  stateOf(id: string): State {
    return this.#node(id).state;
  }

  #expect(id: string, ...states: State[]): void {
    const { state } = this.#node(id);
    if (!states.includes(state)) throw new Error(`${id} is ${state}, not ${states.join(' or ')}`);
  }

  #node(id: string): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`there is no task ${id} in this schedule`);
    return node;
  }

  /** The one place where a state changes. */
  #set(node: Node, state: State): void {
    if (node.state === 'ready') this.#ready.take(node);
    if (node.state === 'looking') this.#ready.known(node);
    if (node.state === 'ran') this.#turns.take(node);
    if (node.state === 'running') {
      this.#slots.release(node);
      this.#isOneAlone = false;
    }
    const hasResources = node.state === 'running' || node.state === 'serving';
    if (hasResources && state !== 'serving') this.#pool.release(node.task.resources);
    if (node.state === 'integrating') this.#turns.isIntegrating = false;
    node.state = state;
    if (state === 'ready') this.#ready.add(node);
    else if (state === 'running') this.#startRunning(node);
    else if (state === 'ran') this.#turns.add(node);
    else if (state === 'integrating') this.#turns.isIntegrating = true;
    else if (state === 'looking') this.#ready.look(node);
    else if (state !== 'waiting') {
      if (state !== 'serving') this.#over++;
      this.#letPass(node);
    }
  }

  #end(first: Node, outcome: State, cause: string, fallout: Fallout[]): void {
    const open: { node: Node; state: State }[] = [{ node: first, state: outcome }];
    for (let item = open.pop(); item !== undefined; item = open.pop()) {
      const { node, state } = item;
      this.#set(node, state);
      if (state === 'skipped') fallout.push({ id: node.task.id, because: cause });
      if (node.service && state !== 'passed' && !this.#stopped)
        for (const next of node.service.dependents) {
          if (isUsing(next)) fallout.push({ id: next.task.id, because: node.task.id, isRunning: true });
          if ((next.state !== 'waiting' && next.state !== 'ready') || next.isDoomed) continue;
          next.isDoomed = true;
          open.push({ node: next, state: 'skipped' });
        }
      for (const group of node.after) {
        if (group.requires && state !== 'passed' && !this.#stopped)
          for (const next of group.after(node)) {
            if (next.state !== 'waiting' || next.isDoomed) continue;
            next.isDoomed = true;
            open.push({ node: next, state: 'skipped' });
          }
        for (const { node: next } of group.end(node)) {
          next.before--;
          if (next.state === 'waiting' && next.before === 0 && !next.isDoomed) this.#set(next, 'ready');
        }
      }
    }
  }

  #startRunning(node: Node): void {
    this.#slots.take(node);
    this.#isOneAlone = node.task.isAlone ?? false;
    this.#pool.take(node.task.resources);
  }

  /** What waits for its phase or its turn to be over does so no longer. */
  #letPass(node: Node): void {
    if (node.isOut) return;
    node.isOut = true;
    this.#turns.letPass(node);
    if (node.service === undefined) this.#phases.leave(node.task.phase);
  }
}
