// What `guard.ts` watches over: contestants with the floor that each is a multiple of.

import { type Course, courses } from '../graphs/courses.ts';
import { copies, type Graph } from '../graphs/graph.ts';
import { node as bareNode, spawnLoop } from '../tools/floors.ts';
import { ptask } from '../tools/ptask.ts';
import type { Tool } from '../tools/tool.ts';
import type { Contestant, Standing } from './bench.ts';
import { ptaskRun } from './contestants.ts';
import { turnOf } from './entrants.ts';
import { ptask as file, quick } from './options.ts';
import { repositoryOf } from './project.ts';
import { node, run } from './run.ts';
import { NODE, starts } from './starts.ts';

export type Figure = keyof Standing & ('cpuMs' | 'bestMs' | 'peakMb');

export interface Group {
  floor: Contestant;
  /** Their names are their own among all groups. */
  guarded: Contestant[];
  by: Figure;
  rounds: number;
}

export const groups = (): Group[] => [
  starting(),
  ...running(),
  memory(),
  planning(),
  unchanged(),
  isolating(),
];

function starting(): Group {
  const [floor, ...rest] = starts();
  if (floor?.name !== NODE) throw new Error('the first start is that of Node');
  return { floor, guarded: rest.filter(({ name }) => name.startsWith('ptask')), by: 'cpuMs', rounds: 12 };
}

const courseOf = (name: string): Course => {
  const found = courses.find((course) => course.name === name);
  if (!found) throw new Error(`there is no course ${name}`);
  return found;
};

const entrant = (tool: Tool, course: Course): Contestant => ({
  name: tool === ptask ? `ptask, ${course.name}` : tool.name,
  turn: turnOf(tool, course),
});

function running(): Group[] {
  const shown: [name: string, by: Figure, rounds: number][] = [
    ['true', 'cpuMs', 3],
    ['exec', 'cpuMs', 3],
    // What waits has little to do for processors.
    ['layers', 'bestMs', 3],
  ];
  return shown.map(([name, by, rounds]) => {
    const course = courseOf(name);
    return { floor: entrant(spawnLoop, course), guarded: [entrant(ptask, course)], by, rounds };
  });
}

function memory(): Group {
  const { graph } = courseOf('exec');
  const { concurrency } = graph;
  const cwd = repositoryOf(ptask, graph);
  return {
    floor: { name: NODE, turn: () => node(['-e', ''], { cwd, peak: true }) },
    guarded: [ptaskRun('ptask, peak memory of exec', { cwd, concurrency, reporter: 'silent', peak: true })],
    by: 'peakMb',
    rounds: 2,
  };
}

function planning(): Group {
  const [warm, fresh] = [courseOf('plan'), courseOf('fresh-plan')];
  return {
    floor: { name: NODE, turn: turnOf(bareNode, warm) },
    guarded: [entrant(ptask, warm), entrant(ptask, fresh)],
    by: 'cpuMs',
    rounds: 7,
  };
}

/** Tasks whose results are all in place. */
function unchanged(): Group {
  const course = courseOf('unchanged');
  const cwd = repositoryOf(ptask, course.graph, course.files);
  return {
    floor: { name: NODE, turn: () => node(['-e', ''], { cwd }) },
    guarded: [entrant(ptask, course)],
    by: 'cpuMs',
    rounds: 7,
  };
}

/** Tasks isolated among many files, against a worktree added and removed for each and nothing else. */
function isolating(): Group {
  const count = quick ? 2 : 6;
  const { graph, files } = copies(count, count);
  const others = Array.from({ length: quick ? 20 : 3_000 }, (_, at) => [
    `many/${at % 50}/${at}.txt`,
    `${at}\n`,
  ]);
  const isolated: Graph = { ...graph, isCached: false };
  const cwd = repositoryOf(ptask, isolated, { ...files, ...Object.fromEntries(others) });
  const script = 'git worktree add --quiet --detach .git/bench-tree && git worktree remove .git/bench-tree\n';
  const args = [
    file,
    'run',
    '--strategy',
    'worktrees',
    '--concurrency',
    String(count),
    '--reporter',
    'silent',
  ];
  return {
    floor: { name: 'worktrees', turn: () => run('sh', ['-ec', script.repeat(count)], { cwd }) },
    guarded: [{ name: 'ptask, isolated', turn: () => node(args, { cwd }) }],
    by: 'cpuMs',
    rounds: 3,
  };
}
