import { fromPeers } from './find.ts';
import { eachTask, ids, json, type Tool } from './tool.ts';

export const nx: Tool = {
  name: 'nx',
  peer: 'nx',
  find: () => fromPeers('.bin/nx', 'node'),
  version: ['--version'],
  files(graph) {
    const targets = eachTask(graph, ({ run, needs, globs, writes }) => ({
      executor: 'nx:run-commands',
      options: { command: run },
      dependsOn: needs,
      cache: graph.isCached,
      ...(graph.isCached
        ? {
            inputs: globs.map((path) => `{projectRoot}/${path}`),
            outputs: writes.map((path) => `{projectRoot}/${path}`),
          }
        : {}),
    }));
    const all = { executor: 'nx:noop', dependsOn: ids(graph), cache: false };
    return {
      'package.json': json({ name: 'project', private: true }),
      'nx.json': json({}),
      'project.json': json({ name: 'project', targets: { ...targets, all } }),
    };
  },
  run: ({ concurrency }) => ['run', 'project:all', `--parallel=${concurrency}`, '--outputStyle=static'],
  plan: () => ['run', 'project:all', '--graph=stdout'],
  // Its daemon would outlive the bench, and is off in CI too.
  env: () => ({ NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' }),
};
