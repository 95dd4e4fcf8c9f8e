import { fromPeers, inPath } from './find.ts';
import { eachTask, ids, json, type Tool } from './tool.ts';

export const mise: Tool = {
  name: 'mise',
  peer: '@jdxcode/mise-linux-x64',
  find: () => fromPeers('@jdxcode/mise-linux-x64/bin/mise') ?? inPath('mise'),
  version: ['--version'],
  files(graph) {
    const tasks = eachTask(graph, ({ run, needs, globs, writes }, id) => {
      const lists = { depends: needs, ...(graph.isCached ? { sources: globs, outputs: writes } : {}) };
      const lines = Object.entries(lists).map(([key, list]) => `${key} = ${JSON.stringify(list)}\n`);
      return `[tasks.${id}]\nrun = ${JSON.stringify(run)}\n${lines.join('')}`;
    });
    const all = `[tasks.all]\ndepends = ${json(ids(graph))}`;
    return { 'mise.toml': `${Object.values(tasks).join('')}${all}` };
  },
  run: ({ concurrency }) => ['run', '--silent', '--jobs', String(concurrency), 'all'],
  plan: () => ['run', '--dry-run', 'all'],
  env: () => ({ MISE_TRUSTED_CONFIG_PATHS: '/', MISE_OFFLINE: '1', MISE_EXPERIMENTAL: '1' }),
};
