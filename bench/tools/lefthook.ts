import { fromPeers, inPath } from './find.ts';
import { json, noCache, onlyLayers, type Tool } from './tool.ts';

export const lefthook: Tool = {
  name: 'lefthook',
  peer: 'lefthook',
  find: () => fromPeers('lefthook-{os}-{cpu}/bin/lefthook') ?? inPath('lefthook'),
  version: ['version'],
  cannot: (graph) => noCache(graph) ?? onlyLayers(graph),
  files({ layers = [], tasks }) {
    const groups = layers.map((layer) => ({
      group: { parallel: true, jobs: layer.map((id) => ({ name: id, run: tasks[id]?.run })) },
    }));
    // JSON is YAML too.
    return { 'lefthook.yml': json({ output: ['failure'], all: { piped: true, jobs: groups } }) };
  },
  run: () => ['run', 'all', '--force', '--no-auto-install'],
};
