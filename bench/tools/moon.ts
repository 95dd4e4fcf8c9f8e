import { fromPeers, inPath } from './find.ts';
import { eachTask, ids, json, type Tool } from './tool.ts';

const BUILDS = ['@moonrepo/core-{os}-{cpu}-gnu/moon', '@moonrepo/core-macos-{cpu}/moon'];

export const moon: Tool = {
  name: 'moon',
  peer: '@moonrepo/cli',
  find: () => BUILDS.map((build) => fromPeers(build)).find(Boolean) ?? inPath('moon'),
  version: ['--version'],
  files(graph) {
    const tasks = eachTask(graph, ({ run, needs, globs, writes }) => ({
      script: run,
      deps: needs.map((need) => `~:${need}`),
      inputs: globs,
      ...(graph.isCached ? { outputs: writes } : {}),
      options: { cache: graph.isCached },
    }));
    const all = { command: 'noop', deps: ids(graph).map((id) => `~:${id}`) };
    return {
      '.moon/workspace.yml': json({ projects: { project: '.' }, telemetry: false }),
      'moon.yml': json({ tasks: { ...tasks, all } }),
    };
  },
  run: ({ concurrency }) => ['run', 'project:all', '--concurrency', String(concurrency), '--quiet'],
  plan: () => ['action-graph', 'project:all', '--json'],
};
