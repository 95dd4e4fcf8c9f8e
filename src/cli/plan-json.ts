// A plan as JSON, piece by piece: what thousands of tasks have with each other may come to more text than a string holds.

import type { Plan } from '../model/plan.ts';
import { conflictsOf, edgesOf } from '../model/plan-pairs.ts';

const BATCH = 1_000;

/** The pieces of `JSON.stringify(plan, undefined, 2)`. */
export function* planJson(plan: Plan): Generator<string> {
  for (const [at, key] of (Object.keys(plan) as (keyof Plan)[]).entries()) {
    yield `${at === 0 ? '{' : ','}\n  ${JSON.stringify(key)}: `;
    if (key === 'conflicts') yield* listJson(conflictsOf(plan));
    else if (key === 'edges') yield* listJson(edgesOf(plan));
    else yield indented(plan[key]);
  }
  yield '\n}';
}

function* listJson(items: Iterable<unknown>): Generator<string> {
  let batch: unknown[] = [];
  let some = false;
  const flush = (): string => {
    // Without the brackets of the batch's own.
    const text = `${some ? ',' : '['}${indented(batch).slice(1, -'\n  ]'.length)}`;
    batch = [];
    some = true;
    return text;
  };
  for (const item of items) if (batch.push(item) === BATCH) yield flush();
  if (batch.length > 0) yield flush();
  yield some ? '\n  ]' : '[]';
}

const indented = (value: unknown): string => JSON.stringify(value, undefined, 2).replaceAll('\n', '\n  ');
