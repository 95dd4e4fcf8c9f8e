// The messages of the Remote Execution API v2 that name an action, in the canonical bytes by which everybody who speaks it names them.
//
// The fields and their numbers: build/bazel/remote/execution/v2/remote_execution.proto in https://github.com/bazelbuild/remote-apis

import type { RawPath } from '../base/raw-path.ts';
import { type Oid, oidOf } from '../store/content.ts';
import { type Bytes, bufferOf, bytes, flag, integer, message, text, utf8 } from './protobuf.ts';

/** `Digest`: hash = 1, size_bytes = 2. The name of some bytes. */
export interface Digest {
  hash: Oid;
  /** In bytes. */
  size: number;
}

/** `FileNode`: name = 1, digest = 2, is_executable = 4. */
export interface FileNode {
  name: RawPath;
  digest: Digest;
  isExecutable: boolean;
}

/** `DirectoryNode`: name = 1, digest = 2. */
export interface DirectoryNode {
  name: RawPath;
  digest: Digest;
}

/** `SymlinkNode`: name = 1, target = 2. */
export interface SymlinkNode {
  name: RawPath;
  target: RawPath;
}

/** `Directory`: files = 1, directories = 2, symlinks = 3. In any order. */
export interface Directory {
  files: readonly FileNode[];
  directories: readonly DirectoryNode[];
  symlinks: readonly SymlinkNode[];
}

/** Values by name: a message for each with name = 1, value = 2. In any order. */
export type Properties = Readonly<Record<string, string>>;

/** `Command`. All of it is text: a `RawPath` would be encoded twice. */
export interface Command {
  /** arguments = 1 */
  arguments: readonly string[];
  /** environment_variables = 2 */
  environment: Properties;
  /** output_paths = 7, relative to the working directory. In any order, as often as one likes. */
  outputPaths: Iterable<string>;
  /** working_directory = 6, relative to the input root; empty for the root itself. */
  workingDirectory: string;
  /** platform = 5, deprecated since v2.2, in which clients still set it beside the one of the action. */
  platform?: Properties;
}

/** `Action`. */
export interface Action {
  /** command_digest = 1 */
  command: Digest;
  /** input_root_digest = 2 */
  inputRoot: Digest;
  /** timeout = 6, a `google.protobuf.Duration` with seconds = 1, nanos = 2. Whole milliseconds; undefined: none. */
  timeoutMs?: number;
  /** do_not_cache = 7 */
  doNotCache?: boolean;
  /** salt = 9 */
  salt?: Uint8Array;
  /** platform = 10 */
  platform?: Properties;
}

export const digestOf = (bytes: Uint8Array): Digest => ({ hash: oidOf(bytes), size: bytes.length });

/** Throws where two nodes have one name, or one has none. */
export function encodeDirectory(directory: Directory): Buffer {
  const files = sortedByName(directory.files);
  const directories = sortedByName(directory.directories);
  const symlinks = sortedByName(directory.symlinks);
  checkNames([files, directories, symlinks]);
  let written = '';
  for (const { name, digest, isExecutable } of files)
    written += message(1, bytes(1, name) + message(2, bytesOfDigest(digest)) + flag(4, isExecutable));
  for (const { name, digest } of directories)
    written += message(2, bytes(1, name) + message(2, bytesOfDigest(digest)));
  for (const { name, target } of symlinks) written += message(3, bytes(1, name) + bytes(2, target));
  return bufferOf(written);
}

export function encodeCommand(command: Command): Buffer {
  const outputPaths = [...new Set([...command.outputPaths].map(utf8))].sort();
  return bufferOf(
    command.arguments.map((each) => message(1, utf8(each))).join('') +
      bytesOfProperties(2, command.environment) +
      bytesOfPlatform(5, command.platform) +
      text(6, command.workingDirectory) +
      outputPaths.map((path) => message(7, path)).join(''),
  );
}

export function encodeAction(action: Action): Buffer {
  const { command, inputRoot, timeoutMs, doNotCache = false, salt, platform } = action;
  return bufferOf(
    message(1, bytesOfDigest(command)) +
      message(2, bytesOfDigest(inputRoot)) +
      (timeoutMs === undefined ? '' : message(6, bytesOfDuration(timeoutMs))) +
      flag(7, doNotCache) +
      (salt === undefined ? '' : bytes(9, Buffer.from(salt).toString('latin1'))) +
      bytesOfPlatform(10, platform),
  );
}

const bytesOfDigest = ({ hash, size }: Digest): Bytes => bytes(1, hash) + integer(2, size);

const bytesOfDuration = (durationMs: number): Bytes =>
  integer(1, Math.floor(durationMs / 1_000)) + integer(2, (durationMs % 1_000) * 1e6);

/** `Platform`: properties = 1. */
const bytesOfPlatform = (field: number, platform: Properties | undefined): Bytes =>
  platform === undefined ? '' : message(field, bytesOfProperties(1, platform));

const bytesOfProperties = (field: number, properties: Properties): Bytes =>
  Object.entries(properties)
    .map(([name, value]): [Bytes, Bytes] => [utf8(name), utf8(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => message(field, bytes(1, name) + bytes(2, value)))
    .join('');

interface Named {
  name: RawPath;
}

/** The characters of a raw path are its bytes, so their order is the one that is asked for. Throws where two have one name. */
function sortedByName<Node extends Named>(nodes: readonly Node[]): readonly Node[] {
  if (isAscending(nodes)) return nodes;
  const sorted = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (!isAscending(sorted)) throw new Error('two nodes of a directory have one name');
  return sorted;
}

function isAscending(nodes: readonly Named[]): boolean {
  for (let at = 1; at < nodes.length; at += 1)
    if ((nodes[at - 1] as Named).name >= (nodes[at] as Named).name) return false;
  return true;
}

/** @param kinds each of them sorted */
function checkNames(kinds: readonly (readonly Named[])[]): void {
  const filled = kinds.filter(({ length }) => length > 0);
  if (filled.some(([first]) => first?.name === '')) throw new Error('a node of a directory has no name');
  if (filled.length < 2) return;
  const names = filled.flat().map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error('two nodes of a directory have one name');
}
