import { fromPeers, PNPM, scripts } from './find.ts';
import { json, noCache, onlyLayers, type Tool } from './tool.ts';

export const npmRunAll2: Tool = {
  name: 'npm-run-all2',
  peer: 'npm-run-all2',
  find: () => fromPeers('npm-run-all2/bin/npm-run-all/index.js', 'node'),
  version: ['--version'],
  cannot: (graph) => noCache(graph) ?? onlyLayers(graph),
  files: (graph) => ({
    'package.json': json({ name: 'project', private: true, scripts: scripts(graph) }),
  }),
  // Else it takes npm.
  env: () => ({ npm_execpath: fromPeers(PNPM)?.[0] ?? 'npm' }),
  run: ({ layers = [], concurrency }) => [
    ...['--silent', '--max-parallel', String(concurrency)],
    ...layers.flatMap((layer) => ['--parallel', ...layer]),
  ],
};
