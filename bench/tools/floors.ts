// The least that the work takes: Node that does nothing, a loop of `child_process.spawn`, one shell script.

import { fileURLToPath } from 'node:url';
import { ids, json, noCache, onlyLayers, type Tool } from './tool.ts';

const loopFile = fileURLToPath(new URL('../support/bare-loop.mjs', import.meta.url));

export const node: Tool = {
  name: "node -e ''",
  isFloor: true,
  runsNothing: true,
  find: () => [process.execPath],
  version: ['--version'],
  // For its own version it starts nothing.
  least: ['-e', ''],
  // No Node program runs one task in less; of more than one it would say little.
  cannot: (graph) => (ids(graph).length === 1 ? undefined : 'runs no tasks'),
  files: () => ({}),
  run: () => ['-e', ''],
  // Nor does one plan in less.
  plan: () => ['-e', ''],
};

const loop = (name: string, isByShell: boolean): Tool => ({
  name,
  isFloor: true,
  find: () => [process.execPath, loopFile],
  cannot: noCache,
  files(graph) {
    const order = Object.keys(graph.tasks);
    const places = new Map(order.map((id, at) => [id, at]));
    const tasks = Object.values(graph.tasks).map(({ run, needs = [] }) => ({
      command: run,
      needs: needs.map((need) => places.get(need)),
    }));
    return { 'tasks.json': json({ concurrency: graph.concurrency, shell: isByShell, tasks }) };
  },
  run: () => ['tasks.json'],
});

export const spawnLoop = loop('spawn loop', true);
/** Without a shell, so for commands that need none. */
export const directLoop = loop('spawn loop, no shell', false);

export const oneShell: Tool = {
  name: 'one sh',
  isFloor: true,
  find: () => ['/bin/sh'],
  cannot: (graph) => noCache(graph) ?? onlyLayers(graph),
  files({ layers = [], tasks, concurrency }) {
    const lines = layers.flatMap((layer) =>
      layer.flatMap((id, at) => {
        const isLast = at === layer.length - 1 || (at + 1) % concurrency === 0;
        return [`( ${tasks[id]?.run} ) &`, ...(isLast ? ['wait'] : [])];
      }),
    );
    return { 'tasks.sh': `${lines.join('\n')}\n` };
  },
  run: () => ['tasks.sh'],
};
