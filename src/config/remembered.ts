// What a config's text came to, remembered in a cache file: to read it again takes no parser, no schema and no rules. Only a text
// without a problem is remembered, and only as long as it and its file stay as they are; what the disk has to say of it is
// asked each time.

import { readFileSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildId } from '../base/build-id.ts';
import { readCache, writeCache } from '../base/cache-file.ts';
import { orElse } from '../base/error-code.ts';
import { uniqueWord } from '../base/unique-word.ts';
import type { WrittenConfig } from '../model/written-config.ts';
import type { Config } from './config.ts';
import {
  type ConfigFile,
  configFile,
  displayPath,
  existingFolder,
  type LoadOptions,
  nearestConfig,
} from './config-file.ts';
import { decode } from './decode.ts';
import type { Path, Wording } from './document.ts';
import { readDotenv } from './dotenv.ts';
import { expand, oneEach } from './expand.ts';
import { normalize } from './normalize.ts';

const FILE = 'config';
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

/** The first line of the cache file; the text, byte by byte, is the rest of it. */
interface Kept extends Facts {
  key: unknown[];
  revision: string;
}

const NEWLINE = 0x0a;
const NONE: ReadonlySet<string> = new Set();

/** By their tasks, which a config that was changed for a purpose of its own no longer shares. */
const revisions = new WeakMap<Config['tasks'], string>();

/** Names the text that a config's tasks are of, where that is remembered: no other text ever has the name. */
export const revisionOf = ({ tasks }: Config): string | undefined => revisions.get(tasks);

/** Undefined when the text is not known, or something on the disk may now stand against it. */
export function recallConfig({
  cwd = '.',
  config,
}: LoadOptions): { config: Config; bytes: Buffer } | undefined {
  if (!existingFolder(cwd).ok) return undefined;
  const path = config === undefined ? nearestConfig(cwd) : resolve(cwd, config);
  return path === undefined ? undefined : orElse(() => recall(configFile(path), cwd), undefined);
}

function recall(file: ConfigFile, cwd: string): ReturnType<typeof recallConfig> {
  const cache = readCache(file.root, FILE);
  const end = cache?.indexOf(NEWLINE) ?? -1;
  if (cache === undefined || end < 0) return undefined;
  const kept = JSON.parse(cache.toString('utf8', 0, end)) as Kept;
  // What is no file is not even read: a FIFO would keep us waiting.
  if (JSON.stringify(kept.key) !== JSON.stringify(keyOf(file))) return undefined;
  const bytes = readFileSync(file.path);
  if (!cache.subarray(end + 1).equals(bytes)) return undefined;
  const { value, tasks, texts } = kept;
  const wordingAt = (above: Path): Wording => ({
    textOf: (path) => texts[JSON.stringify([...above, ...path])],
  });
  const entries = { written: value.tasks, keys: tasks, broken: NONE, sourceOf: wordingAt };
  const places: Config['places'] = async () => {
    const source = decode(bytes, displayPath(file.path, resolve(cwd)));
    if (!source.ok) throw new Error('a text that is no text is not remembered');
    return (await import('./places.ts')).placesIn(source.value);
  };
  const sound = { written: value, wording: wordingAt([]), tasks: expand(entries, oneEach).tasks, places };
  const config = normalize(sound, file);
  if (!isAsTheDiskHasIt(config)) return undefined;
  revisions.set(config.tasks, kept.revision);
  return { config, bytes };
}

/** Whether the rules that look at the disk have nothing to say; what they have is for who reads the whole text. */
function isAsTheDiskHasIt(config: Config): boolean {
  const folders = new Set(config.tasks.map(({ cwd }) => cwd));
  return (
    [...folders].every((cwd) => statSync(join(config.root, cwd)).isDirectory()) &&
    (config.dotenv.length === 0 || readDotenv(config, 'regular').problems.length === 0)
  );
}

/** @param config of this text, in which nothing is wrong */
export function rememberConfig(config: Config, facts: Facts, bytes: Buffer): void {
  const key = orElse(() => keyOf({ path: config.file, root: config.root }), undefined);
  if (key === undefined) return;
  const revision = uniqueWord();
  const text = JSON.stringify({ key, revision, ...facts } satisfies Kept);
  if (text.length + bytes.length > MOST) return;
  const isWritten = writeCache(config.root, FILE, (handle) => {
    writeFileSync(handle, `${text}\n`);
    writeFileSync(handle, bytes);
  });
  if (isWritten) revisions.set(config.tasks, revision);
}

/** What is asked of a text's wording when it is filled in. */
export function textsOf(value: WrittenConfig, wording: Wording): Facts['texts'] {
  const envs = (above: string, all: Record<string, { env?: WrittenConfig['env'] }> = {}) =>
    Object.entries(all).map(([name, { env }]) => [[above, name, 'env'], env] as const);
  const found = [
    [['env'], value.env] as const,
    ...envs('tasks', value.tasks),
    ...envs('agents', value.agents),
  ];
  const paths = found.flatMap(([path, env]) =>
    Object.entries(env ?? {}).flatMap(([name, one]) => (typeof one === 'string' ? [] : [[...path, name]])),
  );
  return Object.fromEntries(paths.map((path) => [JSON.stringify(path), wording.textOf(path) ?? '']));
}

/**
 * The file's inode and times are among it: they cannot be brought along by whoever brings a cache along, so that it is never
 * taken for what this file says.
 */
function keyOf({ path, root }: ConfigFile): Kept['key'] {
  const stats: Stats = statSync(path);
  const { ino, dev, mtimeMs, ctimeMs } = stats;
  return [buildId(), path, root, stats.isFile(), ino, dev, mtimeMs, ctimeMs];
}
