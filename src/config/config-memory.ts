// What a long config's text came to, remembered under .ptask/cache: reading it again takes a tenth of parsing it. Only
// configs without a problem are remembered, and their text is parsed after all when somebody wants to know a place.

import { createHash } from 'node:crypto';
import { readFileSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { buildId } from '../base/build-id.ts';
import { cacheFile, writeCache } from '../base/cache-file.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { FoundConfig } from './find.ts';
import { type Path, parseSyntax, type Syntax } from './syntax.ts';

const FILE = 'config';
/** Characters: a shorter text is parsed as quickly, and makes no folder in a repository. */
const WORTHWHILE = 8_192;
/** Characters: aliases make little text mean much. */
const MOST = 16 * 1024 * 1024;

interface Kept {
  key: string;
  value: WrittenConfig;
  /** In the order of the text, in which an object would not have `10`. */
  tasks: string[];
  /** The values of variables that are no texts, as they are written. */
  texts: Record<string, string>;
}

/** The parts of a syntax that a sound config is made of; undefined when the text is not known. */
export function recallSyntax(found: FoundConfig): Syntax | undefined {
  if (found.source.text.length < WORTHWHILE) return undefined;
  try {
    const kept = JSON.parse(readFileSync(cacheFile(found.root, FILE), 'utf8')) as Kept;
    return kept.key === keyOf(found) ? syntaxOf(kept, found) : undefined;
  } catch {
    return undefined;
  }
}

export function rememberSyntax(syntax: Syntax, found: FoundConfig): void {
  const key = found.source.text.length < WORTHWHILE ? undefined : keyOf(found);
  if (key === undefined) return;
  const value = syntax.value as WrittenConfig;
  const kept: Kept = { key, value, tasks: syntax.keysOf(['tasks']), texts: textsOf(value, syntax) };
  const text = JSON.stringify(kept);
  if (text.length <= MOST) writeCache(found.root, FILE, (handle) => writeFileSync(handle, text));
}

function textsOf(value: WrittenConfig, syntax: Syntax): Kept['texts'] {
  const envs: [Path, WrittenConfig['env']][] = Object.entries(value.tasks).map(([id, { env }]) => [
    ['tasks', id, 'env'],
    env,
  ]);
  const paths = [[['env'], value.env] as const, ...envs].flatMap(([path, env]) =>
    Object.entries(env ?? {}).flatMap(([name, one]) => (typeof one === 'string' ? [] : [[...path, name]])),
  );
  return Object.fromEntries(paths.map((path) => [JSON.stringify(path), syntax.textOf(path) ?? '']));
}

function syntaxOf({ value, tasks, texts }: Kept, { source }: FoundConfig): Syntax {
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

/** The file's inode and times are among it, so that no cache that came with a repository is ever taken for ours. */
function keyOf({ path, source }: FoundConfig): string | undefined {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { ino, dev, mtimeMs, ctimeMs } = stats;
  return createHash('sha256')
    .update(JSON.stringify([buildId(), ino, dev, mtimeMs, ctimeMs]))
    .update(source.text)
    .digest('hex');
}
