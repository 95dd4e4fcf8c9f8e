import { fromPeers, PNPM } from './find.ts';
import { eachTask, ids, json, type Tool } from './tool.ts';

export const wireit: Tool = {
  name: 'wireit',
  peer: 'wireit',
  // Scripts alone can start it, so its time has that of a package manager in it.
  find: () => (fromPeers('wireit/bin/wireit.js') ? fromPeers(PNPM) : undefined),
  files(graph) {
    const wireit = eachTask(graph, ({ run, needs, globs, writes }) => ({
      command: run,
      dependencies: needs,
      ...(graph.isCached ? { files: globs, output: writes } : {}),
    }));
    const names = [...ids(graph), 'all'];
    return {
      'package.json': json({
        name: 'project',
        private: true,
        scripts: Object.fromEntries(names.map((name) => [name, 'wireit'])),
        wireit: { ...wireit, all: { dependencies: ids(graph) } },
      }),
    };
  },
  run: () => ['--silent', 'run', 'all'],
  env: ({ concurrency }) => ({ WIREIT_PARALLEL: String(concurrency), WIREIT_LOGGER: 'quiet' }),
};
