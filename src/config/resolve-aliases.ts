// The values of a document's nodes once its aliases and merge keys are followed. Unaware of tasks.
//
// yaml's own `toJS` walks the whole document for aliases and looks through all keys of a map for each of them; here
// each map is made once, and the same entries answer for values, for places and for the order of keys.

import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';

export interface Nodes {
  /** The node that an alias stands for, or the node itself. */
  follow(node: unknown): unknown;
  /**
   * The pairs of a map by key, in the order of the text (a JavaScript object would put `10` before `a`). What is merged
   * (`<<: *base`) never wins over a key of the map itself, and of several merged maps the first wins.
   */
  entries(map: YAMLMap): ReadonlyMap<string, Pair>;
  /** As plain data. What an alias repeats is one object, however often it is repeated. */
  value(node: unknown): unknown;
}

/** What `merge: true` makes of an unquoted `<<` that is a key. */
export const isMergeKey = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol';

/** A key as it is written, for a name is no number: `3.10` is not `3.1`, `0x1F` not `31`, and both may be there. */
export function keyText(key: unknown): string {
  if (!isScalar(key)) return '';
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

/** @param targets where each alias of the document leads, none to what it is a part of; see validate-aliases.ts */
export function readNodes(targets: ReadonlyMap<Alias, Node>): Nodes {
  const entriesOf = new Map<YAMLMap, Map<string, Pair>>();
  const values = new Map<unknown, unknown>();

  const follow = (node: unknown): unknown => (isAlias(node) ? targets.get(node) : node);

  function entries(map: YAMLMap): Map<string, Pair> {
    const known = entriesOf.get(map);
    if (known) return known;
    const made = new Map<string, Pair>();
    for (const pair of map.items) {
      if (!isMergeKey(pair.key)) {
        made.set(keyText(follow(pair.key)), pair);
        continue;
      }
      const source = follow(pair.value);
      for (const each of isSeq(source) ? source.items.map(follow) : [source])
        if (isMap(each)) for (const [key, one] of entries(each)) if (!made.has(key)) made.set(key, one);
    }
    entriesOf.set(map, made);
    return made;
  }

  function value(written: unknown): unknown {
    const node = follow(written);
    if (isScalar(node)) return node.value;
    if (!isMap(node) && !isSeq(node)) return null;
    if (values.has(node)) return values.get(node);
    // `fromEntries` defines what an assignment to `__proto__` would not.
    const made = isMap(node)
      ? Object.fromEntries([...entries(node)].map(([key, pair]) => [key, value(pair.value)]))
      : node.items.map(value);
    values.set(node, made);
    return made;
  }

  return { follow, entries, value };
}
