// The plan as git allows it: what the repository says about isolation is asked only where a plan isolates a task.

import type { Result } from '../base/result.ts';
import { traced } from '../base/trace.ts';
import type { Config } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { Experience, PlanOptions } from './options.ts';
import { makePlan } from './plan.ts';

/** Made as if everything could be isolated, and once more where that is not so. */
export const planWithGit = (config: Config, options: PlanOptions = {}): Promise<Result<Plan>> =>
  traced('phase', 'plan', () => planAllowed(config, options));

async function planAllowed(config: Config, options: PlanOptions): Promise<Result<Plan>> {
  const hoped = await makePlan(config, options);
  if (!hoped.ok || !hoped.value.tasks.some(({ workspace }) => workspace === 'worktree')) return hoped;
  const { isolationFacts } = await import('./isolation-facts.ts');
  const isolation = await isolationFacts(config.root, witnessesOf(hoped.value));
  const { unusable, outside, repositories = [] } = isolation;
  const experience = mayChoose(config) ? await experienceIn(config.root, hoped.value) : undefined;
  const isFine = unusable === undefined && Object.keys(outside).length + repositories.length === 0;
  if (isFine && experience === undefined) return hoped;
  return makePlan(config, { ...options, isolation: { ...isolation, ...(experience && { experience }) } });
}

const mayChoose = ({ conflicts, tasks }: Config): boolean =>
  conflicts === 'auto' || tasks.some((task) => task.conflicts === 'auto');

async function experienceIn(root: string, plan: Plan): Promise<Experience | undefined> {
  const { experienceOf } = await import('./isolation-memory.ts');
  return experienceOf(root, plan);
}

function witnessesOf(plan: Plan): string[] {
  const found = new Set<string>();
  for (const { resolution, witness } of plan.conflicts)
    if (resolution === 'isolate' && witness !== undefined) found.add(witness);
  return [...found].sort();
}
