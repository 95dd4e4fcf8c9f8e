// The files of a repository, to read facts from: the one place where a config is proposed from what lies on the disk. Nothing of
// it is ever run. Paths are relative to the root, with slashes; '' is the root itself.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { type Diagnostic, SourceText } from '../../base/diagnostic.ts';
import { orElse } from '../../base/error-code.ts';
import { gitignoreOf, type Ignored } from './gitignore.ts';
import { parseJson } from './json.ts';

/** Bytes of a file that is read; no config that people write is longer. */
const MOST_BYTES = 1024 * 1024;

const MOST_ALIASES = 10_000;

/** Folders in which nobody keeps what a task is made of. */
const NEVER = new Set(['node_modules', '.git', '.ptask']);

export class Repository {
  /** Absolute. */
  readonly root: string;
  /** What is wrong with files that were read, each once. */
  readonly problems: Diagnostic[] = [];
  readonly #texts = new Map<string, string | undefined>();
  readonly #values = new Map<string, unknown>();
  readonly #names = new Map<string, readonly string[]>();
  #ignored: Ignored | undefined;

  constructor(root: string) {
    this.root = root;
  }

  /** Undefined where there is no such file, or none that is text of a reasonable length. */
  text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, this.#read(path));
    return this.#texts.get(path);
  }

  #read(path: string): string | undefined {
    const file = join(this.root, path);
    return orElse(() => {
      const stats = statSync(file);
      if (!stats.isFile() || stats.size > MOST_BYTES) return undefined;
      const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
      return text.includes('\0') ? undefined : text;
    }, undefined);
  }

  /** The value of a JSON file, comments allowed; undefined where there is none, or no value in it. */
  json(path: string): unknown {
    return this.#value(path, (text) => {
      const parsed = parseJson(text);
      return 'value' in parsed ? parsed.value : this.#refuse(path, text, parsed.message, parsed.at);
    });
  }

  yaml(path: string): unknown {
    return this.#value(path, (text) => {
      const document = orElse(() => parseDocument(text, { merge: true }), undefined);
      const [error] = document?.errors ?? [];
      if (error !== undefined) return this.#refuse(path, text, 'this is not valid YAML', error.pos[0]);
      // Nested too deeply, or aliases of aliases that come to more than anybody writes.
      const value = orElse(() => [document?.toJS({ maxAliasCount: MOST_ALIASES }) as unknown], undefined);
      return document === undefined || value === undefined
        ? this.#refuse(path, text, 'this YAML is nested too deeply', 0)
        : value[0];
    });
  }

  #value(path: string, parse: (text: string) => unknown): unknown {
    if (!this.#values.has(path)) {
      const text = this.text(path);
      this.#values.set(path, text === undefined ? undefined : parse(text));
    }
    return this.#values.get(path);
  }

  #refuse(path: string, text: string, message: string, at: number): undefined {
    const hint = `fix ${path}, then try again`;
    this.problems.push({ message, place: new SourceText(path, text).place(at), hint });
  }

  has(path: string): boolean {
    return this.names(folderOf(path)).some((name) => name === nameOf(path) || name === `${nameOf(path)}/`);
  }

  isFolder(path: string): boolean {
    if (path === '' || this.names(folderOf(path)).includes(`${nameOf(path)}/`)) return true;
    return this.has(path) && orElse(() => statSync(join(this.root, path)).isDirectory(), false);
  }

  /** What a folder holds, sorted; folders end with a slash. A link is none, wherever it leads: it may lead in a circle. */
  names(folder: string): readonly string[] {
    const known = this.#names.get(folder);
    if (known !== undefined) return known;
    const entries = orElse(() => readdirSync(join(this.root, folder), { withFileTypes: true }), []);
    const names = entries
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort((a, b) => (a < b ? -1 : 1));
    this.#names.set(folder, names);
    return names;
  }

  /** The files below a folder, without those of packages that are installed and those that git is told to ignore by name. */
  *files(folder: string): Generator<string> {
    for (const name of this.names(folder)) {
      const path = below(folder, name.replace(/\/$/, ''));
      if (!name.endsWith('/')) yield path;
      else if (!NEVER.has(name.slice(0, -1)) && !this.ignored.hasName(name.slice(0, -1)))
        yield* this.files(path);
    }
  }

  /** The folders that have a file of this name, the root as ''. */
  foldersWith(name: string): string[] {
    const found: string[] = [];
    const walk = (folder: string, depth: number): void => {
      const names = this.names(folder);
      if (names.includes(name)) found.push(folder);
      if (depth === MOST_DEEP) return;
      for (const each of names) {
        const plain = each.slice(0, -1);
        if (each.endsWith('/') && !NEVER.has(plain) && !this.ignored.hasName(plain))
          walk(below(folder, plain), depth + 1);
      }
    };
    walk('', 0);
    return found;
  }

  get ignored(): Ignored {
    this.#ignored ??= gitignoreOf(this.text('.gitignore') ?? '');
    return this.#ignored;
  }
}

/** How deep packages lie at most. */
const MOST_DEEP = 5;

/** A path in a folder; one that begins with `../` leads out of it, and undefined is what leads out of the root. */
export function inFolder(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** A glob of a folder from the root, its `!` kept; undefined where it leads out, or means the root itself. */
export function globFrom(folder: string, written: string): string | undefined {
  const isExclude = written.startsWith('!');
  const path = inFolder(folder, isExclude ? written.slice(1) : written);
  return path === undefined || path === '' ? undefined : `${isExclude ? '!' : ''}${path}`;
}

export const below = (folder: string, path: string): string =>
  folder === '' ? path : path === '' ? folder : `${folder}/${path}`;

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A folder and all above it, innermost first, the root as ''. */
export function upwards(folder: string): string[] {
  const found = [folder];
  for (let at = folder; at !== ''; found.push(at)) at = folderOf(at);
  return found;
}

/** Whether a path is a folder, or lies in it. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`);
