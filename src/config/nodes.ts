// The nodes of a document, walked once in the order of the text: their values once its aliases and merge keys are followed, and what
// a YAML text may say by the rules of YAML and a config may not. Unaware of tasks.
//
// yaml's own `toJS` walks the whole document for aliases and looks through all keys of a map for each of them; here
// each map is made once, and the same entries answer for values, for places and for the order of keys.

import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Diagnostic, Place, SourceText } from '../base/diagnostic.ts';
import { guesser } from '../base/suggest.ts';
import { quoted, wordAt } from './yaml-format.ts';

/**
 * What all aliases of a file may stand for together, counted in values. 10,000 tasks that share a hundred values each
 * stay below it; a bomb ("billion laughs") passes it within a few levels.
 */
const MAX_REPEATED = 1_000_000;

export interface Nodes {
  /** The root as plain data. What an alias repeats is one object, however often it is repeated. */
  value: unknown;
  /** The node that an alias stands for, or the node itself. */
  follow(node: unknown): unknown;
  /**
   * The pairs of a map by key, in the order of the text (a JavaScript object would put `10` before `a`). What is merged
   * (`<<: *base`) never wins over a key of the map itself, and of several merged maps the first wins.
   */
  entries(map: YAMLMap): ReadonlyMap<string, Entry>;
  problems: Diagnostic[];
  /** Whether they leave no value to look at further. A key that is there twice leaves one of the two. */
  fatal: boolean;
  /** A key of the whole file is there twice: what seems to be missing may stand under the other one. */
  halved: boolean;
}

interface Entry extends Pick<Pair, 'key' | 'value'> {
  data: unknown;
}

interface Anchored {
  node: Node;
  /** With all that its aliases repeat; known once it has ended. */
  size: number | undefined;
}

/** What `merge: true` makes of an unquoted `<<` that is a key. */
const isMergeKey = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol';

/** A key as it is written, for a name is no number: `3.10` is not `3.1`, `0x1F` not `31`, and both may be there. */
function keyText(key: unknown): string {
  if (!isScalar(key)) return '';
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

const rangeOf = (node: unknown): readonly [start: number, end: number] => {
  const [start, end] = (node as Node | null)?.range ?? [0, 1];
  return [start, end];
};

/** False for what is not written, as the value of `key:`. */
const hasText = (node: unknown): boolean => {
  const { range } = (node as Node | null) ?? {};
  return range?.[0] !== range?.[1];
};

export function readNodes(root: unknown, source: SourceText): Nodes {
  const anchors = new Map<string, Anchored>();
  const targets = new Map<unknown, Node>();
  const values = new Map<unknown, unknown>();
  const entriesOf = new Map<unknown, ReadonlyMap<string, Entry>>();
  const guess = guesser(anchors);
  const problems: Diagnostic[] = [];
  let fatal = false;
  let halved = false;
  /** Values that were read, each alias with all that it stands for; and those that aliases have repeated. */
  let size = 0;
  let repeated = 0;

  const placeOf = (node: unknown): Place => source.place(...rangeOf(node));
  const say = (node: unknown, message: string, hint: string): void => {
    problems.push({ message, place: placeOf(node), hint });
    fatal = true;
  };
  /** Of an alias that leads nowhere nothing. */
  const follow = (node: unknown): unknown => (isAlias(node) ? targets.get(node) : node);

  function read(node: unknown): unknown {
    if (isAlias(node)) return readAlias(node, node.source);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) {
      size += 1;
      return null;
    }
    if (node.anchor === undefined) return readInside(node);
    const anchored: Anchored = { node, size: undefined };
    anchors.set(node.anchor, anchored);
    const before = size;
    const value = readInside(node);
    values.set(node, value);
    anchored.size = size - before;
    return value;
  }

  function readAlias(alias: Node, name: string): unknown {
    const anchored = anchors.get(name);
    size += anchored?.size ?? 1;
    if (anchored === undefined) return sayUnknown(alias, name);
    if (anchored.size === undefined)
      return say(alias, `\`*${name}\` refers to something it is part of`, 'remove it, or move the anchor');
    targets.set(alias, anchored.node);
    if (repeated <= MAX_REPEATED && repeated + anchored.size > MAX_REPEATED)
      say(
        alias,
        `the aliases in this file expand to more than ${MAX_REPEATED.toLocaleString('en')} values`,
        'use fewer aliases, and do not nest them',
      );
    repeated += anchored.size;
    return values.get(anchored.node);
  }

  function sayUnknown(alias: Node, name: string): void {
    const text = source.text.slice(...rangeOf(alias));
    if (/[^\w-]/.test(name))
      say(alias, 'an unquoted * starts a YAML alias', `quote the pattern: ${quoted(text)}`);
    else
      say(
        alias,
        `there is no anchor \`&${name}\` above`,
        guess(name) ?? `write \`&${name}\` before what it repeats, or quote a pattern: ${quoted(text)}`,
      );
  }

  function readInside(node: Node): unknown {
    size += 1;
    if (isMap(node)) return readMap(node);
    if (isSeq(node)) return (node as YAMLSeq).items.map(read);
    const { value } = node as Node & { value: unknown };
    if (typeof value === 'string' && value.includes('\0'))
      say(node, 'a zero character cannot be part of a command, a path or a name', 'remove the `\\0`');
    return value;
  }

  function readMap(map: YAMLMap): unknown {
    const entries = new Map<string, Entry>();
    /** Its own keys, and where they are written. */
    const seen = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      read(key);
      const entry = { key, value, data: read(value) };
      if (isMergeKey(key)) {
        for (const merged of mergedBy(entry))
          for (const [name, one] of entriesOf.get(merged) ?? [])
            if (!entries.has(name)) entries.set(name, one);
        continue;
      }
      const name = follow(key);
      if (isMap(name) || isSeq(name)) sayNoKey(key, isMap(name) ? 'a map' : 'a list');
      if (!isScalar(name)) continue;
      const text = keyText(name);
      const written = hasText(key) ? key : value;
      if (seen.has(text)) {
        sayTwice(written, text, seen.get(text));
        halved ||= map === root;
      } else seen.set(text, written);
      entries.set(text, entry);
    }
    entriesOf.set(map, entries);
    // `fromEntries` defines what an assignment to `__proto__` would not.
    return Object.fromEntries([...entries].map(([name, { data }]) => [name, data]));
  }

  /** The maps that `<<` names; of an alias that leads nowhere is told already. */
  function mergedBy({ key, value }: Entry): unknown[] {
    const merged = follow(value);
    if (merged === undefined) return [];
    return (isSeq(merged) ? merged.items : [merged]).flatMap((one) => {
      const map = follow(one);
      if (isMap(map)) return [map];
      if (!isAlias(one) || targets.has(one))
        say(
          hasText(one) ? one : key,
          '`<<` merges a map, and this is not one',
          'name the anchor of a map: <<: *base',
        );
      return [];
    });
  }

  function sayNoKey(key: unknown, what: string): void {
    const [start] = rangeOf(key);
    // `{{name}}` is a map whose key is a map.
    const word = wordAt(source.text, source.text[start - 1] === '{' ? start - 1 : start);
    say(key, `${what} cannot be a key`, `if it is a string, quote it: ${quoted(word)}`);
  }

  function sayTwice(node: unknown, name: string, first: unknown): void {
    problems.push({
      message: `duplicate key \`${name}\``,
      place: placeOf(node),
      hint: 'remove or rename one of them',
      related: [{ message: 'the first one', place: placeOf(first) }],
    });
  }

  const value = read(root);
  return { value, follow, entries: (map) => entriesOf.get(map) ?? new Map(), problems, fatal, halved };
}
