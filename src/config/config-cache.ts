// What a long config's text came to, remembered in a cache file: reading it again takes a tenth of parsing it. Only
// configs without a problem are remembered, and their text is parsed after all when somebody wants to know a place.

import { createHash } from 'node:crypto';
import { type Stats, statSync, writeFileSync } from 'node:fs';
import { buildId } from '../base/build-id.ts';
import { readCache, writeCache } from '../base/cache-file.ts';
import { orElse } from '../base/error-code.ts';
import type { WrittenConfig } from '../model/written-config.ts';
import { type Path, parseSyntax, type Syntax } from './document.ts';
import type { FoundConfig } from './find.ts';

const FILE = 'config';
/** Characters: a shorter text is parsed as quickly, and leaves nothing behind. */
const WORTHWHILE = 8_192;
/** Characters: the tree of a longer text takes more memory than a plan, and a hundred times the text. */
const HEAVY = 262_144;
/** Characters: aliases make little text mean much. */
const MOST = 16 * 1024 * 1024;

/** What a config is made of. */
interface Facts {
  value: WrittenConfig;
  /** In the order of the text, in which an object would not have `10`. */
  tasks: string[];
  /** The values of variables that are no texts, as they are written. */
  texts: Record<string, string>;
}

interface Kept extends Facts {
  key: string;
}

/** The parts of a syntax that a sound config is made of; undefined when the text is not known. */
export function recallSyntax(found: FoundConfig): Syntax | undefined {
  if (found.source.text.length < WORTHWHILE) return undefined;
  const kept = orElse(() => JSON.parse(String(readCache(found.root, FILE))) as Kept | null, undefined);
  return kept && kept.key === keyOf(found) ? syntaxOf(kept, found) : undefined;
}

/** After this a long one no longer holds the tree that it was read from. */
export function rememberSyntax(syntax: Syntax, found: FoundConfig): void {
  const { length } = found.source.text;
  if (length < WORTHWHILE) return;
  const value = syntax.value as WrittenConfig;
  const facts = { value, tasks: syntax.keysOf(['tasks']), texts: textsOf(value, syntax) };
  const key = keyOf(found);
  if (key !== undefined) {
    const text = JSON.stringify({ key, ...facts } satisfies Kept);
    if (text.length <= MOST) writeCache(found.root, FILE, (handle) => writeFileSync(handle, text));
  }
  if (length >= HEAVY) Object.assign(syntax, syntaxOf(facts, found));
}

function textsOf(value: WrittenConfig, syntax: Syntax): Facts['texts'] {
  const envs: [Path, WrittenConfig['env']][] = Object.entries(value.tasks).map(([id, { env }]) => [
    ['tasks', id, 'env'],
    env,
  ]);
  const paths = [[['env'], value.env] as const, ...envs].flatMap(([path, env]) =>
    Object.entries(env ?? {}).flatMap(([name, one]) => (typeof one === 'string' ? [] : [[...path, name]])),
  );
  return Object.fromEntries(paths.map((path) => [JSON.stringify(path), syntax.textOf(path) ?? '']));
}

function syntaxOf({ value, tasks, texts }: Facts, { source }: FoundConfig): Syntax {
  let parsed: Syntax | undefined;
  const full = (): Syntax => {
    if (parsed !== undefined) return parsed;
    const result = parseSyntax(source);
    if (!result.ok) throw new Error(`what is remembered of ${source.file} is of another text`);
    parsed = result.value;
    return parsed;
  };
  const isTasks = (path: Path): boolean => path.length === 1 && path[0] === 'tasks';
  return {
    value,
    source,
    problems: [],
    halved: false,
    placeOf: (path, part) => full().placeOf(path, part),
    keysOf: (path) => (isTasks(path) ? tasks : full().keysOf(path)),
    textOf: (path) => texts[JSON.stringify(path)] ?? full().textOf(path),
  };
}

/** The file's inode and times are among it, so that what was remembered of another file is never taken for this one's. */
function keyOf({ path, source }: FoundConfig): string | undefined {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { ino, dev, mtimeMs, ctimeMs } = stats;
  return createHash('sha256')
    .update(JSON.stringify([buildId(), ino, dev, mtimeMs, ctimeMs]))
    .update(source.text)
    .digest('hex');
}
