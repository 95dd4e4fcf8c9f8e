import type { Command } from 'commander';
import { planWithGit } from '../../plan/isolation-facts.ts';
import { type GraphFormat, renderGraph } from '../../present/graph.ts';
import type { GlobalFlags } from '../options.ts';
import { configOf, openSession, print, refuse } from '../session.ts';

const FORMATS = ['mermaid', 'dot', 'json'];

export default async function graph(tasks: string[], _flags: object, command: Command): Promise<number> {
  const flags = command.optsWithGlobals<GlobalFlags & { format: string }>();
  const session = openSession(flags);
  if (!FORMATS.includes(flags.format)) {
    return refuse(session, [
      { message: `unknown format ${flags.format}`, hint: `use one of ${FORMATS.join(', ')}` },
    ]);
  }
  const config = configOf(session);
  if (!config.ok) return refuse(session, config.diagnostics);
  const plan = await planWithGit(config.value, { tasks });
  if (!plan.ok) return refuse(session, plan.diagnostics);
  const text = renderGraph(plan.value, flags.format as GraphFormat);
  await (flags.format === 'json' ? session.out.json(text) : print(session, text));
  return 0;
}
