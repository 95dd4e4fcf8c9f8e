// A document as JSON, piece by piece: the lists of a large plan may come to more text than a string holds.

const indented = (value: unknown): string => JSON.stringify(value, undefined, 2).replaceAll('\n', '\n  ');

/** The pieces of `JSON.stringify(document, undefined, 2)`, a long list of it item by item. */
export function* jsonPieces(document: object): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(document)) {
    if (value === undefined) continue;
    yield `${before}\n  ${JSON.stringify(key)}: `;
    before = ',';
    if (!Array.isArray(value) || value.length === 0) yield indented(value);
    else {
      for (const [at, item] of value.entries())
        yield `${at === 0 ? '[' : ','}\n    ${indented(item).replaceAll('\n', '\n  ')}`;
      yield '\n  ]';
    }
  }
  yield before === '{' ? '{}' : '\n}';
}
