// The sentences about a plan: why one task runs before another, what two tasks have in common, and what is done about it.

import type { Because, Exclusion } from '../model/plan.ts';
import type { ConflictTerms } from '../model/task-pairs.ts';
import type { Row } from './document.ts';
import { plural } from './format.ts';
import { type Counted, code, faint, join, listOf, pattern, say, type Text, task } from './text.ts';

type Terms = Because & Partial<Pick<ConflictTerms, 'patterns' | 'clash'>>;

/** Why one runs first, or what two have in common, the writer first: `web reads dist/app.js, which build writes`. */
export function reasonOf(first: string, second: string, terms: Terms): Text {
  const { kind, witness, resource, patterns, clash } = terms;
  const path = (): Text => {
    if (witness !== undefined) return [code(witness)];
    return patterns === undefined ? ['the same files'] : join([...new Set(patterns)].map(pattern), ' and ');
  };
  if (clash) return cannotBe(clash, 'cannot be');
  switch (kind) {
    case 'needs':
      return say`${task(second)} needs ${task(first)}`;
    case 'write-write':
      return say`both write ${path()}`;
    case 'write-read':
      return say`${task(second)} reads ${path()}, which ${task(first)} writes`;
    case 'resource':
      return say`both use ${resource === undefined ? 'a resource' : code(resource)}`;
    case 'sequential':
      return ['one task at a time was requested'];
  }
}

const cannotBe = ({ file, below }: NonNullable<ConflictTerms['clash']>, verb?: string): Text =>
  say`${code(file)}${verb && ` ${verb}`} a file and ${code(below)} below it`;

/** Why after others, as what follows their names: `, for dist/app.js`. */
export function afterWhat({ kind, witness, resource }: Because, terms: ConflictTerms | undefined): Text {
  // Of two that write the first to run stands first, of a writer and a reader the writer, which runs first too.
  const path = (side: 0 | 1): Text => pattern(terms?.patterns[side] ?? witness ?? 'a path');
  switch (kind) {
    case 'needs':
      return [];
    case 'write-write':
      return say`: writes ${path(1)} too`;
    case 'write-read':
      return say`, for ${path(0)}`;
    case 'resource':
      return say`: uses ${resource === undefined ? 'a resource' : code(resource)} too`;
    case 'sequential':
      return [', one at a time'];
  }
}

/**
 * What keeps a task from running beside others: `never together with api (db)`.
 * @param clashes those among the others with which it never can
 */
export function besideWhat(exclusion: Exclusion, others: Counted, clashes: Counted, most: number): Text {
  const { capacity = 1, because } = exclusion;
  const what = because.resource ?? because.witness ?? because.kind;
  if (capacity > 1 && clashes.count < others.count)
    return say`shares ${capacity} of ${code(what)} with ${listOf(others, most)}`;
  return say`never together with ${listOf(clashes.count > 0 ? clashes : others, most, 'or')} (${code(what)})`;
}

export const IN_A_WORKTREE: Text = ['in its own worktree'];
export const EACH_IN_A_WORKTREE: Text = ['each in its own worktree'];
export const REMOTELY: Text = ['remotely'];
export const runsHere = (why: string): Text => [`here: ${why}`];
export const AT_THE_TERMINAL: Text = ['alone at the terminal'];
export const WHICHEVER_FIRST = 'whichever goes first';
export const runsFirst = (id: string): Text => say`${task(id)} runs first`;

/**
 * What the plan does about a conflict.
 * @param pair the two tasks, if it is one of two
 * @param capacity how many units there are of the resource
 */
export function outcomeOf(
  { kind, resolution }: Pick<ConflictTerms, 'kind' | 'resolution'>,
  pair?: readonly [string, string],
  capacity = 1,
): Text {
  switch (resolution) {
    case 'isolate':
      return ['in parallel, each in its own worktree, merged as declared'];
    case 'allow':
      if (kind === 'write-write') return ['allowed, so the last to write wins'];
      return say`in parallel, ${pair ? task(pair[1]) : 'the reader'} may see the earlier state`;
    case 'exclude':
      return capacity > 1
        ? say`never in parallel, there are only ${capacity}`
        : [`never in parallel, ${WHICHEVER_FIRST}`];
    case 'order':
      // The one that runs first stands first; of a writer and a reader that is the writer.
      if (pair) return runsFirst(pair[0]);
      return [kind === 'write-write' ? 'one after the other, as declared' : 'the writer runs first'];
  }
}

type Overlap = Pick<ConflictTerms, 'witness' | 'files' | 'exact' | 'reason' | 'clash'>;

/** Where two patterns meet: the path that shows it, what is there today, and whether that is known. */
export function overlapRows({ witness, files, exact, reason, clash }: Overlap, isExample = false): Row[] {
  if (clash) return [{ label: [faint('cannot be')], texts: [cannotBe(clash)] }];
  const others = files.sample.filter((path) => path !== witness).slice(0, 2);
  const such = others.length > 0 ? say`, e.g. ${join(others.map(code), ', ')}` : undefined;
  const today = files.count === 0 ? "doesn't exist yet" : say`${plural(files.count, 'existing file')}${such}`;
  const path = witness === undefined ? undefined : say`${isExample ? 'e.g. ' : ''}${code(witness)} `;
  const why = reason === undefined ? '' : `: ${reason}`;
  return [
    { label: [faint('both match')], texts: [say`${path}${faint(say`(${today})`)}`] },
    ...(exact
      ? []
      : [
          {
            label: [faint('not exact')],
            texts: [[`assumed to overlap, since it could not be decided${why}`]],
          },
        ]),
  ];
}

/** One side of a conflict: `web reads  src/**`, and where that is written. */
export const sideRow = (who: string, verb: string, what: Text, place?: string): Row => ({
  label: [faint(`${who} ${verb}`)],
  texts: [what],
  ...(place !== undefined && { place }),
});
