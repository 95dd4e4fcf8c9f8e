// Where in the text something of a task stands.

import type { SourceText } from '../base/diagnostic.ts';
import type { WrittenConfig, Task as WrittenTask } from '../model/written-config.ts';
import type { Config, Locate } from './config.ts';
import { type Path, parseSyntax, type Syntax } from './document.ts';
import { type Expander, expand, oneEach, Source, type TaskDraft } from './expand.ts';

/** Characters: the tree of a longer text takes more memory than a plan, and a hundred times the text. */
const HEAVY = 262_144;

/** Of a text that has been read, in which nothing is wrong; what a long one was read to is let go. */
export function placesOf(
  source: SourceText,
  expander: Expander,
  { syntax, tasks }: { syntax: Syntax; tasks: readonly TaskDraft[] },
): Config['places'] {
  if (source.text.length >= HEAVY) return async () => placesIn(source, expander);
  const located = locator(tasks, syntax);
  return async () => located;
}

/** Of a text in which nothing is wrong. */
export function placesIn(source: SourceText, expander = oneEach): Locate {
  const parsed = parseSyntax(source);
  if (!parsed.ok) throw new Error(`what is remembered of ${source.file} is of another text`);
  const syntax = parsed.value;
  const written = syntax.value as WrittenConfig;
  return locator(expand(entriesOf(written, syntax, new Set()), expander).tasks, syntax);
}

export const entriesOf = (written: WrittenConfig, syntax: Syntax, broken: ReadonlySet<string>) => ({
  ...{ written: written.tasks, keys: syntax.keysOf(['tasks']), broken },
  sourceOf: (path: Path) => new Source(syntax, path),
});

function locator(tasks: readonly TaskDraft[], syntax: Syntax): Locate {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const top = { written: syntax.value as WrittenTask, source: new Source(syntax, []) };
  const none: typeof top = { written: {}, source: new Source(syntax, ['tasks']) };
  return (id, field, entry) => {
    const { written, source } = id === undefined ? top : (byId.get(id) ?? none);
    if (field === undefined) return source.key;
    if (entry === undefined) return source.placeOf([field]);
    const values: unknown = written[field as keyof WrittenTask];
    if (!Array.isArray(values))
      return source.placeOf([field, ...(typeof values === 'object' ? [entry] : [])]);
    return source.placeOf([field, Math.max(0, values.indexOf(entry))]);
  };
}
