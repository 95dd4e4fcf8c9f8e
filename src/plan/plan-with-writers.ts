// The plan of what was asked for, with those who write what it reads: what git does not keep may be missing or old, and who asks for
// a task wants its result. Where it is asked for, also with those who read what it writes.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Chosen, ChosenBecause, Note, Plan } from '../model/plan.ts';
import { withReasons } from './chosen.ts';
import type { PlanOptions, Selection } from './options.ts';
import { planWithGit } from './plan-with-git.ts';
import { chooseTasks, matcherOf, neededFrom } from './select.ts';

interface Reasons {
  /** Of the tasks that are asked for, where it is not that they were named. */
  because?: ReadonlyMap<string, ChosenBecause>;
  about?: Omit<Chosen, 'tasks'>;
}

export async function planWithWriters(
  config: Config,
  { withDependents = false, ...options }: PlanOptions,
  reasons: Reasons = {},
): Promise<Result<Plan>> {
  if (!withDependents) return planWriters(config, options, reasons);
  const { withDependents: add } = await import('./dependents.ts');
  // What nobody knows is told with the plan.
  const found = await add(
    config,
    reasons.because ?? namedIn(config, options),
    matcherOf(options.except ?? []),
  );
  if (!found.ok) return found;
  const because = found.value;
  const tasks = because.size > 0 ? [...because.keys()] : options.tasks;
  return planWriters(
    config,
    { ...options, tasks, tags: because.size > 0 ? [] : options.tags },
    { ...reasons, because },
  );
}

/** They are looked for until none is missing: one may read what another writes. */
async function planWriters(
  config: Config,
  { withWriters = false, ...options }: PlanOptions,
  reasons: Reasons,
): Promise<Result<Plan>> {
  const writers = new Map<string, ChosenBecause>();
  const isExcepted = matcherOf(options.except ?? []);
  const isMissing = ({ kind, tasks: [, writer = ''] }: Note): boolean =>
    kind === 'writer-left-out' && !isExcepted(writer);
  for (let asked = options; ; ) {
    const plan = await planWithGit(config, asked);
    if (!plan.ok) return plan;
    const missing = options.only ? [] : plan.value.notes.filter(isMissing);
    const found = await wanted(config, missing, withWriters);
    if (found.length === 0) {
      if (writers.size === 0 && reasons.because === undefined) return plan;
      const because = reasons.because ?? namedIn(config, options);
      return ok(withReasons(plan.value, config, new Map([...because, ...writers]), reasons.about));
    }
    for (const {
      tasks: [reader = '', writer = ''],
      path,
    } of found)
      if (!writers.has(writer))
        writers.set(writer, { kind: 'writes', ...(path !== undefined && { path }), task: reader });
    const planned = plan.value.tasks.map(({ id }) => id);
    asked = { ...options, tasks: [...planned, ...writers.keys()], tags: [], except: [] };
  }
}

function namedIn(config: Config, selection: Selection): Map<string, ChosenBecause> {
  const named = chooseTasks(config, selection);
  return new Map(named.ok ? named.value.map(({ id }) => [id, { kind: 'named' }]) : []);
}

/** Of writers that are not in a plan those that are to come along. */
async function wanted(config: Config, missing: readonly Note[], isAll: boolean): Promise<Note[]> {
  if (missing.length === 0) return [];
  const neededBy = needsIn(config);
  const useful = missing.filter(({ tasks: [reader = '', writer = ''] }) => !neededBy(writer).has(reader));
  if (isAll) return useful;
  const asked = useful.flatMap(({ files = [] }) => files);
  if (asked.length === 0) return useful;
  const { ignoredAmong } = await import('./ignored-files.ts');
  const isIgnored = await ignoredAmong(config.root, asked);
  return useful.filter(({ files = [] }) => files.length === 0 || files.some(isIgnored));
}

/** All that a task needs, itself included: who needs the reader writes only after it has read. */
function needsIn({ tasks }: Config): (id: string) => ReadonlySet<string> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = new Map<string, ReadonlySet<string>>();
  return (id) => {
    let found = known.get(id);
    if (found === undefined) {
      found = new Set(neededFrom(byId, [id]));
      known.set(id, found);
    }
    return found;
  };
}
