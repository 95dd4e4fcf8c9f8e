import { planWithGit } from '../../plan/plan-with-git.ts';
import { type GraphFormat, renderGraph } from '../../present/graph.ts';
import type { GlobalFlags } from '../options.ts';
import { configOf, type Ended, print, type Session } from '../session.ts';

interface GraphFlags extends GlobalFlags {
  format: GraphFormat;
}

export default async function graph(session: Session<GraphFlags>, tasks: string[]): Promise<Ended> {
  const { format } = session.flags;
  const config = await configOf(session);
  if (!config.ok) return config;
  const plan = await planWithGit(config.value, { tasks });
  if (!plan.ok) return plan;
  const text = renderGraph(plan.value, format);
  await (format === 'json' ? session.out.json(text) : print(session, text));
  return 0;
}
