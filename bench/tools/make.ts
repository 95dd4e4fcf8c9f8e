import { inPath } from './find.ts';
import { eachTask, ids, type Tool } from './tool.ts';

export const make: Tool = {
  name: 'make',
  find: () => inPath('make'),
  version: ['--version'],
  files(graph) {
    // Without files that it makes a task is a phony target, which is never up to date.
    const targetOf = (id: string) => graph.tasks[id]?.writes?.[0] ?? id;
    const targets = ids(graph).map(targetOf).join(' ');
    const phony = graph.isCached ? 'all' : `all ${targets}`;
    const rules = eachTask(graph, ({ run, needs, reads }, id) => {
      const before = [...needs.map(targetOf), ...reads].join(' ');
      return `${targetOf(id)}: ${before}\n\t@${run}\n`;
    });
    return { Makefile: `.PHONY: ${phony}\nall: ${targets}\n${Object.values(rules).join('')}` };
  },
  run: ({ concurrency }) => ['-s', `-j${concurrency}`, 'all'],
  plan: () => ['-n', 'all'],
};
