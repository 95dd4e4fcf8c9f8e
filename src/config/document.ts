// YAML and JSON to values whose places are known. Unaware of tasks.

import { isMap, isNode, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import type { Diagnostic, Place, SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { tooDeep } from './nesting.ts';
import { type Nodes, readNodes } from './nodes.ts';
import { yamlProblems } from './yaml-problems.ts';

export type Path = readonly (string | number)[];

export interface Wording {
  /** A number or a truth value as it is written: `1.10`, which as a number is 1.1. */
  textOf(path: Path): string | undefined;
}

/** A parsed text: its value, and where each part of it stands. */
export interface Syntax extends Wording {
  value: unknown;
  source: SourceText;
  /** What is wrong already, and leaves a value all the same. */
  problems: readonly Diagnostic[];
  /** Whether a part of the file is missing from the value, so that nothing can be said about what is not there. */
  halved: boolean;
  /** The place of the value at a path, or of its key; of the nearest part above where there is none. */
  placeOf(path: Path, part?: 'key' | 'value'): Place;
  /** The keys of the map at a path in the order of the text. */
  keysOf(path: Path): string[];
}

type Range = readonly [start: number, end: number];

const rangeOf = (node: unknown): Range | undefined => {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
};

const isEmpty = (range: Range | undefined): boolean => range === undefined || range[0] === range[1];

/** One step down: the pair of a map, the item of a list, nothing where there is neither. */
function stepInto(
  nodes: Nodes,
  node: unknown,
  key: string | number,
): Pick<Pair, 'key' | 'value'> | undefined {
  if (isSeq(node))
    return Number(key) in node.items ? { key: undefined, value: node.items[Number(key)] } : undefined;
  return isMap(node) ? nodes.entries(node).get(String(key)) : undefined;
}

function locator(nodes: Nodes, root: unknown, source: SourceText): Syntax['placeOf'] {
  return (path, part = 'value') => {
    let node = root;
    let range = rangeOf(root) ?? [0, 1];
    for (const [depth, key] of path.entries()) {
      const step = stepInto(nodes, nodes.follow(node), key);
      if (step === undefined) break;
      node = nodes.follow(step.value);
      const wantsKey = part === 'key' && depth === path.length - 1;
      const own = rangeOf(node);
      // A value that is not written has no text to point at; its key has.
      range = (wantsKey || isEmpty(own) ? rangeOf(step.key) : undefined) ?? own ?? range;
    }
    return source.place(...range);
  };
}

/** YAML is read strictly, so a tab in a JSON file's indentation would be refused: same length, same columns. */
const spacesForTabs = (text: string): string =>
  text.replace(/^[\t ]+/gm, (indent) => ' '.repeat(indent.length));

export function parseSyntax(source: SourceText): Result<Syntax> {
  const isJson = source.file.endsWith('.json');
  const comment = isJson ? source.text.search(/^[\t ]*\/[/*]/m) : -1;
  if (comment >= 0) {
    const start = source.text.indexOf('/', comment);
    const hint = 'remove it, or write the config as parallel.config.yaml';
    return fail({ message: 'JSON has no comments', place: source.place(start, start + 2), hint });
  }
  const deep = tooDeep(source);
  if (deep) return fail(deep);
  const doc = parseDocument(isJson ? spacesForTabs(source.text) : source.text, {
    // Also where a `%YAML` line asks for 1.1, in which `yes` is true and 010 is eight.
    schema: 'core',
    merge: true,
    prettyErrors: false,
    resolveKnownTags: false,
    strict: true,
    // Told by readNodes: yaml compares each key with each other, which takes half the time of 10,000 tasks.
    uniqueKeys: false,
  });
  const root = doc.contents;
  const broken = yamlProblems(doc, source);
  const nodes = readNodes(root, source);
  const { value, problems, fatal, halved } = nodes;
  const [first] = broken;
  if (first) {
    // Behind an error the parser guesses, and what it guessed may look wrong in other ways.
    const before = problems.filter(({ place }) => (place?.line ?? 0) < (first.place?.line ?? 0));
    return fail(...before, ...broken);
  }
  if (fatal) return fail(...problems);
  if (root === null || (isScalar(root) && root.value === null))
    return fail({
      message: `${source.file} is empty`,
      hint: 'list what there is to run under `tasks:`',
    });

  const nodeAt = (path: Path): unknown =>
    path.reduce<unknown>((node, key) => nodes.follow(stepInto(nodes, node, key)?.value), root);
  return ok({
    value,
    source,
    problems,
    halved,
    placeOf: locator(nodes, root, source),
    keysOf: (path) => {
      const node = nodeAt(path);
      return isMap(node) ? [...nodes.entries(node).keys()] : [];
    },
    textOf: (path) => {
      const node = nodeAt(path);
      return isScalar(node) && typeof node.value !== 'string' ? node.source : undefined;
    },
  });
}
