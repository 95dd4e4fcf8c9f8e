// Whether what was read is a record that may be acted on. A store may have been made by anybody, so nothing of it is believed that
// could reach beyond the root, into git's files or ours, or give a file more rights than a task can. Knows no disk.

import { foldersOf } from '../base/path-names.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import { isOurs } from '../store/paths.ts';
import { layOut } from './packs.ts';
import type { Blob, RecordedPath, TaskRecord } from './record.ts';

const DIGEST = /^[0-9a-f]{64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a path may have all of them but NUL
const NO_BYTES = /[^\x01-\xff]/;
/** Windows takes these for more than a part of a name. */
const NOT_IN_NAMES = process.platform === 'win32' ? /[\\:]/ : undefined;
/** What most are: names that no system takes for another, and none that begins with a dot. */
const IS_USUAL = /^[\w@+-][\w@+.-]*(?:\/[\w@+-][\w@+.-]*)*$/;
const PERMISSIONS = 0o777;

export const isDigest = (value: unknown): value is string => typeof value === 'string' && DIGEST.test(value);

/** Of it, what a record has, and nothing else; undefined where it is none, or none that may be acted on. */
export function recordOf(value: unknown): TaskRecord | undefined {
  if (!isObject(value)) return undefined;
  const { task, durationMs, storedAt, exitCode, verify, changes, packs } = value;
  const isSound =
    typeof task === 'string' &&
    isAmount(durationMs) &&
    isAmount(storedAt) &&
    (exitCode === null || Number.isSafeInteger(exitCode)) &&
    (verify === undefined || verify === 'passed');
  const paths = isSound ? changesOf(changes) : undefined;
  const blobs = blobsIn(value, ['output', 'values', 'notes']);
  if (!isSound || paths === undefined || blobs === undefined || !arePacksOf(paths, packs)) return undefined;
  const code = exitCode as TaskRecord['exitCode'];
  const record = { task, durationMs, storedAt, changes: paths, packs: [...packs], ...blobs, exitCode: code };
  return verify === undefined ? record : { ...record, verify };
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Neither setuid, setgid nor the sticky bit. */
const isMode = (value: unknown): value is number => isSize(value) && value <= PERMISSIONS;

/** Undefined where one of them is none. */
function blobsIn<Name extends string>(
  value: Fields,
  names: readonly Name[],
): { [name in Name]?: Blob } | undefined {
  const found: { [name in Name]?: Blob } = {};
  for (const name of names) {
    const { [name]: blob } = value as { [name in Name]?: unknown };
    if (blob === undefined) continue;
    if (!isObject(blob) || !isDigest(blob.oid) || !isSize(blob.size)) return undefined;
    found[name] = { oid: blob.oid, size: blob.size };
  }
  return found;
}

const arePacksOf = (changes: readonly RecordedPath[], value: unknown): value is string[] =>
  Array.isArray(value) && value.length === layOut(changes).sizes.length && value.every(isDigest);

function changesOf(value: unknown): RecordedPath[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const changes: RecordedPath[] = [];
  for (const each of value) {
    const change = changeOf(each);
    if (change === undefined) return undefined;
    changes.push(change);
  }
  return isTree(changes) ? changes : undefined;
}

function changeOf(value: unknown): RecordedPath | undefined {
  if (!isObject(value) || !isPath(value.path) || typeof value.isMade !== 'boolean') return undefined;
  const { path, isMade, kind, oid, size, mode, target } = value;
  const at = { path, isMade };
  if (kind === 'file' && isDigest(oid) && isSize(size) && isMode(mode))
    return { ...at, kind, oid, size, mode };
  if (kind === 'link' && isRaw(target) && target !== '') return { ...at, kind, target };
  if (kind === 'folder' && isMode(mode)) return { ...at, kind, mode };
  return kind === 'absent' ? { ...at, kind } : undefined;
}

const isRaw = (value: unknown): value is RawPath => typeof value === 'string' && !NO_BYTES.test(value);

const isPath = (value: unknown): value is RawPath =>
  (typeof value === 'string' && IS_USUAL.test(value)) || isUnusualPath(value);

const isUnusualPath = (value: unknown): value is RawPath =>
  isRaw(value) && NOT_IN_NAMES?.test(value) !== true && value.split('/').every(isName);

const isName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !isOurs(spelled(name) as RawPath);

/** Each path once, and none below what is no folder, in whatever spelling: below a link it would be beyond the root. */
function isTree(changes: readonly RecordedPath[]): boolean {
  const paths = new Set(changes.map(({ path }) => path));
  const isLeaf = ({ kind }: RecordedPath): boolean => kind === 'file' || kind === 'link';
  const leaves = new Set(changes.filter(isLeaf).map(({ path }) => spelled(path)));
  return paths.size === changes.length && ![...foldersOf(paths)].some((path) => leaves.has(spelled(path)));
}

/** One spelling for all that some file system takes for one name, and for a few more. */
function spelled(path: string): string {
  const shown = shownPath(path as RawPath);
  // Most are ASCII, and then it is what was given.
  return shown === path ? path.toLowerCase() : shown.normalize('NFC').toUpperCase().toLowerCase();
}
