// Patterns taken apart at their slashes, to tell what is left of them below a folder. Pure.

import { matcher, staticPrefix } from './patterns/index.ts';

/** Whether a name is matched by a segment: a text by itself only; `**` stands for any number of names. */
export type Segment = string | ((name: string) => boolean);

export interface Taken {
  prefix: string;
  text: string;
  /** Undefined: it cannot be taken apart. */
  segments: readonly Segment[] | undefined;
  /** What begins at each segment. */
  rests: readonly string[];
}

const known = new Map<string, Taken>();
const MAX_KNOWN = 4_096;

export function splitPattern(pattern: string): Taken {
  const hit = known.get(pattern);
  if (hit !== undefined) return hit;
  const path = pattern.startsWith('./') ? pattern.slice(2) : pattern;
  const text = path.endsWith('/') ? `${path}**` : path;
  const names = text.split('/');
  const segments = names.every(isSimple) ? names.map(segmentOf) : undefined;
  const rests = names.map((_, at) => names.slice(at).join('/'));
  const taken = { prefix: staticPrefix(pattern), text, segments, rests };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(pattern, taken);
  return taken;
}

function segmentOf(text: string): Segment {
  return text === '**' || staticPrefix(text) === text ? text : matcher([text]);
}

/** A segment that means by itself what it means in the pattern, and that matches no `/`. */
function isSimple(segment: string): boolean {
  if (segment === '**') return true;
  const [parentheses, braces, brackets] = ['()', '{}', '[]'].map(
    ([open, close]) => segment.split(open as string).length - segment.split(close as string).length,
  );
  if (parentheses !== 0 || braces !== 0 || brackets !== 0) return false;
  const outside = segment.replace(/\([^()]*\)/g, '');
  const odd = /"|\\$|!\(|\*\*|\[(?![\p{L}\p{N}_][\p{L}\p{N}_-]*\])/u;
  return !odd.test(segment) && !outside.includes('|');
}

export const fits = (segment: Segment | undefined, name: string): boolean =>
  typeof segment === 'string' ? segment === name : (segment?.(name) ?? false);

/** The segments that may come next once a name is used up by those that might have come until then; the end is one too. */
export function after(segments: readonly Segment[], states: readonly number[], name: string): number[] {
  const next: number[] = [];
  for (const from of states) {
    // `**` takes the name and stays, or stands for no folder at all.
    let state = from;
    for (; segments[state] === '**'; state++) if (!next.includes(state)) next.push(state);
    if (fits(segments[state], name) && !next.includes(state + 1)) next.push(state + 1);
  }
  return next;
}

/**
 * What is left of a pattern below a folder that its beginning matches: of `src/*` and `/a.ts` below `src/lib` the rest
 * is `a.ts`. None when it cannot match there; undefined when the pattern cannot be taken apart.
 */
export function restsOf(pattern: string, folder: string): readonly string[] | undefined {
  const { prefix, text, segments, rests } = splitPattern(pattern);
  if (folder === '') return [text];
  if (!isNear(prefix, folder)) return [];
  if (segments === undefined) return undefined;
  let states = [0];
  for (const name of folder.split('/')) {
    states = after(segments, states, name);
    if (states.length === 0) return [];
  }
  return states.filter((state) => state < segments.length).map((state) => rests[state] as string);
}

/** Whether one lies at or below the other; everything lies below ''. */
export const isNear = (a: string, b: string): boolean =>
  a === '' || a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
