// From what people write to what code reads. Decides nothing, fills in defaults.

import { resolve } from 'node:path';
import { parseDuration } from '../base/duration.ts';
import { parseSize } from '../base/size.ts';
import type { WrittenConfig, Task as WrittenTask } from '../model/written-config.ts';
import { cacheOf, taskCache } from './caching.ts';
import { collisions } from './collisions.ts';
import type { Agent, Assignment, Config, ResourceUse, Task } from './config.ts';
import type { ConfigFile } from './config-file.ts';
import type { Wording } from './document.ts';
import type { TaskDraft } from './expand.ts';
import { listOf } from './lists.ts';
import { remoteOf, taskRemote, withLocalServices } from './remote.ts';
import { serviceOf, withServices } from './services.ts';

const list = (value: string | string[] | undefined): string[] => [...listOf(value)];

/** Values as they are written: `1.10` is a version and no number, and 010 has its zero. */
const strings = (env: WrittenConfig['env'], source: Wording): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (source.textOf(['env', name]) ?? String(value)),
    ]),
  );

function concurrency(written: WrittenConfig['concurrency'] = 'auto'): Config['concurrency'] {
  if (written === 'auto') return { kind: 'auto' };
  if (typeof written === 'number') return { kind: 'count', count: written };
  return { kind: 'share', percent: Number.parseInt(written, 10) };
}

function retry(written: WrittenTask['retry'] = 0): Task['retry'] {
  if (typeof written === 'number') return { times: written, delayMs: 1_000 };
  return { times: written.times, delayMs: parseDuration(written.delay ?? '1s') };
}

const outputLimit = ({ limit = '64 MB' }: WrittenConfig['output'] = {}): number => parseSize(limit);

const byName = (a: ResourceUse, b: ResourceUse): number => (a.name < b.name ? -1 : 1);

function resources(
  written: WrittenTask['resources'] = {},
  capacities: ReadonlyMap<string, number>,
): ResourceUse[] {
  return Object.entries(written)
    .map(([name, use]): ResourceUse => {
      const capacity = capacities.get(name);
      if (capacity === undefined) return { name, mode: use === 'read' ? 'read' : 'write', units: 0 };
      // All of a counted resource to write it, one unit of it to read it.
      const units = use === 'write' ? capacity : use === 'read' ? 1 : Number(use);
      return { name, mode: 'units', units };
    })
    .sort(byName);
}

/** A service is not asked about: what needs it cannot wait for an answer. */
function failurePolicy({ onFailure, service }: WrittenTask, config: WrittenConfig): Task['onFailure'] {
  const policy = onFailure ?? config.onFailure ?? 'continue';
  return service && policy === 'ask' ? 'continue' : policy;
}

/** What all tasks of a config share. */
interface Shared {
  config: WrittenConfig;
  capacities: ReadonlyMap<string, number>;
  agents: ReadonlyMap<string, Agent>;
}

function agentsOf({ agents = {} }: WrittenConfig, wording: Wording): Map<string, Agent> {
  return new Map(
    Object.entries(agents).map(([name, { run, env }]) => [
      name,
      {
        name,
        run: list(run),
        env: strings(env, { textOf: (path) => wording.textOf(['agents', name, ...path]) }),
      },
    ]),
  );
}

interface WrittenAssignment {
  agent?: string;
  prompt?: string;
  instructions?: string | string[];
}

/** That there is such an agent is a rule. */
function assignment(
  { agent = '', prompt = '', instructions }: WrittenAssignment,
  agents: ReadonlyMap<string, Agent>,
): Assignment | undefined {
  const found = agents.get(agent);
  return found && { agent: found, prompt, instructions: list(instructions) };
}

function reviewOf(verify: WrittenTask['verify'], agents: Shared['agents']): Assignment | undefined {
  return typeof verify === 'object' && !Array.isArray(verify) ? assignment(verify, agents) : undefined;
}

function task({ id, written, source }: TaskDraft<Wording>, index: number, shared: Shared): Task {
  const { config, capacities, agents } = shared;
  const assigned = assignment(written, agents);
  const review = reviewOf(written.verify, agents);
  return {
    id,
    index,
    description: written.description ?? '',
    tags: [...new Set(listOf(written.tags))],
    run: assigned?.agent.run ?? list(written.run),
    assignment: assigned && { ...assigned, requirements: list(written.requirements) },
    verify: review?.agent.run ?? list(written.verify as string | string[] | undefined),
    review,
    reads: list(written.reads),
    writes: list(written.writes),
    isDeclared: written.reads !== undefined || written.writes !== undefined,
    needs: [...new Set(listOf(written.needs))],
    resources: resources(written.resources, capacities),
    cwd: written.cwd ?? '.',
    shell: written.shell ?? config.shell ?? 'sh',
    env: strings(written.env, source),
    timeoutMs: parseDuration(written.timeout ?? '0s'),
    outputLimit: outputLimit(written.output ?? config.output),
    retry: retry(written.retry),
    onFailure: failurePolicy(written, config),
    conflicts: written.conflicts,
    snapshotReads: written.snapshotReads ?? false,
    // A strict task has a folder of its own already, beside a raw one nothing runs, and a service is for all to see.
    workspace: written.strict || written.raw || written.service ? 'shared' : (written.workspace ?? 'auto'),
    strays: written.strays ?? config.strays ?? 'warn',
    checkpoint: written.checkpoint ?? false,
    cache: taskCache(written, config),
    strict: written.strict ?? false,
    raw: written.raw ?? false,
    remote: taskRemote(written, config),
    service: serviceOf(written),
  };
}

export interface Sound {
  written: WrittenConfig;
  wording: Wording;
  tasks: readonly TaskDraft<Wording>[];
  places: Config['places'];
}

export function normalize({ written, wording, tasks, places }: Sound, file: ConfigFile): Config {
  const capacities = new Map(Object.entries(written.resources ?? {}));
  const shared: Shared = { config: written, capacities, agents: agentsOf(written, wording) };
  return {
    file: file.path,
    root: file.root,
    concurrency: concurrency(written.concurrency),
    strategy: written.strategy ?? 'auto',
    conflicts: written.conflicts ?? 'auto',
    onCollision: collisions(written.onCollision),
    integrate: written.integrate ?? 'apply',
    worktrees: {
      dir: resolve(file.root, written.worktrees?.dir ?? '..'),
      copy: list(written.worktrees?.copy),
      link: list(written.worktrees?.link),
      setup: list(written.worktrees?.setup),
      keep: written.worktrees?.keep ?? 'never',
    },
    barrier: written.barrier ?? false,
    shell: written.shell ?? 'sh',
    outputLimit: outputLimit(written.output),
    env: strings(written.env, wording),
    dotenv: list(written.dotenv),
    resources: capacities,
    tasks: withLocalServices(withServices(tasks.map((each, index) => task(each, index, shared)))),
    validate: (written.validate ?? []).map((step) => {
      const review = assignment(step, shared.agents);
      return {
        name: step.name,
        run: review?.agent.run ?? list(step.run),
        review,
        changed: step.when && list(step.when.changed),
        needs: list(step.needs),
        timeoutMs: parseDuration(step.timeout ?? '0s'),
      };
    }),
    validation: written.validation ?? 'report',
    secrets: list(written.secrets),
    cache: cacheOf(written.cache, file.root),
    remote: remoteOf(written),
    places,
  };
}
