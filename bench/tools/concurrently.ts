import { fromPeers } from './find.ts';
import { noCache, onlyOneLayer, type Tool } from './tool.ts';

export const concurrently: Tool = {
  name: 'concurrently',
  peer: 'concurrently',
  find: () => fromPeers('concurrently/dist/bin/concurrently.js', 'node'),
  version: ['--version'],
  cannot: (graph) => noCache(graph) ?? onlyOneLayer(graph),
  files: () => ({}),
  run: ({ tasks, concurrency }) => [
    '--max-processes',
    String(concurrency),
    ...Object.values(tasks).map(({ run }) => run),
  ],
};
