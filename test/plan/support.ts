import { join } from 'node:path';
import { SourceText } from '../../src/base/diagnostic.ts';
import { fail, ok, type Result } from '../../src/base/result.ts';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import { placesIn } from '../../src/config/places.ts';
import type { Plan } from '../../src/model/plan.ts';
import { conflictsOf as conflictsIn, edgesOf as edgesIn } from '../../src/model/task-pairs.ts';
import { decide } from '../../src/plan/decide.ts';
import { DirectoryCache } from '../../src/plan/listing-cache.ts';
import type { IsolationFacts, PlanOptions } from '../../src/plan/options.ts';
import { tempDir, write } from '../support/tmp.ts';

/** As outside of a repository. */
export const NO_WORKTREES: IsolationFacts = { unusable: 'there is no git repository', outside: {} };

/** A config from its text, in a folder that need not exist. */
export function configOf(yaml: string, root = '/nowhere/at/all'): Config {
  const source = new SourceText('parallel.config.yaml', yaml);
  const config = parseConfig({ path: join(root, 'parallel.config.yaml'), root, source });
  if (!config.ok) throw new Error(JSON.stringify(config.diagnostics, undefined, 2));
  texts.set(config.value.tasks, source);
  return config.value;
}

/** Files are written empty. */
export function planOf(yaml: string, files: string[] = [], options: PlanOptions = {}): Plan {
  const plan = tryPlan(yaml, files, options);
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics, undefined, 2));
  return plan.value;
}

export function tryPlan(yaml: string, files: string[] = [], options: PlanOptions = {}) {
  let root = '/nowhere/at/all';
  if (files.length > 0) {
    root = tempDir();
    write(root, Object.fromEntries(files.map((file) => [file, ''])));
  }
  return planNow(configOf(yaml, root), { isolation: NO_WORKTREES, ...options });
}

/** The plan of a config of `configOf`, made anew. */
export function planNow(config: Config, options: PlanOptions = {}): Result<Plan> {
  const decided = decide(config, options, new DirectoryCache(config.root));
  return decided.ok ? ok(decided.plan) : fail(...decided.problems(locate(config)));
}

export const locate = (config: Config) => placesIn(texts.get(config.tasks) as SourceText);

/** What configs are of, by their tasks. */
const texts = new WeakMap<Config['tasks'], SourceText>();

/** `a>b write-read src/x`: edges and what they are there for. */
export const edgesOf = (plan: Plan): string[] =>
  Array.from(edgesIn(plan), ({ from, to, because }) =>
    [`${from}>${to}`, because.kind, because.witness].filter(Boolean).join(' '),
  );

export const conflictsOf = (plan: Plan): string[] =>
  Array.from(conflictsIn(plan), ({ tasks, kind, resolution, resource }) =>
    [tasks.join('×'), kind, resolution, resource].filter(Boolean).join(' '),
  );

export const phasesOf = ({ phases }: Plan): string => phases.map(({ tasks }) => tasks.join(' ')).join(' | ');
