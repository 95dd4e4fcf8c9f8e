// What a YAML text may say by the rules of YAML and a config may not, found in one walk over its nodes.

import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Diagnostic, Place, SourceText } from '../base/diagnostic.ts';
import { guesser } from '../base/suggest.ts';
import { isMergeKey, keyText } from './resolve-aliases.ts';
import { quoted, wordAt } from './yaml-format.ts';

/**
 * What all aliases of a file may stand for together, counted in values. 10,000 tasks that share a hundred values each
 * stay below it; a bomb ("billion laughs") passes it within a few levels.
 */
export const MAX_REPEATED = 1_000_000;

export interface CheckedNodes {
  /** Where each alias leads; incomplete when there are fatal problems. */
  targets: ReadonlyMap<Alias, Node>;
  problems: Diagnostic[];
  /** Whether they leave no value to look at further. A key that is there twice leaves one of the two. */
  fatal: boolean;
  /** A key of the whole file is there twice: what seems to be missing may stand under the other one. */
  halved: boolean;
}

interface Anchored {
  node: Node;
  /** With all that its aliases repeat; known once it has ended. */
  size: number | undefined;
}

/** False for what is not written, as the value of `key:`. */
const hasText = (node: unknown): boolean => {
  const [start, end] = (node as Node | null)?.range ?? [0, 0];
  return start !== end;
};

export function checkNodes(root: unknown, source: SourceText): CheckedNodes {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Anchored>();
  const guess = guesser(anchors);
  const problems: Diagnostic[] = [];
  let repeated = 0;
  let fatal = false;
  let halved = false;

  const placeOf = (node: unknown): Place => {
    const [start, end] = (node as Node | null)?.range ?? [0, 1];
    return source.place(start, end);
  };
  const say = (node: unknown, message: string, hint: string): void => {
    problems.push({ message, place: placeOf(node), hint });
    fatal = true;
  };
  const sayTwice = (node: unknown, name: string, first: unknown): void => {
    problems.push({
      message: `duplicate key \`${name}\``,
      place: placeOf(node),
      hint: 'remove or rename one of them',
      related: [{ message: 'the first one', place: placeOf(first) }],
    });
  };

  function aliasSize(alias: Alias): number {
    const anchored = anchors.get(alias.source);
    if (anchored === undefined) {
      sayUnknown(alias);
      return 1;
    }
    if (anchored.size === undefined) {
      say(alias, `\`*${alias.source}\` refers to something it is part of`, 'remove it, or move the anchor');
      return 1;
    }
    targets.set(alias, anchored.node);
    if (repeated <= MAX_REPEATED && repeated + anchored.size > MAX_REPEATED)
      say(
        alias,
        `the aliases in this file expand to more than ${MAX_REPEATED.toLocaleString('en')} values`,
        'use fewer aliases, and do not nest them',
      );
    repeated += anchored.size;
    return anchored.size;
  }

  function sayUnknown(alias: Alias): void {
    const text = source.text.slice(...((alias.range ?? [0, 0]).slice(0, 2) as [number, number]));
    if (/[^\w-]/.test(alias.source)) {
      say(alias, 'an unquoted * starts a YAML alias', `quote the pattern: ${quoted(text)}`);
      return;
    }
    const hint =
      guess(alias.source) ??
      `write \`&${alias.source}\` before what it repeats, or quote a pattern: ${quoted(text)}`;
    say(alias, `there is no anchor \`&${alias.source}\` above`, hint);
  }

  function pairSize(map: unknown, { key, value }: Pair, seen: Map<string, unknown>): number {
    const size = sizeOf(key) + sizeOf(value);
    if (isMergeKey(key)) {
      const merged = target(value);
      if (isAlias(value) && merged === undefined) return size;
      for (const one of isSeq(merged) ? merged.items : [merged]) {
        if (isMap(target(one)) || (isAlias(one) && !targets.has(one))) continue;
        say(
          hasText(one) ? one : key,
          '`<<` merges a map, and this is not one',
          'name the anchor of a map: <<: *base',
        );
      }
      return size;
    }
    const name = target(key);
    if (isMap(name) || isSeq(name)) {
      const [start = 0] = (key as Node).range ?? [];
      // `{{name}}` is a map whose key is a map.
      const word = wordAt(source.text, source.text[start - 1] === '{' ? start - 1 : start);
      say(
        key,
        `${isMap(name) ? 'a map' : 'a list'} cannot be a key`,
        `if it is a string, quote it: ${quoted(word)}`,
      );
    } else if (isScalar(name)) {
      const text = keyText(name);
      const first = seen.get(text);
      const written = hasText(key) ? key : value;
      if (first === undefined) seen.set(text, written);
      else {
        sayTwice(written, text, first);
        halved ||= map === root;
      }
    }
    return size;
  }

  const target = (node: unknown): unknown => (isAlias(node) ? targets.get(node) : node);

  function insideSize(node: unknown): number {
    if (isScalar(node)) {
      if (typeof node.value === 'string' && node.value.includes('\0'))
        say(node, 'a zero character cannot be part of a command, a path or a name', 'remove the `\\0`');
      return 1;
    }
    if (isSeq(node)) return node.items.reduce<number>((sum, item) => sum + sizeOf(item), 1);
    if (!isMap(node)) return 1;
    const seen = new Map<string, unknown>();
    return node.items.reduce((sum, pair) => sum + pairSize(node, pair, seen), 1);
  }

  function sizeOf(node: unknown): number {
    if (isAlias(node)) return aliasSize(node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor === undefined) return insideSize(node);
    const anchored: Anchored = { node: node as Node, size: undefined };
    anchors.set(anchor, anchored);
    anchored.size = insideSize(node);
    return anchored.size;
  }

  sizeOf(root);
  return { targets, problems, fatal, halved };
}
