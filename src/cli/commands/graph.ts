import { type GraphFormat, renderGraph } from '../../present/graph.ts';
import { planChosen } from '../choose.ts';
import type { PlanFlags } from '../options.ts';
import { configOf, type Ended, print, type Session } from '../session.ts';

interface GraphFlags extends PlanFlags {
  format: GraphFormat;
}

export default async function graph(session: Session<GraphFlags>, tasks: string[]): Promise<Ended> {
  const { format } = session.flags;
  const config = await configOf(session);
  if (!config.ok) return config;
  const chosen = await planChosen(session, config.value, tasks);
  if (!chosen.ok) return chosen;
  const text = renderGraph(chosen.value.plan, format);
  await (format === 'json' ? session.out.json(text) : print(session, text));
  return 0;
}
