import { inPath } from './find.ts';
import { eachTask, type Tool } from './tool.ts';

export const ninja: Tool = {
  name: 'ninja',
  find: () => inPath('ninja'),
  version: ['--version'],
  files(graph) {
    // A file that is never made is never up to date.
    const targetOf = (id: string) => graph.tasks[id]?.writes?.[0] ?? id;
    const edges = eachTask(graph, ({ run, needs, reads }, id) => {
      const before = [...needs.map(targetOf), ...reads].join(' ');
      return `build ${targetOf(id)}: command ${before}\n  run = ${run}\n  name = ${id}\n`;
    });
    const rule = 'rule command\n  command = $run\n  description = $name\n';
    return { 'build.ninja': `${rule}${Object.values(edges).join('')}` };
  },
  run: ({ concurrency }) => ['--quiet', `-j${concurrency}`],
  plan: () => ['-n'],
};
