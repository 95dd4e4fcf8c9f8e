import { fromPeers, packageManager, scripts } from './find.ts';
import { eachTask, ids, json, type Tool } from './tool.ts';

export const turbo: Tool = {
  name: 'turbo',
  peer: 'turbo',
  // By its script for Node: there is no other way in which it is given out.
  find: () => fromPeers('turbo/bin/turbo', 'node'),
  version: ['--version'],
  files(graph) {
    const tasks = eachTask(graph, ({ needs, globs, writes }) => ({
      dependsOn: needs,
      ...(graph.isCached ? { inputs: globs, outputs: writes } : { cache: false }),
    }));
    return {
      'package.json': json({ name: 'project', private: true, packageManager, scripts: scripts(graph) }),
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      'turbo.json': json({ tasks: { ...tasks, all: { dependsOn: ids(graph), cache: false } } }),
    };
  },
  run: ({ concurrency }) => [
    ...['run', 'all', '--concurrency', String(concurrency), '--output-logs', 'errors-only'],
    // Strict is the default, and would keep from pnpm that it is not to look for itself in a registry.
    ...['--log-prefix', 'none', '--env-mode', 'loose'],
  ],
  plan: () => ['run', 'all', '--dry-run'],
  env: () => ({ TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }),
};
