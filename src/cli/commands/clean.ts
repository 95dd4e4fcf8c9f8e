import type { Command } from 'commander';
import type { GlobalFlags } from '../options.ts';
import { configOf, openSession, print, refuse } from '../session.ts';
import { inWorkTree } from '../work-tree.ts';

export default async function clean(_flags: object, command: Command): Promise<number> {
  const session = openSession(command.optsWithGlobals<GlobalFlags>());
  const config = configOf(session);
  if (!config.ok) return refuse(session, config.diagnostics);
  return inWorkTree(session, config.value.root, 'ptask clean', async ({ recovered }) => {
    // What there was is told on entering.
    if (recovered.length === 0) await print(session, 'there is nothing that a killed run has left\n');
    return recovered.some(({ problems }) => problems.length > 0) ? 1 : 0;
  });
}
