// Which files are another thing on the disk than in the object store: by attributes, by core.autocrlf.

import { lstatSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import { git, gitLine, nulTerminated, records } from './git.ts';
import type { IndexStat } from './index-stat.ts';
import type { Repository } from './repository.ts';

const ATTRIBUTES = ['text', 'crlf', 'eol', 'ident', 'filter', 'working-tree-encoding'];
/** Those that only take away or put before each line end a carriage return. */
const OF_LINE_ENDS = new Set(['text', 'crlf', 'eol']);

export type Conversion = 'line ends' | 'any';

/** Of these paths those whose bytes git may change on the way. */
export async function conversionsOf(
  { top }: Repository,
  paths: Iterable<RawPath>,
): Promise<Map<RawPath, Conversion>> {
  const input = nulTerminated(paths);
  if (input.length === 0) return new Map();
  const [autocrlf, { stdout }] = await Promise.all([
    gitLine(top, ['config', '--get', 'core.autocrlf'], { accept: [0, 1] }),
    git(top, ['check-attr', '-z', '--stdin', ...ATTRIBUTES], { input }),
  ]);
  const isAuto = /^(?:true|yes|on|1|input)$/i.test(autocrlf);
  const found = new Map<RawPath, Conversion>();
  const fields = records(stdout);
  for (let at = 0; at < fields.length; at += 3 * ATTRIBUTES.length) {
    const values = new Map(ATTRIBUTES.map((name, index) => [name, fields[at + 3 * index + 2] ?? '']));
    const conversion = conversionBy(values, isAuto);
    if (conversion !== undefined) found.set(fields[at] as RawPath, conversion);
  }
  return found;
}

function conversionBy(values: ReadonlyMap<string, string>, isAuto: boolean): Conversion | undefined {
  const isSet = (name: string): boolean => !['unspecified', 'unset', ''].includes(values.get(name) ?? '');
  if (ATTRIBUTES.some((name) => !OF_LINE_ENDS.has(name) && isSet(name))) return 'any';
  if (values.get('text') === 'unset' || values.get('crlf') === 'unset') return undefined;
  return isAuto || ATTRIBUTES.some(isSet) ? 'line ends' : undefined;
}

/**
 * Of the entries of an index file whose files git takes for unchanged those that may not be byte for byte what the entry
 * holds.
 */
export async function convertedIn(repository: Repository, index: IndexStat): Promise<RawPath[]> {
  const { top } = repository;
  const oids = new Map(index.entries.map((entry) => [entry.path, index.contentOf(entry) ?? '']));
  const conversions = await conversionsOf(repository, oids.keys());
  const ofLineEnds = [...conversions].flatMap(([path, kind]) => (kind === 'line ends' ? [path] : []));
  const sizes = await sizesOf(
    top,
    ofLineEnds.map((path) => oids.get(path) ?? ''),
  );
  // Carriage returns came or went only where the sizes differ.
  const same = new Set(ofLineEnds.filter((path, at) => sizeOnDisk(top, path) === sizes[at]));
  return [...conversions.keys()].filter((path) => !same.has(path));
}

/** Of blobs, in their order. */
async function sizesOf(top: string, oids: readonly string[]): Promise<(number | undefined)[]> {
  if (oids.length === 0) return [];
  const input = oids.map((oid) => `${oid}\n`).join('');
  const said = await gitLine(top, ['cat-file', '--batch-check=%(objectsize)'], { input });
  return said.split('\n').map((line) => (/^\d+$/.test(line) ? Number(line) : undefined));
}

const sizeOnDisk = (top: string, path: RawPath): number | undefined =>
  orElse(() => lstatSync(locate(top, path)).size, undefined);
