import { fromPeers, scripts } from './find.ts';
import { eachTask, ids, json, type Tool } from './tool.ts';

export const lage: Tool = {
  name: 'lage',
  peer: 'lage',
  find: () => fromPeers('lage/dist/lage.js', 'node'),
  files(graph) {
    const pipeline = eachTask(graph, ({ needs, globs, writes }) => ({
      dependsOn: needs,
      cache: graph.isCached,
      ...(graph.isCached ? { inputs: globs, outputs: writes } : {}),
    }));
    const config = {
      npmClient: 'pnpm',
      pipeline: { ...pipeline, all: { type: 'noop', dependsOn: ids(graph) } },
    };
    return {
      'package.json': json({
        name: 'project',
        version: '1.0.0',
        private: true,
        scripts: scripts(graph),
      }),
      'pnpm-workspace.yaml': "packages: ['.']\n",
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      'lage.config.js': `module.exports = ${json(config)}`,
    };
  },
  run: (graph) => [
    ...['run', 'all', '--concurrency', String(graph.concurrency), '--reporter', 'json'],
    ...(graph.isCached ? [] : ['--no-cache']),
  ],
  plan: () => ['info', 'all'],
};
