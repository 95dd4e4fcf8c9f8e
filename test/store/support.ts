// Trees for the tests of the store: described as data, made and spoilt by plain node:fs.

import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { look } from '../../src/base/look.ts';
import { type FsPath, locate, type RawPath } from '../../src/base/raw-path.ts';
import { ObjectStore } from '../../src/store/objects.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { recover, Transactions } from '../../src/store/transaction.ts';
import { type Listing, walk } from '../../src/store/walk.ts';
import { tempDir } from '../support/tmp.ts';

/**
 * A test that root would pass without ever meeting a read-only folder.
 * @param reading what it needs from the disk; where that is root's alone, it is run by root after all
 */
export const asOrdinaryUser = (test: () => Promise<void>, reading?: string) => async (): Promise<void> => {
  if (process.geteuid?.() !== 0) return test();
  process.seteuid?.(65_534);
  try {
    if (reading !== undefined && !canRead(reading)) process.seteuid?.(0);
    await test();
  } finally {
    process.seteuid?.(0);
  }
};

function canRead(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

export const raw = (path: string): RawPath => path as RawPath;

export interface Bench {
  root: string;
  store: ObjectStore;
  cache: StatCache;
  transactions: Transactions;
  folder: string;
  list: () => Promise<Listing>;
  recover: () => ReturnType<typeof recover>;
}

/** A root with a store and transactions of its own. */
export function bench(reach = { prefixes: [''], matches: (_: string) => true }): Bench {
  const root = tempDir();
  const folder = join(root, '.ptask/runs/1/tx');
  const store = new ObjectStore(join(root, '.ptask/store'));
  return {
    root,
    store,
    cache: new StatCache(root),
    transactions: new Transactions(folder, root, store),
    folder,
    list: () => walk(root, reach),
    recover: () => recover(folder, root),
  };
}

/** One thing done to one path, whatever is there. */
export type Deed =
  | { kind: 'file'; path: RawPath; content: string; mode: number }
  | { kind: 'link'; path: RawPath; target: string }
  | { kind: 'folder'; path: RawPath; mode: number }
  | { kind: 'edit'; path: RawPath; content: string }
  | { kind: 'chmod'; path: RawPath; mode: number }
  | { kind: 'remove'; path: RawPath };

const NAMES = ['a', 'b', 'C', 'c', '\xc3\xa4', '\xff\xfe', 'new\nline', '-q "x"', 'ptask'];
const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => raw(names.join('/')));
const content = fc.constantFrom('', 'one\n', 'two\n', '\0\x80', 'x'.repeat(70_000));
const fileMode = fc.constantFrom(0o644, 0o755, 0o444, 0o400, 0o600, 0o4755, 0o2644);
const folderMode = fc.constantFrom(0o755, 0o755, 0o555, 0o700, 0o1777, 0o500);
const target = fc.constantFrom('a', '../b', 'nowhere', '/', '.', '\xff');

const making: fc.Arbitrary<Deed>[] = [
  fc.record({ kind: fc.constant('file'), path, content, mode: fileMode }),
  fc.record({ kind: fc.constant('file'), path, content, mode: fileMode }),
  fc.record({ kind: fc.constant('link'), path, target }),
  fc.record({ kind: fc.constant('folder'), path, mode: folderMode }),
];
export const planting = fc.array(fc.oneof(...making), { maxLength: 14 });
export const spoiling = fc.array(
  fc.oneof(
    ...making,
    fc.record({ kind: fc.constant('edit'), path, content }),
    fc.record({ kind: fc.constant('chmod'), path, mode: fileMode }),
    fc.record({ kind: fc.constant('remove'), path }),
    fc.record({ kind: fc.constant('remove'), path: name.map(raw) }),
  ),
  { maxLength: 12 },
);

/** Like a task that stops at nothing: read-only folders are opened, what is in the way goes. Modes of folders come last. */
export function act(root: string, deeds: readonly Deed[]): void {
  const modes = new Map<string, { at: FsPath; mode: number }>();
  for (const deed of deeds) {
    const at = locate(root, deed.path);
    const parents = deed.path.split('/').slice(0, -1);
    const isMaking = deed.kind === 'file' || deed.kind === 'link' || deed.kind === 'folder';
    if (!parents.every((_, index) => open(root, raw(parents.slice(0, index + 1).join('/')), isMaking)))
      continue;
    const now = look(at);
    if (
      deed.kind === 'remove' ||
      (isMaking && now !== undefined && !(deed.kind === 'folder' && now.isDirectory()))
    ) {
      openAll(root, deed.path);
      rmSync(at, { recursive: true, force: true });
    }
    if (deed.kind === 'file') {
      writeFileSync(at, deed.content, 'latin1');
      chmodSync(at, deed.mode);
    } else if (deed.kind === 'link') symlinkSync(Buffer.from(deed.target, 'latin1'), at);
    else if (deed.kind === 'folder') {
      mkdirSync(at, { recursive: true });
      modes.set(deed.path, { at, mode: deed.mode });
    } else if (deed.kind === 'edit' && now?.isFile()) {
      const mode = Number(now.mode) & 0o7777;
      chmodSync(at, 0o600);
      writeFileSync(at, deed.content, 'latin1');
      chmodSync(at, mode);
    } else if (deed.kind === 'chmod' && now?.isFile()) chmodSync(at, deed.mode);
  }
  for (const { at, mode } of [...modes.values()].reverse()) {
    if (look(at)?.isDirectory()) chmodSync(at, mode);
  }
}

/** Whether the folder is there, made where wished, and may be written to. */
function open(root: string, folder: RawPath, isMaking: boolean): boolean {
  const at = locate(root, folder);
  const now = look(at);
  if (now === undefined && isMaking) mkdirSync(at);
  else if (!now?.isDirectory()) return false;
  chmodSync(at, Number(lstatSync(at).mode & 0o7777) | 0o700);
  return true;
}

function openAll(root: string, folder: RawPath): void {
  if (!look(locate(root, folder))?.isDirectory()) return;
  open(root, folder, false);
  for (const child of NAMES) openAll(root, raw(`${folder}/${child}`));
}
