// What a task has left on another machine, put into a folder of ours as it would lie in the repository.

import { chmodSync, mkdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyAsIs } from '../../base/copy-file.ts';
import { orElse } from '../../base/error-code.ts';
import { type FsPath, locate, type RawPath, rawPath, shownPath } from '../../base/raw-path.ts';
import type { FileChange } from '../../model/report.ts';
import type { Digest, Target } from '../../remote/contents.ts';
import type { Engine } from '../../remote/engine.ts';
import type { Output } from '../../remote/output-tree.ts';
import { oidOfFile } from '../../store/content.ts';
import { writeNew } from '../../store/new-file.ts';
import { isAllowed } from '../../store/paths.ts';
import { isLookedAt } from './action.ts';
import type { Files } from './given.ts';
import { OWN_FILES, TREE } from './script.ts';

export interface Putting {
  engine: Engine;
  /** A new one, in which they are put. */
  folder: string;
  /** For what is not whole yet, on the same disk. */
  drafts: string;
  /** What the task has found: what is as it was need not be fetched. */
  given: Files;
  /** Of paths relative to the root. */
  covers(path: string): boolean;
  signal: AbortSignal;
}

export interface Put {
  /** Bytes that have come. */
  bytes: number;
  /** What it has changed beside what it declares, as far as that was looked at. */
  others: FileChange[];
}

/**
 * @param outputs by path from where the command began
 * @param looked folders, relative to the root, of which all is among the outputs
 */
export async function putResults(
  outputs: ReadonlyMap<string, Output>,
  looked: readonly string[],
  { engine, folder, drafts, given, covers, signal }: Putting,
): Promise<Put> {
  const wanted = new Map<string, { digest: Digest; paths: RawPath[] }>();
  const modes = new Map<RawPath, number>();
  const others: FileChange[] = [];
  const local = localContents(given);
  let bytes = 0;
  const there = new Set<RawPath>();
  mkdirSync(folder, { recursive: true });
  for (const [name, output] of outputs) {
    if (!name.startsWith(`${TREE}/`)) continue;
    const path = rawPath(name.slice(TREE.length + 1));
    there.add(path);
    if (!isAllowed(path)) continue;
    const at = locate(folder, path);
    // Also where a file is not wanted its folder is, or it would seem to be gone.
    mkdirSync(output.kind === 'folder' ? at : dirname(String(at)), { recursive: true });
    if (!covers(shownPath(path)) && !(output.kind === 'folder' && covers(`${shownPath(path)}/any`))) {
      const change = changeOf(given, path, output);
      if (change !== undefined) others.push({ path: shownPath(path), change });
      continue;
    }
    if (output.kind === 'folder') continue;
    if (output.kind === 'link') {
      symlinkSync(output.target, at);
      continue;
    }
    const mode = (output.isExecutable ? 0o777 : 0o666) & ~process.umask();
    modes.set(path, mode);
    const { digest, contents } = output;
    if (contents !== undefined) writeNew(String(at), contents, mode);
    else if (!(await copied(local.get(digest.hash), digest, at, mode))) {
      const same = wanted.get(digest.hash) ?? { digest, paths: [] };
      same.paths.push(path);
      wanted.set(digest.hash, same);
    }
  }
  const place = async (
    { hash }: Digest,
    put: (at: string, mode: number) => void | Promise<void>,
  ): Promise<void> => {
    for (const path of wanted.get(hash)?.paths ?? [])
      await put(String(locate(folder, path)), modes.get(path) as number);
  };
  const target: Target = {
    bytes: (digest, content) => place(digest, (at, mode) => void writeNew(at, content, mode)),
    draft: ({ hash }) => join(drafts, `draft-${hash}`),
    async file(digest, draft) {
      const paths = wanted.get(digest.hash)?.paths ?? [];
      for (const [index, path] of paths.entries()) {
        const at = locate(folder, path);
        if (index === paths.length - 1) renameSync(draft, at);
        else await copyAsIs(draft, at);
        chmodSync(at, modes.get(path) as number);
      }
    },
  };
  for (const { digest } of wanted.values()) bytes += digest.size;
  await engine.download(
    [...wanted.values()].map(({ digest }) => digest),
    target,
    { signal },
  );
  for (const path of given.keys()) {
    const shown = shownPath(path);
    if (isLookedAt(shown, looked) && !there.has(path) && !covers(shown))
      others.push({ path: shown, change: 'deleted' });
  }
  return { bytes, others };
}

/** With those that are links where the task has left them: the script has put them aside. */
export function withLinks(outputs: Map<string, Output>, looked: readonly string[]): Map<string, Output> {
  for (const [at, path] of looked.entries()) {
    const link = outputs.get(`${OWN_FILES.links}/${at}`);
    if (link?.kind === 'link') outputs.set(`${TREE}/${path}`, link);
  }
  return outputs;
}

function localContents(given: Files): Map<string, FsPath> {
  const found = new Map<string, FsPath>();
  for (const { entry, at } of given.values()) if (entry.kind === 'file') found.set(entry.oid, at);
  return found;
}

/** False where there is none, or it is not what it was any more. */
async function copied(
  from: FsPath | undefined,
  { hash, size }: Digest,
  to: FsPath,
  mode: number,
): Promise<boolean> {
  if (from === undefined) return false;
  await orElse(() => copyAsIs(from, to), Promise.resolve(false)).catch(() => false);
  const isWhole = (await oidOfFile(to, size).catch(() => '')) === hash;
  if (isWhole) chmodSync(to, mode);
  else orElse(() => unlinkSync(to), undefined);
  return isWhole;
}

function changeOf(given: Files, path: RawPath, output: Output): FileChange['change'] | undefined {
  if (output.kind === 'folder') return undefined;
  const entry = given.get(path)?.entry;
  if (entry === undefined) return 'created';
  if (entry.kind === 'link' || output.kind === 'link') {
    const isSame =
      entry.kind === 'link' && output.kind === 'link' && shownPath(entry.target) === output.target;
    return isSame ? undefined : 'modified';
  }
  const isSame = entry.oid === output.digest.hash && ((entry.mode & 0o100) !== 0) === output.isExecutable;
  return isSame ? undefined : 'modified';
}
