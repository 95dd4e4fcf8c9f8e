// The graph of a plan in the languages of other tools. Pure; names never become syntax.

import type { Because, Exclusion, Plan } from '../model/plan.ts';
import { edgesOf } from '../model/task-pairs.ts';
import { printable } from './format.ts';

export type GraphFormat = 'mermaid' | 'dot' | 'json';

/** Ends with a newline. Phases are subgraphs, edges say why, tasks that may not run together are joined by dotted lines. */
export function renderGraph(plan: Plan, format: GraphFormat): string {
  return { mermaid, dot, json }[format](plan);
}

function json(plan: Plan): string {
  const { strategy, phases, tasks, exclusions } = plan;
  const edges = [...edgesOf(plan)];
  const nodes = tasks.map(({ id, phase, workspace }) => ({ id, phase, workspace }));
  const { letter, name } = strategy;
  return `${JSON.stringify({ strategy: { letter, name }, phases, nodes, edges, exclusions }, null, 2)}\n`;
}

function mermaid(plan: Plan): string {
  const node = numbered(plan, 't');
  const text = (value: string) => `"${mermaidText(value)}"`;
  const phases = plan.phases.flatMap(({ tasks }, number) => [
    `  subgraph p${number}["Phase ${number + 1}"]`,
    ...tasks.map((id) => `    ${node(id)}[${text(id)}]`),
    '  end',
  ]);
  const edges = Array.from(
    edgesOf(plan),
    ({ from, to, because }) => `  ${node(from)} -->|${text(label(because))}| ${node(to)}`,
  );
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

/** Mermaid's own entities: `#` begins one, and a label that begins with a backtick would be markdown. */
function mermaidText(value: string): string {
  return printable(value).replace(/[#"&<>`\\|]/g, (character) => `#${character.charCodeAt(0)};`);
}

function dot(plan: Plan): string {
  const node = numbered(plan, 't');
  const phases = plan.phases.flatMap(({ tasks }, number) => [
    `  subgraph cluster_${number} {`,
    `    label="Phase ${number + 1}";`,
    ...tasks.map((id) => `    ${node(id)} [label=${dotText(id)}];`),
    '  }',
  ]);
  const edges = Array.from(
    edgesOf(plan),
    ({ from, to, because }) => `  ${node(from)} -> ${node(to)} [label=${dotText(label(because))}];`,
  );
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
