import { fromPeers, inPath } from './find.ts';
import { eachTask, ids, noCache, type Tool } from './tool.ts';

export const just: Tool = {
  name: 'just',
  peer: 'rust-just',
  find: () => fromPeers('rust-just-{os}-{cpu}/bin/just') ?? inPath('just'),
  version: ['--version'],
  cannot: noCache,
  files(graph) {
    const recipe = (name: string, needs: readonly string[], lines: string) =>
      `${needs.length > 0 ? '[parallel]\n' : ''}${[`${name}:`, ...needs].join(' ')}\n${lines}\n`;
    const recipes = eachTask(graph, ({ run, needs }, id) => recipe(id, needs, `    @${run}\n`));
    return { justfile: [recipe('all', ids(graph), ''), ...Object.values(recipes)].join('') };
  },
  run: ({ concurrency }) => ['--jobs', String(concurrency), 'all'],
  plan: () => ['--dry-run', '--verbose', 'all'],
};
