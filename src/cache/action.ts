// The messages of the Remote Execution API v2 that name an action, in the canonical bytes by which everybody who speaks it names them.
//
// The fields and their numbers: build/bazel/remote/execution/v2/remote_execution.proto in https://github.com/bazelbuild/remote-apis

import type { RawPath } from '../base/raw-path.ts';
import { type Oid, oidOf } from '../store/content.ts';
import { encodeMessage, type MessageWriter } from './protobuf.ts';

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

/** Values by name: a message for each with name = 1, value = 2. */
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
  checkNames(directory);
  return encodeMessage(directory, writeDirectory);
}

export const encodeCommand = (command: Command): Buffer => encodeMessage(command, writeCommand);

export const encodeAction = (action: Action): Buffer => encodeMessage(action, writeAction);

function writeDirectory(to: MessageWriter, { files, directories, symlinks }: Directory): void {
  for (const file of sortedByName(files)) to.message(1, file, writeFile);
  for (const directory of sortedByName(directories)) to.message(2, directory, writeDirectoryNode);
  for (const symlink of sortedByName(symlinks)) to.message(3, symlink, writeSymlink);
}

function writeFile(to: MessageWriter, { name, digest, isExecutable }: FileNode): void {
  to.path(1, name);
  to.message(2, digest, writeDigest);
  to.flag(4, isExecutable);
}

function writeDirectoryNode(to: MessageWriter, { name, digest }: DirectoryNode): void {
  to.path(1, name);
  to.message(2, digest, writeDigest);
}

function writeSymlink(to: MessageWriter, { name, target }: SymlinkNode): void {
  to.path(1, name);
  to.path(2, target);
}

function writeCommand(to: MessageWriter, command: Command): void {
  to.texts(1, command.arguments);
  writeProperties(to, 2, command.environment);
  writePlatform(to, 5, command.platform);
  to.text(6, command.workingDirectory);
  to.texts(7, [...new Set(command.outputPaths)].sort(byCodePoint));
}

function writeAction(to: MessageWriter, action: Action): void {
  const { command, inputRoot, timeoutMs, doNotCache = false, salt, platform } = action;
  to.message(1, command, writeDigest);
  to.message(2, inputRoot, writeDigest);
  if (timeoutMs !== undefined) to.message(6, timeoutMs, writeDuration);
  to.flag(7, doNotCache);
  if (salt !== undefined) to.bytes(9, salt);
  writePlatform(to, 10, platform);
}

function writeDigest(to: MessageWriter, { hash, size }: Digest): void {
  to.text(1, hash);
  to.integer(2, size);
}

function writeDuration(to: MessageWriter, durationMs: number): void {
  to.integer(1, Math.floor(durationMs / 1_000));
  to.integer(2, (durationMs % 1_000) * 1e6);
}

/** `Platform`: properties = 1. One that asks for nothing is not there. */
function writePlatform(to: MessageWriter, field: number, platform: Properties = {}): void {
  if (Object.keys(platform).length > 0)
    to.message(field, platform, (inner) => writeProperties(inner, 1, platform));
}

function writeProperties(to: MessageWriter, field: number, properties: Properties): void {
  const sorted = Object.entries(properties).sort(([a], [b]) => byCodePoint(a, b));
  for (const property of sorted) to.message(field, property, writeProperty);
}

function writeProperty(to: MessageWriter, [name, value]: readonly [string, string]): void {
  to.text(1, name);
  to.text(2, value);
}

/** The characters of a raw path are its bytes, so their order is the one that is asked for. */
function sortedByName<Node extends { name: RawPath }>(nodes: readonly Node[]): readonly Node[] {
  const isSorted = nodes.every(({ name }, index) => index === 0 || (nodes[index - 1] as Node).name < name);
  return isSorted ? nodes : [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function checkNames({ files, directories, symlinks }: Directory): void {
  const names = new Set<RawPath>();
  for (const nodes of [files, directories, symlinks])
    for (const { name } of nodes) {
      if (name === '' || name.includes('/')) throw new Error(`not the name of a file or folder: "${name}"`);
      if (names.has(name)) throw new Error(`a folder with two of one name: "${name}"`);
      names.add(name);
    }
}

const SURROGATE = /[\ud800-\udfff]/;

/** Equivalently, by the bytes of UTF-8. JavaScript compares halves of surrogate pairs, which puts U+1F600 before U+FF5E. */
function byCodePoint(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
