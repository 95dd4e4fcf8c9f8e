// What the contestants of `compare.ts` are measured at: a graph, and what is done with it.

import { quick } from '../support/options.ts';
import { type Graph, independent, layered, readers } from './graph.ts';

/**
 * What a contestant does in a turn: print its version, run the graph, say what it would run (in the same checkout
 * again, or in a new one each time), or run a graph whose results are all there.
 */
export type Kind = 'version' | 'run' | 'plan' | 'fresh plan' | 'unchanged';

export interface Course {
  name: string;
  kind: Kind;
  /** The head of its column. */
  title: string;
  about: string;
  graph: Graph;
  files?: Record<string, string>;
  /** How often each has its turn, while its time lasts. */
  rounds: number;
}

const CONCURRENCY = 8;
const many = quick ? 12 : 1_000;
const some = quick ? 4 : 100;
const shape = quick ? { depth: 2, width: 3, fanIn: 3 } : { depth: 20, width: 10, fanIn: 10 };
const count = many.toLocaleString('en-US');
const bound = Math.max(shape.depth * 50, (shape.depth * shape.width * 50) / CONCURRENCY);
const one = independent(1, 'true', CONCURRENCY);
const trues = independent(many, 'true', CONCURRENCY);
const each = quick ? 2 : 20;
const cached = readers(some, each, CONCURRENCY);

export const courses: readonly Course[] = [
  {
    name: 'version',
    kind: 'version',
    title: '`--version`',
    about: 'Printing the version.',
    graph: one,
    rounds: 15,
  },
  {
    name: 'one',
    kind: 'run',
    title: 'one `true`',
    about: 'One task that does nothing.',
    graph: one,
    rounds: 15,
  },
  {
    name: 'true',
    kind: 'run',
    title: `${count} × \`true\``,
    about: `${count} independent tasks that a shell can do by itself, ${CONCURRENCY} at once.`,
    graph: trues,
    rounds: 5,
  },
  {
    name: 'exec',
    kind: 'run',
    title: `${count} × \`/bin/true\``,
    about: `${count} independent tasks that start a program, ${CONCURRENCY} at once.`,
    graph: independent(many, '/bin/true', CONCURRENCY),
    rounds: 5,
  },
  {
    name: 'layers',
    kind: 'run',
    title: `${shape.depth} × ${shape.width} × 50 ms`,
    about: `${shape.depth} layers of ${shape.width} tasks of 50 ms, each after all of the layer above, ${CONCURRENCY} at once: the bound is ${bound} ms, and two rounds a layer take ${shape.depth * Math.ceil(shape.width / CONCURRENCY) * 50}.`,
    graph: layered(shape, 'sleep 0.05', CONCURRENCY),
    rounds: 3,
  },
  {
    name: 'plan',
    kind: 'plan',
    title: `plan of ${count}`,
    about: `Saying what ${count} tasks would run, in the same checkout as before.`,
    graph: trues,
    rounds: 5,
  },
  {
    name: 'fresh-plan',
    kind: 'fresh plan',
    title: 'in a fresh clone',
    about: `Saying what ${count} tasks would run, in a clone made just before.`,
    graph: trues,
    rounds: 5,
  },
  {
    name: 'unchanged',
    kind: 'unchanged',
    title: `${some} unchanged`,
    about: `${some} tasks that each put ${each} files together, of which none has changed since they ran.`,
    graph: cached.graph,
    files: cached.files,
    rounds: 7,
  },
];
