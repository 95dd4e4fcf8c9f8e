/** Temporary folders that go when the test file ends, and ways to fill one and to look at it. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { atEnd } from './cleanup.ts';

/** A file's content, or more about it. `mode` as in chmod: 0o755. */
export type Written =
  | string
  | Uint8Array
  | { content: string | Uint8Array; mode: number }
  | { symlink: string };

/** What `tree` saw: content by path. */
export type Tree = Record<string, string>;

/** A new empty folder, its real path (macOS's own is behind a symlink), removed when the file ends. */
export function tempDir(prefix = 't-'): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  atEnd(`remove ${dir}`, () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/** Writes files under `dir`, with the folders they need; replaces what is there. A name ending in `/` is an empty folder. */
export function write(dir: string, files: Record<string, Written>): void {
  for (const [path, written] of Object.entries(files)) {
    const target = join(dir, path);
    if (path.endsWith('/')) {
      mkdirSync(target, { recursive: true });
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    if (typeof written === 'string' || written instanceof Uint8Array) {
      writeFileSync(target, written);
    } else if ('symlink' in written) {
      rmSync(target, { force: true });
      symlinkSync(written.symlink, target);
    } else {
      writeFileSync(target, written.content);
      chmodSync(target, written.mode);
    }
  }
}

/**
 * Everything under `dir` but `.git`, sorted, for comparing whole. A key says what the entry is, as in
 * `ls -F`: `run.sh*` executable, `link@` a symlink (its value is the target), `empty/` an empty folder,
 * `key 0600` a mode that umask does not explain. Content that is not UTF-8 reads `base64:…`.
 */
export function tree(dir: string, options: { skip?: readonly string[] } = {}): Tree {
  const skip = new Set(['.git', ...(options.skip ?? [])]);
  const seen: [string, string][] = [];
  const walk = (folder: string) => {
    const names = readdirSync(join(dir, folder)).filter((name) => !skip.has(name));
    if (names.length === 0 && folder !== '') seen.push([`${folder}/`, '']);
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const full = join(dir, path);
      const stat = lstatSync(full);
      if (stat.isDirectory()) walk(path);
      else if (stat.isSymbolicLink()) seen.push([`${path}@`, readlinkSync(full)]);
      else if (stat.isFile()) seen.push([path + modeMark(stat.mode), text(readFileSync(full))]);
      else seen.push([`${path}=`, '']);
    }
  };
  walk('');
  return Object.fromEntries(seen.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Whether there is anything at the path, a dangling symlink included. */
export function exists(...path: string[]): boolean {
  return lstatSync(join(...path), { throwIfNoEntry: false }) !== undefined;
}

function modeMark(mode: number): string {
  const bits = mode & 0o777;
  const umask = process.umask();
  if (bits === (0o666 & ~umask)) return '';
  if (bits === (0o777 & ~umask)) return '*';
  return ` 0${bits.toString(8)}`;
}

function text(content: Buffer): string {
  const decoded = content.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(content) ? decoded : `base64:${content.toString('base64')}`;
}
