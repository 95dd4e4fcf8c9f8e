// What is left of a value when what the schema objects to is taken out, so that the rules can look at the rest and every
// problem of a file is told at once.

import type { ErrorObject } from 'ajv';
import type { Path } from './document.ts';
import { pathOf } from './schema-errors.ts';

export interface Sound {
  /** Lists keep their indexes, with holes where an item was taken out; undefined when nothing is left. */
  value: unknown;
  /** The tasks from which something was taken: what they now lack, they may well have had. */
  broken: ReadonlySet<string>;
}

export function withoutErrors(value: unknown, errors: readonly ErrorObject[]): Sound {
  const copy = structuredClone(value);
  const broken = new Set<string>();
  for (const error of errors) {
    const path: (string | number)[] = [...pathOf(error.instancePath)];
    // `params.propertyName` is what the error around that of a name has.
    const extra = error.params.additionalProperty ?? error.propertyName ?? error.params.propertyName;
    if (extra !== undefined) path.push(String(extra));
    if (path.length === 0 && error.keyword !== 'required') return { value: undefined, broken };
    if (path[0] === 'tasks' && path[1] !== undefined) broken.add(String(path[1]));
    if (error.keyword !== 'required') takeOut(copy, path);
  }
  return { value: copy, broken };
}

function takeOut(value: unknown, path: Path): void {
  let parent = value;
  for (const key of path.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return;
    parent = (parent as Record<string, unknown>)[key];
  }
  if (typeof parent === 'object' && parent !== null)
    delete (parent as Record<string, unknown>)[path.at(-1) as string];
}
