// What an action has left on the server: its outputs as a list of paths, with the names of their contents. Whatever the server says, no
// path leads out of where it is put.

import { ancestorsOf } from '../base/path-names.ts';
import { type ActionResult, Directory } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { oidOf } from '../store/content.ts';
import type { Digest } from './contents.ts';
import type { Engine } from './engine.ts';
import { RemoteFailure } from './failure.ts';
import { fetchAll } from './fetched.ts';
import { fieldsOf } from './wire.ts';

export type Output =
  | { kind: 'file'; digest: Digest; isExecutable: boolean; contents: Buffer | undefined }
  | { kind: 'link'; target: string }
  | { kind: 'folder' };

/** Of one action, and of a path's bytes: few folders that are in each other again and again say more than anybody can hold. */
const MOST_OUTPUTS = 1_000_000;
const LONGEST_PATH = 4_096;

/**
 * By path, relative to the folder in which the command began. Folders that are not empty are there by what is in them.
 * @param folder see `fetchAll`
 */
export async function outputsOf(
  engine: Engine,
  result: ActionResult,
  folder: string,
  signal: AbortSignal,
): Promise<Map<string, Output>> {
  const outputs = new Map<string, Output>();
  let count = 0;
  const add = (path: string, output: Output): void => {
    count += 1;
    if (count > MOST_OUTPUTS || path.length > LONGEST_PATH) throw tooMany();
    if (!isSafe(path)) throw new RemoteFailure('damaged', `an output with the path ${JSON.stringify(path)}`);
    outputs.set(path, output);
  };
  for (const { path, digest, isExecutable, contents } of result.outputFiles) {
    const { hash, size } = digestOf(digest);
    if (contents.length > 0 && (contents.length !== size || oidOf(contents) !== hash))
      throw new RemoteFailure('damaged', `other contents of ${JSON.stringify(path)}`);
    add(path, {
      kind: 'file',
      digest: { hash, size },
      isExecutable,
      contents: contents.length > 0 ? contents : undefined,
    });
  }
  const links = [...result.outputSymlinks, ...result.outputFileSymlinks, ...result.outputDirectorySymlinks];
  for (const { path, target } of links) add(path, { kind: 'link', target });
  const digests = result.outputDirectories.map(({ treeDigest }) => digestOf(treeDigest));
  const treeOf = await fetchAll(engine, digests, folder, signal);
  for (const { path, treeDigest } of result.outputDirectories)
    addTree(path, treeOf(digestOf(treeDigest)), add);
  // What lies beyond a link lies elsewhere.
  for (const path of outputs.keys())
    for (const above of ancestorsOf<string>(path)) {
      const kind = outputs.get(above)?.kind;
      if (kind === 'link' || kind === 'file')
        throw new RemoteFailure('damaged', `an output in an output, ${JSON.stringify(path)}`);
    }
  return outputs;
}

/** A `Tree`: root = 1, children = 2, each child named by the digest of its bytes. */
function addTree(at: string, bytes: Buffer, add: (path: string, output: Output) => void): void {
  const fields = fieldsOf(bytes);
  const folders = new Map(fields.flatMap(({ field, value }) => (field === 2 ? [[oidOf(value), value]] : [])));
  const root = fields.find(({ field }) => field === 1)?.value ?? Buffer.alloc(0);
  refuseTooMany(root, folders);
  const open = [{ at, folder: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { files, directories, symlinks } = Directory.decode(next.folder);
    if (files.length + directories.length + symlinks.length === 0) add(next.at, { kind: 'folder' });
    for (const { name, digest, isExecutable } of files)
      add(joined(next.at, name), {
        kind: 'file',
        digest: digestOf(digest),
        isExecutable,
        contents: undefined,
      });
    for (const { name, target } of symlinks) add(joined(next.at, name), { kind: 'link', target });
    for (const { name, digest } of directories) {
      const folder = folders.get(digestOf(digest).hash);
      if (folder === undefined) throw new RemoteFailure('damaged', `no folder ${name} in a tree`);
      open.push({ at: joined(next.at, name), folder });
    }
  }
}

/** Looks at each folder once, however often it stands in the tree. */
function refuseTooMany(root: Buffer, folders: ReadonlyMap<string, Buffer>): void {
  const sizes = new Map<string, number>();
  const sizeOf = (bytes: Buffer, depth: number): number => {
    const { files, directories, symlinks } = Directory.decode(bytes);
    let size = 1 + files.length + symlinks.length;
    for (const { digest } of directories) {
      const { hash } = digestOf(digest);
      const folder = folders.get(hash);
      const below = sizes.get(hash) ?? (folder === undefined ? 0 : sizeOf(folder, depth + 1));
      sizes.set(hash, below);
      size += below;
      if (size > MOST_OUTPUTS || depth > LONGEST_PATH / 2) throw tooMany();
    }
    return size;
  };
  sizeOf(root, 0);
}

const tooMany = (): RemoteFailure => new RemoteFailure('damaged', 'more outputs than a task can have');

function joined(folder: string, name: string): string {
  if (name.includes('/'))
    throw new RemoteFailure('damaged', `an output with the name ${JSON.stringify(name)}`);
  return folder === '' ? name : `${folder}/${name}`;
}

const isSafe = (path: string): boolean =>
  !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

export function digestOf(digest: { hash: string; sizeBytes: number } | undefined): Digest {
  if (digest === undefined || !/^[0-9a-f]{64}$/.test(digest.hash))
    throw new RemoteFailure('damaged', 'an output without a digest');
  return { hash: digest.hash, size: digest.sizeBytes };
}
