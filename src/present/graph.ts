// The graph of a plan in the languages of other tools. Pure; names never become syntax.

import type { Because, EdgeGroup, Exclusion, Plan } from '../model/plan.ts';
import { edgesOf, pairCount } from '../model/task-pairs.ts';
import { printable } from './format.ts';

export type GraphFormat = 'mermaid' | 'dot' | 'json';

/** Ends with a newline. Phases are subgraphs, edges say why, tasks that may not run together are joined by dotted lines. */
export function renderGraph(plan: Plan, format: GraphFormat): string {
  return { mermaid, dot, json }[format](plan);
}

function json(plan: Plan): string {
  const { strategy, phases, tasks, exclusions } = plan;
  const [large, small] = [plan.edges.filter(isLarge), plan.edges.filter((group) => !isLarge(group))];
  const edges = [...edgesOf({ edges: small })];
  const groups = large.length === 0 ? {} : { edgeGroups: large };
  const nodes = tasks.map(({ id, phase, workspace, service }) => ({
    ...{ id, phase, workspace },
    ...(service && { service }),
  }));
  const { letter, name } = strategy;
  return `${JSON.stringify({ strategy: { letter, name }, phases, nodes, edges, ...groups, exclusions }, null, 2)}\n`;
}

function mermaid(plan: Plan): string {
  const node = numbered(plan, 't');
  const isService = servicesOf(plan);
  const text = (value: string) => `"${mermaidText(value)}"`;
  const phases = plan.phases.flatMap(({ tasks }, number) => [
    `  subgraph p${number}["Phase ${number + 1}"]`,
    ...tasks.map((id) => (isService(id) ? `    ${node(id)}([${text(id)}])` : `    ${node(id)}[${text(id)}]`)),
    '  end',
  ]);
  const { hubs, arrows } = arrowsOf(plan, node);
  const edges = [
    ...hubs.map(({ name, because }) => `  ${name}([${text(label(because))}])`),
    ...arrows.map(
      ({ from, to, because }) => `  ${from} -->${because ? `|${text(label(because))}|` : ''} ${to}`,
    ),
  ];
  const exclusions = plan.exclusions.flatMap((exclusion, number) => {
    const [a = '', b = ''] = exclusion.tasks;
    if (exclusion.tasks.length === 2)
      return [`  ${node(a)} -.-|${text(exclusionLabel(exclusion))}| ${node(b)}`];
    const hub = `x${number}`;
    return [
      `  ${hub}([${text(exclusionLabel(exclusion))}])`,
      ...exclusion.tasks.map((id) => `  ${node(id)} -.- ${hub}`),
    ];
  });
  return `${['flowchart LR', ...phases, ...edges, ...exclusions].join('\n')}\n`;
}

/** Pairs of a group that are drawn one by one. */
const MOST_PAIRS = 1_000;

const isLarge = ({ tasks }: EdgeGroup): boolean => pairCount(tasks) > MOST_PAIRS;

interface Arrows {
  /** Nodes between the tasks of a large group. */
  hubs: { name: string; because: Because }[];
  arrows: { from: string; to: string; because?: Because }[];
}

/** Of a large group only what all else follows from: a row each after the one before it, others by way of hubs. */
function arrowsOf(plan: Plan, node: (id: string) => string): Arrows {
  const found: Arrows = { hubs: [], arrows: [] };
  const put = (from: string, to: string, because?: Because): void => {
    found.arrows.push({ from, to, ...(because && { because }) });
  };
  for (const group of plan.edges) {
    const { tasks, because } = group;
    if (!isLarge(group)) {
      for (const { from, to } of edgesOf({ edges: [group] })) put(node(from), node(to), because);
    } else if (tasks.length === 1) {
      const [row = []] = tasks;
      for (const [at, to] of row.slice(1).entries()) put(node(row[at] as string), node(to), because);
    } else
      for (let at = 0; at < tasks.length; at += 2) {
        const name = `h${found.hubs.length}`;
        if (at > 0) put(`h${found.hubs.length - 1}`, name);
        found.hubs.push({ name, because });
        for (const from of tasks[at] ?? []) put(node(from), name);
        for (const to of tasks[at + 1] ?? []) put(name, node(to));
      }
  }
  return found;
}

/** Mermaid's own entities: `#` begins one, and a label that begins with a backtick would be markdown. */
function mermaidText(value: string): string {
  return printable(value).replace(/[#"&<>`\\|]/g, (character) => `#${character.charCodeAt(0)};`);
}

function dot(plan: Plan): string {
  const node = numbered(plan, 't');
  const isService = servicesOf(plan);
  const phases = plan.phases.flatMap(({ tasks }, number) => [
    `  subgraph cluster_${number} {`,
    `    label="Phase ${number + 1}";`,
    ...tasks.map((id) => `    ${node(id)} [label=${dotText(id)}${isService(id) ? ', style=rounded' : ''}];`),
    '  }',
  ]);
  const { hubs, arrows } = arrowsOf(plan, node);
  const edges = [
    ...hubs.map(({ name, because }) => `  ${name} [label=${dotText(label(because))}, shape=plaintext];`),
    ...arrows.map(
      ({ from, to, because }) => `  ${from} -> ${to}${because ? ` [label=${dotText(label(because))}]` : ''};`,
    ),
  ];
  const exclusions = plan.exclusions.flatMap((exclusion, number) => {
    const [a = '', b = ''] = exclusion.tasks;
    const what = dotText(exclusionLabel(exclusion));
    const undirected = 'dir=none, style=dotted, constraint=false';
    if (exclusion.tasks.length === 2) return [`  ${node(a)} -> ${node(b)} [label=${what}, ${undirected}];`];
    const hub = `x${number}`;
    return [
      `  ${hub} [label=${what}, shape=plaintext];`,
      ...exclusion.tasks.map((id) => `  ${node(id)} -> ${hub} [${undirected}];`),
    ];
  });
  const head = ['digraph ptask {', '  rankdir=LR;', '  node [shape=box];'];
  return `${[...head, ...phases, ...edges, ...exclusions, '}'].join('\n')}\n`;
}

/** In a label a backslash begins an escape and `&` an HTML entity. */
function dotText(value: string): string {
  return `"${printable(value).replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&')}"`;
}

/** They have round corners. */
function servicesOf({ tasks }: Plan): (id: string) => boolean {
  const services = new Set(tasks.filter(({ service }) => service !== undefined).map(({ id }) => id));
  return (id) => services.has(id);
}

/** Nodes are called by their number: no name of a task can be a keyword of the language. */
function numbered(plan: Plan, prefix: string): (id: string) => string {
  const numbers = new Map(plan.tasks.map(({ id }, number) => [id, number]));
  return (id) => `${prefix}${numbers.get(id) ?? 'unknown'}`;
}

function label({ kind, resource, witness }: Because): string {
  const what = resource ?? witness;
  return what === undefined ? kind : `${kind}: ${what}`;
}

function exclusionLabel({ because, capacity }: Exclusion): string {
  const what = because.resource ?? because.witness ?? because.kind;
  return capacity !== undefined && capacity > 1 ? `${what}, ${capacity} at once` : what;
}
